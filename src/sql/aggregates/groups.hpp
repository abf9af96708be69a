// State of groups in plain vectors, and loops that add a column of values to it. A loop reads the
// column once and calls nothing that the compiler cannot see.
#pragma once

#include <arrow/array.h>
#include <arrow/buffer.h>
#include <arrow/util/bitmap_ops.h>

#include <cstring>

#include "columns/arrow_result.hpp"
#include "sql/aggregates/aggregate.hpp"
#include "sql/values/arrow_types.hpp"
#include "sql/values/readers.hpp"

namespace tarn::sql {

using Groups = std::span<const uint32_t>;

// One more than the highest of them.
inline size_t end_of(Groups groups) {
    uint32_t highest = 0;
    for (uint32_t group : groups) highest = std::max(highest, group);
    return groups.empty() ? 0 : size_t{highest} + 1;
}

template <typename T>
void grow(std::vector<T>& of_groups, size_t groups, const T& initial = {}) {
    if (of_groups.size() < groups) of_groups.resize(groups, initial);
}

// Calls `add(group, value)` for each row whose value is not NULL.
template <typename T, typename Add>
void for_each_value(Groups groups, const Column& column, Add add) {
    Reader<T> values(column);
    auto rows = static_cast<int64_t>(groups.size());
    if (column.values->null_count() == 0) {
        for (int64_t row = 0; row < rows; ++row) add(groups[static_cast<size_t>(row)], values[row]);
    } else {
        for (int64_t row = 0; row < rows; ++row) {
            if (!values.is_null(row)) add(groups[static_cast<size_t>(row)], values[row]);
        }
    }
}

// Which groups have a value, a byte for each.
using HasValue = std::vector<uint8_t>;

struct GroupValidity {
    std::shared_ptr<arrow::Buffer> bits;
    int64_t null_count;
};

// Of the first `groups` groups; those that `has` does not know have none.
inline GroupValidity validity_of(const HasValue& has, size_t groups) {
    auto rows = static_cast<int64_t>(groups);
    GroupValidity validity{columns::or_throw(arrow::AllocateEmptyBitmap(rows)), rows};
    for (size_t group = 0; group < std::min(groups, has.size()); ++group) {
        if (!has[group]) continue;
        arrow::bit_util::SetBit(validity.bits->mutable_data(), static_cast<int64_t>(group));
        --validity.null_count;
    }
    return validity;
}

// The values of groups as they are stored, NULL for those that have none.
template <typename T>
Column stored_column(const Type& type, const std::vector<T>& values, const HasValue& has,
                     size_t groups) {
    auto rows = static_cast<int64_t>(groups);
    std::shared_ptr<arrow::Buffer> buffer =
        columns::or_throw(arrow::AllocateBuffer(rows * static_cast<int64_t>(sizeof(T))));
    size_t known = std::min(groups, values.size());
    std::memset(buffer->mutable_data(), 0, groups * sizeof(T));
    if (known > 0) std::memcpy(buffer->mutable_data(), values.data(), known * sizeof(T));
    GroupValidity validity = validity_of(has, groups);
    return {arrow::MakeArray(arrow::ArrayData::Make(arrow_type(type), rows, {validity.bits, buffer},
                                                    validity.null_count))};
}

// Of values that are made of the state only now: `value_of(group)` may be nothing, for the `known`
// groups that have a state.
template <typename T, typename ValueOf>
Column computed_column(const Type& type, size_t known, size_t groups, ValueOf value_of) {
    std::vector<T> values(std::min(known, groups));
    HasValue has(values.size());
    for (size_t group = 0; group < values.size(); ++group) {
        std::optional<T> value = value_of(group);
        has[group] = value.has_value();
        if (value) values[group] = *value;
    }
    return stored_column(type, values, has, groups);
}

using AccumulatorFactory = std::function<AccumulatorPtr()>;

template <typename Made, typename... Arguments_>
AccumulatorFactory accumulator(Arguments_... arguments) {
    return [=]() -> AccumulatorPtr { return std::make_unique<Made>(arguments...); };
}

inline bool is_bare_null(const Argument& argument) {
    return argument.type.kind == TypeKind::Null;
}

}  // namespace tarn::sql
