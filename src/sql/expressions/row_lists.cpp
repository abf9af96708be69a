#include "sql/expressions/row_lists.hpp"

#include <arrow/array/builder_primitive.h>
#include <arrow/array/concatenate.h>

#include <numeric>

#include "base/assert.hpp"
#include "columns/arrow_result.hpp"
#include "sql/values/readers.hpp"

namespace tarn::sql {

using columns::or_throw;

RowList all_rows(int64_t rows) {
    RowList list(static_cast<size_t>(rows));
    std::iota(list.begin(), list.end(), 0);
    return list;
}

RowList true_rows(const Column& condition, int64_t rows) {
    Reader<bool> holds(condition);
    RowList list;
    for (int64_t row = 0; row < rows; ++row) {
        if (!holds.is_null(row) && holds[row]) list.push_back(row);
    }
    return list;
}

Column taken_or_null(const Column& column, int64_t rows, const RowList& list) {
    arrow::Int64Builder places;
    or_throw(places.Reserve(static_cast<int64_t>(list.size())));
    for (int64_t row : list) {
        row == NoRow ? places.UnsafeAppendNull() : places.UnsafeAppend(row);
    }
    return {taken_at(spread(column, rows), or_throw(places.Finish()))};
}

Batch taken(const Batch& batch, const RowList& list) {
    Batch result{{}, static_cast<int64_t>(list.size())};
    for (const Column& column : batch.columns) result.columns.push_back(taken(column, list));
    return result;
}

Batch taken_or_null(const Batch& batch, const RowList& list) {
    if (std::ranges::find(list, NoRow) == list.end()) return taken(batch, list);
    Batch result{{}, static_cast<int64_t>(list.size())};
    for (const Column& column : batch.columns) {
        result.columns.push_back(taken_or_null(column, batch.rows, list));
    }
    return result;
}

Columns chosen(const Batch& batch, const std::vector<size_t>& places) {
    Columns columns;
    for (size_t place : places) columns.push_back(batch.columns[place]);
    return columns;
}

Batch beside(Batch left, const Batch& right) {
    TARN_ASSERT(left.rows == right.rows);
    left.columns.insert(left.columns.end(), right.columns.begin(), right.columns.end());
    return left;
}

Batch stacked(const std::vector<Batch>& batches) {
    TARN_ASSERT(!batches.empty());
    Batch result{{}, 0};
    for (const Batch& batch : batches) result.rows += batch.rows;
    for (size_t i = 0; i < batches.front().columns.size(); ++i) {
        arrow::ArrayVector pieces;
        for (const Batch& batch : batches) {
            pieces.push_back(spread(batch.columns[i], batch.rows));
        }
        result.columns.push_back({or_throw(arrow::Concatenate(pieces))});
    }
    return result;
}

}  // namespace tarn::sql
