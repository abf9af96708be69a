// What passes from operator to operator: a batch whose rows are changes. Most streams only insert,
// and theirs carry no kinds at all.
#pragma once

#include <string_view>

#include "sql/expressions/row_lists.hpp"
#include "sql/values/packed_rows.hpp"

namespace tarn::engine {

enum class Change : int8_t { Insert, UpdateBefore, UpdateAfter, Delete };

// A row that is there from now on, rather than one that is gone.
constexpr bool is_addition(Change change) {
    return change == Change::Insert || change == Change::UpdateAfter;
}

// "+I", "-U", "+U", "-D".
std::string_view text_of(Change change);

struct ChangeBatch {
    sql::Batch rows;
    std::vector<Change> kinds = {};  // one for each row, or none when all are inserts
    int32_t partition = 0;           // of the source; told apart up to where watermarks are made

    int64_t size() const { return rows.rows; }
    bool has_kinds() const { return !kinds.empty(); }
    Change kind(int64_t row) const {
        return kinds.empty() ? Change::Insert : kinds[static_cast<size_t>(row)];
    }
};

// The rows that the list names, with their kinds.
ChangeBatch taken(const ChangeBatch& batch, const sql::RowList& rows);
ChangeBatch slice(const ChangeBatch& batch, int64_t begin, int64_t rows);

// With other columns for the same rows.
ChangeBatch with_columns(const ChangeBatch& batch, sql::Columns columns);

// The rows of the columns at the places, as bytes.
sql::PackedRows packed(const ChangeBatch& batch, const std::vector<size_t>& places);
sql::PackedRows packed(const ChangeBatch& batch);

}  // namespace tarn::engine
