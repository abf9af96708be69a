#include "sql/plan/steps.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/assert.hpp"
#include "sql/expressions/literals.hpp"
#include "sql/values/readers.hpp"
#include "sql/values/writers.hpp"

namespace tarn::sql {
namespace {

// A column stays what it is for the time of a stream only while nobody computes with it.
TimeRole role_of(const Bound& value, const Plan& input) {
    if (const auto* column = std::get_if<InputColumn>(&value->node)) {
        return input.columns[column->place].time;
    }
    const auto* call = std::get_if<BoundCall>(&value->node);
    return call && call->name == "PROCTIME" ? TimeRole::Proctime : TimeRole::None;
}

void add_columns(std::vector<PlanColumn>& columns, const Plan& of, bool may_be_missing) {
    for (PlanColumn column : of.columns) {
        if (may_be_missing) column.type.is_nullable = true;
        columns.push_back(std::move(column));
    }
}

}  // namespace

std::vector<std::string> told_apart(std::vector<std::string> names) {
    std::set<std::string> used;
    for (std::string& name : names) {
        std::string plain = name;
        for (int i = 0; !used.insert(name).second; ++i) name = fmt::format("{}{}", plain, i);
    }
    return names;
}

Bound column_of(const Plan& plan, size_t place, Span span) {
    return made(plan.columns[place].type, span, InputColumn{place});
}

std::vector<Bound> columns_of(const Plan& plan, Span span) {
    std::vector<Bound> columns;
    for (size_t i = 0; i < plan.columns.size(); ++i) columns.push_back(column_of(plan, i, span));
    return columns;
}

PlanPtr projected(const PlanPtr& input, std::vector<Bound> values,
                  const std::vector<std::string>& names) {
    std::vector<PlanColumn> columns;
    for (size_t i = 0; i < values.size(); ++i) {
        columns.push_back({names[i], values[i]->type, role_of(values[i], *input)});
    }
    return made(input->span, std::move(columns), Project{input, std::move(values)});
}

PlanPtr first_columns(const PlanPtr& input, size_t count) {
    if (input->columns.size() == count) return input;
    std::vector<Bound> values = columns_of(*input, input->span);
    values.resize(count);
    std::vector<std::string> names;
    for (size_t i = 0; i < count; ++i) names.push_back(input->columns[i].name);
    return projected(input, std::move(values), names);
}

std::pair<PlanPtr, std::vector<size_t>> with_values(const PlanPtr& input,
                                                    const std::vector<Bound>& values) {
    std::vector<Bound> all = columns_of(*input, input->span);
    std::vector<size_t> places;
    for (const Bound& value : values) {
        auto known =
            std::ranges::find_if(all, [&](const Bound& each) { return are_same(each, value); });
        places.push_back(static_cast<size_t>(known - all.begin()));
        if (known == all.end()) all.push_back(value);
    }
    if (all.size() == input->columns.size()) return {input, std::move(places)};
    std::vector<std::string> names;
    for (const PlanColumn& column : input->columns) names.push_back(column.name);
    while (names.size() < all.size()) names.push_back(fmt::format("$f{}", names.size()));
    return {projected(input, std::move(all), told_apart(std::move(names))), std::move(places)};
}

PlanPtr filtered(const PlanPtr& input, Bound condition) {
    if (is_always_true(condition)) return input;
    Span span = condition->span;
    return made(span, input->columns, Filter{input, std::move(condition)});
}

PlanPtr joined(JoinKind kind, const PlanPtr& left, const PlanPtr& right, Bound condition) {
    bool is_left_optional = kind == JoinKind::Right || kind == JoinKind::Full;
    bool is_right_optional = kind == JoinKind::Left || kind == JoinKind::Full;
    std::vector<PlanColumn> columns;
    add_columns(columns, *left, is_left_optional);
    if (kind != JoinKind::Semi && kind != JoinKind::Anti) {
        add_columns(columns, *right, is_right_optional);
    }
    Span span = condition->span;
    return made(span, std::move(columns), JoinRows{kind, left, right, std::move(condition)});
}

PlanPtr aggregated(const PlanPtr& input, std::vector<size_t> keys, std::vector<AggregateCall> calls,
                   Span span) {
    std::vector<PlanColumn> columns;
    for (size_t key : keys) columns.push_back(input->columns[key]);
    for (const AggregateCall& call : calls) {
        columns.push_back({fmt::format("$f{}", columns.size()), call.type});
    }
    return made(span, std::move(columns), AggregateRows{input, std::move(keys), std::move(calls)});
}

PlanPtr distinct(const PlanPtr& input, Span span) {
    std::vector<size_t> keys;
    for (size_t i = 0; i < input->columns.size(); ++i) keys.push_back(i);
    return aggregated(input, std::move(keys), {}, span);
}

PlanPtr sorted(const PlanPtr& input, std::vector<SortKey> keys, Span span, int64_t offset,
               std::optional<int64_t> limit) {
    if (keys.empty() && offset == 0 && !limit) return input;
    return made(span, input->columns, SortRows{input, std::move(keys), offset, limit});
}

PlanPtr renamed(const PlanPtr& input, const std::vector<std::string>& names) {
    bool is_same = std::ranges::equal(input->columns, names, {}, &PlanColumn::name);
    if (is_same) return input;
    return projected(input, columns_of(*input, input->span), names);
}

Bound shifted(const Bound& bound, int64_t by) {
    return with_columns(bound, [&](size_t place, const Bound& column) {
        auto moved = static_cast<size_t>(static_cast<int64_t>(place) + by);
        return made(column->type, column->span, InputColumn{moved});
    });
}

void want_order(const Bound& value, std::string_view where) {
    TypeKind kind = value->type.kind;
    if (kind == TypeKind::Null) {
        refuse(value->span, "NULL has no type here", "CAST(NULL AS STRING) has one");
    }
    if (kind != TypeKind::Map && kind != TypeKind::Multiset) return;
    refuse(value->span, fmt::format("{} does not go with {}: it has no order", where,
                                    text_of(value->type.or_null())));
}

Bound null_of(const Type& type, Span span) {
    return constant(type.or_null(), null_column(type), span);
}

Bound always_true(Span span) {
    Type type = simple_type(TypeKind::Boolean).not_null();
    return constant(type, constant_column(type, true), span);
}

bool is_always_true(const Bound& condition) {
    const Column* value = constant_of(condition);
    return value && !value->is_null(0) && Reader<bool>(*value)[0];
}

Bound conjunction(const std::vector<Bound>& conditions) {
    TARN_ASSERT(!conditions.empty());
    if (conditions.size() == 1) return conditions[0];
    bool is_nullable =
        std::ranges::any_of(conditions, [](const Bound& each) { return each->type.is_nullable; });
    return made(simple_type(TypeKind::Boolean).or_null(is_nullable), conditions[0]->span,
                Logical{true, conditions});
}

std::vector<Bound> conjuncts_of(const Bound& condition) {
    const auto* logical = std::get_if<Logical>(&condition->node);
    if (!logical || !logical->is_and) return {condition};
    std::vector<Bound> all;
    for (const Bound& operand : logical->operands) {
        for (Bound& each : conjuncts_of(operand)) all.push_back(std::move(each));
    }
    return all;
}

}  // namespace tarn::sql
