// One value for each group, kept until a better one comes: what MIN, MAX, FIRST_VALUE and
// LAST_VALUE have in common.
#pragma once

#include <string>

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
        grow(kept_, end);
        grow(has_, end);
        auto* kept = kept_.data();
        uint8_t* has = has_.data();
        for_each_value<T>(groups, arguments[0], [=](uint32_t group, const T& value) {
            if (has[group] && !Replaces()(value, T(kept[group]))) return;
            kept[group] = value;
            has[group] = 1;
        });
    }

    Column values(size_t groups) const override {
        if constexpr (PlainNumber<T> || std::same_as<T, arrow::Decimal128>) {
            return stored_column(type_, kept_, has_, groups);
        } else {
            Writer<T> writer(type_, static_cast<int64_t>(groups));
            for (size_t group = 0; group < groups; ++group) {
                bool has_value = group < has_.size() && has_[group];
                has_value ? writer.append(T(kept_[group])) : writer.append_null();
            }
            return writer.finish();
        }
    }

private:
    Type type_;
    std::vector<typename Kept<T>::Value> kept_;
    HasValue has_;
};

// Of values of one type; the accumulator's factory, or nothing for what is not kept so.
template <typename Replaces>
std::optional<std::function<AccumulatorPtr()>> keeping(const Type& type) {
    auto make = [&]<typename T>(T) { return accumulator<KeptValues<T, Replaces>>(type); };
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
