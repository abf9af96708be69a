// A column of values as functions see it: an Arrow array with a value for each row of a batch, or
// with a single one that all of its rows share, as literals are.
#pragma once

#include <arrow/array.h>

#include <memory>
#include <vector>

#include "sql/types/type.hpp"

namespace tarn::sql {

struct Column {
    std::shared_ptr<arrow::Array> values;
    bool is_constant = false;

    // Where the value of a row stands.
    int64_t place(int64_t row) const { return is_constant ? 0 : row; }
    bool is_null(int64_t row) const { return values->IsNull(place(row)); }
};

using Columns = std::vector<Column>;

// One NULL for all rows.
Column null_column(const Type& type);

// With a value for each row, so that what is no constant may be made of it.
std::shared_ptr<arrow::Array> spread(const Column& column, int64_t rows);

// The rows whose numbers are listed, in that order.
Column taken(const Column& column, const std::vector<int64_t>& rows);

// The values at the places, NULL where the place is.
std::shared_ptr<arrow::Array> taken_at(const std::shared_ptr<arrow::Array>& values,
                                       const std::shared_ptr<arrow::Array>& places);

}  // namespace tarn::sql
