// How often each group has each value, in the order of the values: what MIN and MAX need when rows
// may be taken back, and PERCENTILE always.
#pragma once

#include <arrow/array/array_nested.h>

#include <cmath>
#include <map>

#include "sql/aggregates/kept_values.hpp"
#include "sql/aggregates/list_columns.hpp"

namespace tarn::sql {

// As Java's objects are ordered: NaN above all numbers, and zeros by their signs.
struct JavaLess {
    template <typename T>
    bool operator()(const T& left, const T& right) const {
        if constexpr (std::floating_point<T>) {
            if (std::isnan(left)) return false;
            if (std::isnan(right)) return true;
            if (left == right) return std::signbit(left) && !std::signbit(right);
        }
        return left < right;
    }
};

template <typename T>
class CountedValues {
public:
    using Value = typename Kept<T>::Value;
    // Below zero while a value was taken back more often than added; never zero.
    using Counts = std::map<Value, int64_t, JavaLess>;

    explicit CountedValues(Type type) : type_(std::move(type)) {}

    void reach(Groups groups) { counts_.up_to(end_of(groups)); }

    // Of a group that was reached.
    void add(uint32_t group, const T& value, int64_t count) {
        Counts& counts = counts_.up_to(0)[group];
        auto [known, is_new] = counts.try_emplace(Value(value), 0);
        if (is_new) count_bytes_ += bytes_of(*known);
        known->second += count;
        if (known->second != 0) return;
        count_bytes_ -= bytes_of(*known);
        counts.erase(known);
    }

    const Counts& operator[](uint32_t group) const { return counts_[group]; }

    // Maps of values to counts.
    StateColumns states(Groups groups) const {
        ListEnds ends(groups.size());
        int64_t items = 0;
        for (uint32_t group : groups) {
            items += static_cast<int64_t>(counts_[group].size());
            ends.end_at(items);
        }
        Writer<T> values(type_.not_null(), items);
        Writer<int64_t> counts(simple_type(TypeKind::BigInt), items);
        for (uint32_t group : groups) {
            for (const auto& [value, count] : counts_[group]) {
                values.append(T(value));
                counts.append(count);
            }
        }
        return {ends.maps(arrow::map(arrow_type(type_), arrow::int64()), values.finish().values,
                          counts.finish().values)};
    }

    void merge(Groups groups, const StateColumns& states) {
        const auto& maps = static_cast<const arrow::MapArray&>(*states[0]);
        Column keys{maps.keys()};
        Column items{maps.items()};
        Reader<T> values(keys);
        Reader<int64_t> counts(items);
        reach(groups);
        for (size_t at = 0; at < groups.size(); ++at) {
            int64_t begin = maps.value_offset(static_cast<int64_t>(at));
            int64_t end = begin + maps.value_length(static_cast<int64_t>(at));
            for (int64_t i = begin; i < end; ++i) add(groups[at], values[i], counts[i]);
        }
    }

    void forget(Groups groups) {
        for (uint32_t group : groups) {
            for (const auto& entry : counts_[group]) count_bytes_ -= bytes_of(entry);
            counts_.forget({&group, 1});
        }
    }

    size_t bytes() const { return counts_.bytes() + count_bytes_; }

private:
    // The tree has four words at each value besides.
    static size_t bytes_of(const typename Counts::value_type& entry) {
        constexpr size_t Node = sizeof(entry) + 4 * sizeof(void*);
        if constexpr (std::same_as<Value, std::string>) return Node + bytes_outside(entry.first);
        return Node;
    }

    Type type_;
    OfGroups<Counts> counts_;
    size_t count_bytes_ = 0;
};

}  // namespace tarn::sql
