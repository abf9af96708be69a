// State of groups in plain vectors, and loops that add a column of values to it. A loop reads the
// column once and calls nothing that the compiler cannot see.
#pragma once

#include <algorithm>

#include "sql/aggregates/aggregate.hpp"
#include "sql/values/readers.hpp"
#include "sql/values/writers.hpp"

namespace tarn::sql {

using Groups = std::span<const uint32_t>;
using RowEffects = std::span<const RowEffect>;

// One more than the highest of them.
inline size_t end_of(Groups groups) {
    uint32_t highest = 0;
    for (uint32_t group : groups) highest = std::max(highest, group);
    return groups.empty() ? 0 : size_t{highest} + 1;
}

// A state for each group, by its number.
template <typename State>
class OfGroups {
public:
    // `none` is that of a group without rows.
    explicit OfGroups(State none = {}) : none_(std::move(none)) {}

    // Those of the first `end` groups, to be changed; they stay where they are until more are asked
    // for.
    State* up_to(size_t end) {
        if (states_.size() < end) states_.resize(end, none_);
        return states_.data();
    }

    const State& operator[](uint32_t group) const {
        return group < states_.size() ? states_[group] : none_;
    }

    void forget(Groups groups) {
        for (uint32_t group : groups) {
            if (group >= states_.size()) continue;
            // An assignment would keep the memory that the state holds.
            std::destroy_at(&states_[group]);
            std::construct_at(&states_[group], none_);
        }
    }

    // Without what the states hold elsewhere.
    size_t bytes() const { return states_.capacity() * sizeof(State); }

private:
    State none_;
    std::vector<State> states_;
};

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

// A row for each of the groups: `value_of(group)` may be nothing.
template <typename T, typename ValueOf>
Column column_of(const Type& type, Groups groups, ValueOf value_of) {
    Writer<std::optional<T>> writer(type, static_cast<int64_t>(groups.size()));
    for (uint32_t group : groups) writer.append(value_of(group));
    return writer.finish();
}

// After each row the value of its group: `change(row, group, effect)` is called before for those
// that do something.
template <typename T, typename Change, typename ValueOf>
Column column_row_by_row(const Type& type, Groups groups, RowEffects effects, Change change,
                         ValueOf value_of) {
    Writer<std::optional<T>> writer(type, static_cast<int64_t>(groups.size()));
    for (size_t row = 0; row < groups.size(); ++row) {
        if (effects[row] != RowEffect::None) {
            change(static_cast<int64_t>(row), groups[row], effects[row]);
        }
        writer.append(value_of(groups[row]));
    }
    return writer.finish();
}

// The same for `change(group, value, effect)`, which NULLs do not do.
template <typename T, typename Change, typename ValueOf>
Column column_value_by_value(const Type& type, Groups groups, RowEffects effects,
                             const Column& column, Change change, ValueOf value_of) {
    Reader<T> values(column);
    auto change_by_row = [&](int64_t row, uint32_t group, RowEffect effect) {
        if (!values.is_null(row)) change(group, values[row], effect);
    };
    return column_row_by_row<T>(type, groups, effects, change_by_row, value_of);
}

// The same as a part of their state, of a number that no other type is needed for.
template <PlainNumber T, typename ValueOf>
std::shared_ptr<arrow::Array> state_of(Groups groups, ValueOf value_of) {
    typename arrow::CTypeTraits<T>::BuilderType builder;
    columns::or_throw(builder.Reserve(static_cast<int64_t>(groups.size())));
    for (uint32_t group : groups) builder.UnsafeAppend(value_of(group));
    return columns::or_throw(builder.Finish());
}

// One accumulator for both kinds of input.
template <typename Made, typename... Arguments_>
AccumulatorFactory accumulator(Arguments_... arguments) {
    return [=](AggregateInput) -> AccumulatorPtr { return std::make_unique<Made>(arguments...); };
}

// One for each of them.
template <typename OfInserts, typename OfChanges, typename... Arguments_>
AccumulatorFactory accumulators(Arguments_... arguments) {
    return [=](AggregateInput input) -> AccumulatorPtr {
        if (input == AggregateInput::Inserts) return std::make_unique<OfInserts>(arguments...);
        return std::make_unique<OfChanges>(arguments...);
    };
}

inline bool is_bare_null(const Argument& argument) {
    return argument.type.kind == TypeKind::Null;
}

}  // namespace tarn::sql
