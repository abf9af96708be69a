#include "engine/rows/change_batch.hpp"

#include <array>

namespace tarn::engine {

std::string_view text_of(Change change) {
    constexpr std::array<std::string_view, 4> Texts{"+I", "-U", "+U", "-D"};
    return Texts[static_cast<size_t>(change)];
}

ChangeBatch taken(const ChangeBatch& batch, const sql::RowList& rows) {
    ChangeBatch result{sql::taken(batch.rows, rows), {}, batch.partition};
    if (!batch.has_kinds()) return result;
    for (int64_t row : rows) result.kinds.push_back(batch.kind(row));
    return result;
}

ChangeBatch slice(const ChangeBatch& batch, int64_t begin, int64_t rows) {
    ChangeBatch result{{{}, rows}, {}, batch.partition};
    for (const sql::Column& column : batch.rows.columns) {
        bool is_constant = column.is_constant;
        result.rows.columns.push_back(is_constant ? column
                                                  : sql::Column{column.values->Slice(begin, rows)});
    }
    if (batch.has_kinds()) {
        auto first = batch.kinds.begin() + begin;
        result.kinds.assign(first, first + rows);
    }
    return result;
}

ChangeBatch with_columns(const ChangeBatch& batch, sql::Columns columns) {
    return {{std::move(columns), batch.size()}, batch.kinds, batch.partition};
}

sql::PackedRows packed(const ChangeBatch& batch, const std::vector<size_t>& places) {
    return sql::packed(sql::chosen(batch.rows, places), batch.size());
}

sql::PackedRows packed(const ChangeBatch& batch) {
    return sql::packed(batch.rows.columns, batch.size());
}

}  // namespace tarn::engine
