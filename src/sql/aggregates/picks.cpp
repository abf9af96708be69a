// FIRST_VALUE and LAST_VALUE, which pass NULLs over, and SINGLE_VALUE, to which they are values.
#include "sql/aggregates/kept_lists.hpp"
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

// Of one column.
constexpr std::string_view PackedNull("\0", 1);

// Of changes. Of several equal values Flink takes back the first.
template <bool IsFirst>
class KeptEnds final : public KeptLists {
public:
    explicit KeptEnds(Type type) : KeptLists(std::move(type), NullItems::LeftOut) {}

    Column values(Groups groups) const override {
        std::vector<std::string_view> values;
        for (uint32_t group : groups) {
            const ByteList& items = list(group);
            if (items.is_empty()) {
                values.push_back(PackedNull);
            } else {
                values.push_back(IsFirst ? items.first() : items.last());
            }
        }
        return unpacked(values, {&item(), 1})[0];
    }
};

// Flink has these for no other types, though nothing would be in the way.
bool can_pick(const Type& type) {
    return is_numeric(type) || type.kind == TypeKind::Boolean || type.kind == TypeKind::VarChar;
}

template <bool IsFirst>
std::optional<AggregateSignature> pick_of(Arguments arguments) {
    using Replaces = std::conditional_t<IsFirst, Never, Always>;
    if (arguments.size() != 1 || !can_pick(arguments[0].type)) return std::nullopt;
    const Type& type = arguments[0].type;
    auto make = for_kept(type, [&]<typename T>(T) {
        return accumulators<KeptValues<T, Replaces>, KeptEnds<IsFirst>>(type);
    });
    return AggregateSignature{type, {type}, std::move(make.value())};
}

class SingleValues final : public Accumulator {
public:
    explicit SingleValues(Type type) : type_(std::move(type)) {}

    void add(Groups groups, std::span<const Column> arguments) override {
        Row* rows = rows_.up_to(end_of(groups));
        PackedRows values = packed(arguments, static_cast<int64_t>(groups.size()));
        for (size_t at = 0; at < groups.size(); ++at) {
            Row& kept = rows[groups[at]];
            auto row = static_cast<int64_t>(at);
            if (kept.count > 0) refuse(row);
            keep(kept, values[at]);
            ++kept.count;
        }
    }

    void retract(Groups groups, std::span<const Column>) override {
        Row* rows = rows_.up_to(end_of(groups));
        for (uint32_t group : groups) {
            clear(rows[group]);
            --rows[group].count;
        }
    }

    StateColumns states(Groups groups) const override {
        return {values(groups).values,
                state_of<int8_t>(groups, [&](uint32_t group) { return rows_[group].has_value(); }),
                state_of<int64_t>(groups, [&](uint32_t group) { return rows_[group].count; })};
    }

    // A row that was taken back and another one that came for it are a value and a count of 0.
    void merge(Groups groups, const StateColumns& states) override {
        Row* rows = rows_.up_to(end_of(groups));
        Column value_column{states[0]};
        PackedRows values = packed({&value_column, 1}, states[0]->length());
        Column presence{states[1]};
        Column counts{states[2]};
        Reader<int8_t> has_value(presence);
        Reader<int64_t> count(counts);
        for (size_t at = 0; at < groups.size(); ++at) {
            auto row = static_cast<int64_t>(at);
            Row& kept = rows[groups[at]];
            kept.count += count[row];
            if (kept.count > 1) refuse(row);
            if (has_value[row]) {
                keep(kept, values[at]);
            } else if (count[row] < 0) {
                clear(kept);
            }
        }
    }

    void forget(Groups groups) override {
        for (uint32_t group : groups) {
            value_bytes_ -= bytes_outside(rows_[group].value);
            rows_.forget({&group, 1});
        }
    }

    Column values(Groups groups) const override {
        std::vector<std::string_view> values;
        for (uint32_t group : groups) {
            const Row& row = rows_[group];
            values.push_back(row.has_value() ? std::string_view(row.value) : PackedNull);
        }
        return unpacked(values, {&type_, 1})[0];
    }

    size_t bytes() const override { return rows_.bytes() + value_bytes_; }

private:
    struct Row {
        std::string value;  // packed; no bytes when there is no row
        int64_t count = 0;  // below zero while one was taken back that is still to come

        bool has_value() const { return !value.empty(); }
    };

    [[noreturn]] static void refuse(int64_t row) {
        throw RowError(row, "a subquery of one value has several rows");
    }

    void clear(Row& row) {
        value_bytes_ -= bytes_outside(row.value);
        row.value = std::string();
        value_bytes_ += bytes_outside(row.value);
    }

    void keep(Row& row, std::string_view value) {
        value_bytes_ -= bytes_outside(row.value);
        row.value = value;
        value_bytes_ += bytes_outside(row.value);
    }

    Type type_;
    OfGroups<Row> rows_;
    size_t value_bytes_ = 0;
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
         "FIRST_VALUE(price)", pick_of<true>},
        {"LAST_VALUE", "LAST_VALUE(value)",
         "The number, text or truth that came last, whatever the time in its row; NULLs do not "
         "count.",
         "LAST_VALUE(price)", pick_of<false>},
    };
}

std::vector<Aggregate> inner_aggregates() {
    return {{"SINGLE_VALUE", "SINGLE_VALUE(value)",
             "The value of the only row; more rows are an error.", "", single_value}};
}

}  // namespace tarn::sql
