// One value for each group, kept until a better one comes: what MIN, MAX, FIRST_VALUE and
// LAST_VALUE have in common while no row is taken back.
#pragma once

#include <string>

#include "sql/aggregates/byte_list.hpp"
#include "sql/aggregates/groups.hpp"
#include "sql/functions/number_kinds.hpp"
#include "sql/values/writers.hpp"

namespace tarn::sql {

template <typename T>
struct Kept {
    using Value = T;
};
template <>
struct Kept<std::string_view> {
    using Value = std::string;
};
template <>
struct Kept<bool> {
    using Value = uint8_t;  // vectors of bool have no plain elements
};

// `replaces(value, kept)` says whether a value takes the place of the one before it. The first of a
// group is kept in any case, NaN too.
template <typename T, typename Replaces>
class KeptValues final : public Accumulator {
public:
    explicit KeptValues(Type type) : type_(std::move(type)) {}

    void add(Groups groups, std::span<const Column> arguments) override {
        size_t end = end_of(groups);
        auto* kept = kept_.up_to(end);
        uint8_t* has = has_.up_to(end);
        for_each_value<T>(groups, arguments[0], [=, this](uint32_t group, const T& value) {
            if (has[group] && !Replaces()(value, T(kept[group]))) return;
            keep(kept[group], value);
            has[group] = 1;
        });
    }

    // Rows are only added.
    bool goes_row_by_row() const override { return true; }
    Column values_row_by_row(Groups groups, RowEffects effects,
                             std::span<const Column> arguments) override {
        size_t end = end_of(groups);
        auto* kept = kept_.up_to(end);
        uint8_t* has = has_.up_to(end);
        auto change = [=, this](uint32_t group, const T& value, RowEffect) {
            if (has[group] && !Replaces()(value, T(kept[group]))) return;
            keep(kept[group], value);
            has[group] = 1;
        };
        return column_value_by_value<T>(type_, groups, effects, arguments[0], change,
                                        [this](uint32_t group) { return value(group); });
    }

    StateColumns states(Groups groups) const override { return {values(groups).values}; }

    // The value that another has kept is one more of the group.
    void merge(Groups groups, const StateColumns& states) override {
        Column kept{states[0]};
        add(groups, {&kept, 1});
    }

    void forget(Groups groups) override {
        for (uint32_t group : groups) {
            text_bytes_ -= bytes_of(kept_[group]);
            kept_.forget({&group, 1});
        }
        has_.forget(groups);
    }

    Column values(Groups groups) const override {
        return column_of<T>(type_, groups, [this](uint32_t group) { return value(group); });
    }

    size_t bytes() const override { return kept_.bytes() + has_.bytes() + text_bytes_; }

private:
    using Value = typename Kept<T>::Value;

    std::optional<T> value(uint32_t group) const {
        return has_[group] ? std::optional(T(kept_[group])) : std::nullopt;
    }

    void keep(Value& kept, const T& value) {
        if constexpr (std::same_as<Value, std::string>) {
            text_bytes_ -= bytes_of(kept);
            kept = value;
            text_bytes_ += bytes_of(kept);
        } else {
            kept = value;
        }
    }

    static size_t bytes_of(const Value& kept) {
        if constexpr (std::same_as<Value, std::string>) return bytes_outside(kept);
        return 0;
    }

    Type type_;
    OfGroups<Value> kept_;
    OfGroups<uint8_t> has_;
    size_t text_bytes_ = 0;
};

// What `make` gives for a value of the C++ type; nothing for what is not kept so.
template <typename Make>
std::optional<AccumulatorFactory> for_kept(const Type& type, Make make) {
    switch (type.kind) {
        case TypeKind::Boolean:
            return make(false);
        case TypeKind::Decimal:
            return make(arrow::Decimal128());
        case TypeKind::Char:
        case TypeKind::VarChar:
            return make(std::string_view());
        case TypeKind::Date:
        case TypeKind::Time:
            return make(int32_t{});
        case TypeKind::Timestamp:
        case TypeKind::TimestampLtz:
            return make(int64_t{});
        default:
            return for_number<AccumulatorFactory>(type, make);
    }
}

}  // namespace tarn::sql
