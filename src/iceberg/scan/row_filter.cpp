#include "iceberg/scan/row_filter.hpp"

#include <algorithm>

#include "base/assert.hpp"
#include "iceberg/format/arrow_values.hpp"

namespace tarn::iceberg {
namespace {

// Whole numbers, dates and times, which most conditions are about.
template <typename T>
void compare_numbers(const Filter& leaf, const arrow::Array& column, RowMask& rows) {
    const T* values = column.data()->GetValues<T>(1);
    T literal = std::get<T>(leaf.literals[0]);
    auto keep = [&](auto is_fulfilled) {
        for (size_t row = 0; row < rows.size(); ++row) {
            bool is_taken =
                is_fulfilled(values[row], literal) && column.IsValid(static_cast<int64_t>(row));
            rows[row] &= static_cast<uint8_t>(is_taken);
        }
    };
    switch (leaf.operation) {
        case Operation::Less:
            return keep(std::less<T>());
        case Operation::LessOrEqual:
            return keep(std::less_equal<T>());
        case Operation::Greater:
            return keep(std::greater<T>());
        case Operation::GreaterOrEqual:
            return keep(std::greater_equal<T>());
        case Operation::Equal:
            return keep(std::equal_to<T>());
        case Operation::NotEqual:
            return keep(std::not_equal_to<T>());
        default:
            TARN_ASSERT(false);
    }
}

void keep_leaf(const Filter& leaf, const arrow::Array& column, RowMask& rows) {
    bool is_comparison = leaf.operation >= Operation::Less && leaf.operation <= Operation::NotEqual;
    if (is_comparison && std::holds_alternative<int32_t>(leaf.literals[0])) {
        return compare_numbers<int32_t>(leaf, column, rows);
    }
    if (is_comparison && std::holds_alternative<int64_t>(leaf.literals[0])) {
        return compare_numbers<int64_t>(leaf, column, rows);
    }
    bool asks_for_null =
        leaf.operation == Operation::IsNull || leaf.operation == Operation::NotNull;
    for (size_t row = 0; row < rows.size(); ++row) {
        auto at = static_cast<int64_t>(row);
        if (asks_for_null) {
            bool is_taken = column.IsNull(at) == (leaf.operation == Operation::IsNull);
            rows[row] &= static_cast<uint8_t>(is_taken);
        } else if (rows[row]) {
            rows[row] = is_fulfilled(leaf, value_at(column, at, leaf.type));
        }
    }
}

}  // namespace

void keep_matching(const Filter& filter, const ColumnsById& columns, RowMask& rows) {
    switch (filter.operation) {
        case Operation::True:
            return;
        case Operation::False:
            return rows.assign(rows.size(), 0);
        case Operation::And:
            for (const Filter& child : filter.children) keep_matching(child, columns, rows);
            return;
        case Operation::Or: {
            RowMask taken(rows.size(), 0);
            for (const Filter& child : filter.children) {
                RowMask by_child = rows;
                keep_matching(child, columns, by_child);
                std::ranges::transform(taken, by_child, taken.begin(), std::bit_or<>());
            }
            rows = std::move(taken);
            return;
        }
        default: {
            auto column = columns.find(filter.field_id);
            TARN_ASSERT(column != columns.end());
            return keep_leaf(filter, *column->second, rows);
        }
    }
}

}  // namespace tarn::iceberg
