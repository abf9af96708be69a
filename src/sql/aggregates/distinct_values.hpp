// The different values that each group has seen, of any type. NULL is none of them. Doubles are
// told apart as Java's objects are: NaN is one value, zeros of different signs are two.
#pragma once

#include <string>
#include <unordered_map>

#include "sql/aggregates/groups.hpp"

namespace tarn::sql {

class DistinctValues {
public:
    explicit DistinctValues(Type type) : type_(std::move(type)) {}

    // Calls `seen(row, number, is_new)` for each row with a value: the numbers of the different
    // pairs of group and value count from 0.
    template <typename Seen>
    void add(Groups groups, const Column& column, Seen seen) {
        for (size_t row = 0; row < groups.size(); ++row) {
            auto place = column.place(static_cast<int64_t>(row));
            if (column.values->IsNull(place)) continue;
            set_key(groups[row], *column.values, place);
            auto known = numbers_.find(std::string_view(key_));
            bool is_new = known == numbers_.end();
            if (is_new) {
                known = numbers_.emplace(key_, static_cast<uint32_t>(numbers_.size())).first;
            }
            seen(static_cast<int64_t>(row), known->second, is_new);
        }
    }

private:
    struct Hash {
        using is_transparent = void;
        size_t operator()(std::string_view text) const {
            return std::hash<std::string_view>()(text);
        }
    };

    // A group and a value as bytes that are equal when both are.
    void set_key(uint32_t group, const arrow::Array& values, int64_t place);

    Type type_;
    std::string key_;  // of the last row, so that there is one allocation for all rows
    std::unordered_map<std::string, uint32_t, Hash, std::equal_to<>> numbers_;
};

}  // namespace tarn::sql
