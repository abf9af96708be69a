// Lists of row numbers, and batches made of the rows that they name: steps decide on rows by their
// numbers, and values are copied once.
#pragma once

#include <vector>

#include "sql/expressions/evaluate.hpp"

namespace tarn::sql {

using RowList = std::vector<int64_t>;

// In a list, a row whose values are all NULL.
inline constexpr int64_t NoRow = -1;

// 0 to rows - 1.
RowList all_rows(int64_t rows);

// Where the condition is TRUE.
RowList true_rows(const Column& condition, int64_t rows);

// Of a column with that many rows; the list may name NoRow.
Column taken_or_null(const Column& column, int64_t rows, const RowList& list);

Batch taken(const Batch& batch, const RowList& list);
Batch taken_or_null(const Batch& batch, const RowList& list);

// The columns at the places, in that order.
Columns chosen(const Batch& batch, const std::vector<size_t>& places);

// Of batches with the same number of rows.
Batch beside(Batch left, const Batch& right);

// One below the other; at least one, all with the same columns.
Batch stacked(const std::vector<Batch>& batches);

}  // namespace tarn::sql
