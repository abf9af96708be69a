// Rows as bytes: those of equal rows are equal, and otherwise they compare as Flink orders the
// rows. Who groups, joins, sorts or finds duplicates needs to know no more of the types of columns.
//
// A NULL is equal to another. NaN is equal to itself and above all numbers, and -0.0 is below 0.0,
// as Java's Double.compare has it. Decimals compare by their values whatever their scales are, and
// times whatever their precision. Maps, which have no order, still have equal bytes when they have
// equal entries.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "sql/values/column.hpp"

namespace tarn::sql {

struct SortDirection {
    bool is_descending = false;
    bool nulls_first = true;  // also when descending
};

// A key for each row. Columns without a direction are ascending.
std::vector<std::string> sort_keys(std::span<const Column> columns, int64_t rows,
                                   std::span<const SortDirection> directions = {});

}  // namespace tarn::sql
