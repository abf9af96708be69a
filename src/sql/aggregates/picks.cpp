// FIRST_VALUE and LAST_VALUE, which pass NULLs over, and SINGLE_VALUE, to which they are values.
#include <arrow/array/builder_primitive.h>

#include "sql/aggregates/kept_rows.hpp"
#include "sql/aggregates/kept_values.hpp"
#include "sql/aggregates/kinds.hpp"

namespace tarn::sql {
namespace {

struct Never {
    bool operator()(const auto&, const auto&) const { return false; }
};

struct Always {
    bool operator()(const auto&, const auto&) const { return true; }
};

// Flink has these for no other types, though nothing would be in the way.
bool can_pick(const Type& type) {
    return is_numeric(type) || type.kind == TypeKind::Boolean || type.kind == TypeKind::VarChar;
}

template <typename Replaces>
std::optional<AggregateSignature> pick_of(Arguments arguments) {
    if (arguments.size() != 1 || !can_pick(arguments[0].type)) return std::nullopt;
    const Type& type = arguments[0].type;
    return AggregateSignature{type, {type}, keeping<Replaces>(type).value()};
}

class SingleValues final : public Accumulator {
public:
    explicit SingleValues(Type type) : rows_(std::move(type)) {}

    void add(Groups groups, std::span<const Column> arguments) override {
        grow(places_, end_of(groups), None);
        int64_t begin = rows_.size();
        for (size_t row = 0; row < groups.size(); ++row) {
            int64_t& place = places_[groups[row]];
            auto at = static_cast<int64_t>(row);
            if (place != None) throw RowError(at, "a subquery of one value has several rows");
            place = begin + at;
        }
        rows_.append(spread(arguments[0], static_cast<int64_t>(groups.size())));
    }

    Column values(size_t groups) const override {
        arrow::Int64Builder places;
        columns::or_throw(places.Reserve(static_cast<int64_t>(groups)));
        for (size_t group = 0; group < groups; ++group) {
            bool has_row = group < places_.size() && places_[group] != None;
            has_row ? places.UnsafeAppend(places_[group]) : places.UnsafeAppendNull();
        }
        return {taken_at(rows_.joined(), columns::or_throw(places.Finish()))};
    }

private:
    static constexpr int64_t None = -1;

    KeptRows rows_;
    std::vector<int64_t> places_;
};

std::optional<AggregateSignature> single_value(Arguments arguments) {
    if (arguments.size() != 1) return std::nullopt;
    const Type& type = arguments[0].type;
    return AggregateSignature{type, {type}, accumulator<SingleValues>(type)};
}

}  // namespace

std::vector<Aggregate> pick_aggregates() {
    return {
        {"FIRST_VALUE", "FIRST_VALUE(value)",
         "The number, text or truth that came first, whatever the time in its row; NULLs do not "
         "count.",
         "FIRST_VALUE(price)", pick_of<Never>},
        {"LAST_VALUE", "LAST_VALUE(value)",
         "The number, text or truth that came last, whatever the time in its row; NULLs do not "
         "count.",
         "LAST_VALUE(price)", pick_of<Always>},
    };
}

std::vector<Aggregate> inner_aggregates() {
    return {{"SINGLE_VALUE", "SINGLE_VALUE(value)",
             "The value of the only row; more rows are an error.", "", single_value}};
}

}  // namespace tarn::sql
