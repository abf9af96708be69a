#include "sql/plan/subqueries.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sql/expressions/literals.hpp"
#include "sql/plan/decorrelation.hpp"
#include "sql/plan/steps.hpp"
#include "sql/values/writers.hpp"

namespace tarn::sql {
namespace {

Bound all_of(const std::vector<Bound>& conditions, Span span, const ExpressionBinder& binder) {
    if (conditions.empty()) return always_true(span);
    return conditions.size() == 1 ? conditions[0] : binder.junction(true, conditions, span);
}

// A call of an aggregate without settings of its own.
AggregateCall call_of(std::string_view name, const Plan& input, std::vector<size_t> places) {
    const Aggregate* function = find_aggregate(name);
    std::vector<Argument> arguments;
    for (size_t place : places) arguments.push_back({input.columns[place].type});
    AggregateSignature signature = *function->resolve(arguments);
    Type type = signature.result.or_null(signature.is_null_of_none);
    return {function, std::move(signature), std::move(places), std::move(type)};
}

bool has_one_row_at_most(const Plan& plan) {
    if (const auto* project = std::get_if<Project>(&plan.node)) {
        return has_one_row_at_most(*project->input);
    }
    if (const auto* rows = std::get_if<ConstantRows>(&plan.node)) return rows->rows.size() <= 1;
    if (const auto* sort = std::get_if<SortRows>(&plan.node)) {
        return sort->limit && *sort->limit <= 1;
    }
    const auto* aggregate = std::get_if<AggregateRows>(&plan.node);
    return aggregate && aggregate->keys.empty();
}

Bound boolean(bool value, Span span) {
    Type type = simple_type(TypeKind::Boolean).not_null();
    return constant(type, constant_column(type, value), span);
}

Bound or_else(const Bound& found, const Bound& marker, const Bound& otherwise,
              const ExpressionBinder& binder) {
    return binder.chosen({{binder.is_null(marker, found->span), otherwise}}, found, found->span);
}

// With one row at most for each value of the columns that the conditions compare.
Detached single_valued(const Detached& subquery, Span span) {
    std::vector<Bound> own;
    for (const Bound& condition : subquery.conditions) {
        auto equality = outer_equality(condition);
        if (!equality) {
            refuse(condition->span,
                   "a subquery for a value may only compare its own values with = to those of the "
                   "query around it");
        }
        own.push_back(equality->own);
    }
    auto [wider, keys] = with_values(subquery.plan, own);
    PlanPtr grouped = aggregated(wider, keys, {call_of("SINGLE_VALUE", *wider, {0})}, span);
    size_t value = keys.size();
    std::vector<Bound> values{column_of(*grouped, value, span)};
    std::vector<std::string> names{wider->columns[0].name};
    std::vector<Bound> conditions;
    for (size_t i = 0; i < keys.size(); ++i) {
        values.push_back(column_of(*grouped, i, span));
        names.push_back(fmt::format("$k{}", i));
    }
    PlanPtr shown = projected(grouped, std::move(values), told_apart(std::move(names)));
    for (size_t i = 0; i < keys.size(); ++i) {
        conditions.push_back(with_own_side(subquery.conditions[i], column_of(*shown, i + 1, span)));
    }
    return {shown, std::move(conditions)};
}

// (SELECT expression), which asks no table.
Bound value_of_one_row(const Plan& subquery) {
    const auto* project = std::get_if<Project>(&subquery.node);
    const auto* row = project ? std::get_if<ConstantRows>(&project->input->node) : nullptr;
    if (!row || row->rows.size() != 1 || !row->rows[0].empty()) return nullptr;
    BoundExpression value = *as_of_join({project->values[0]}, 0)[0];
    value.type.is_nullable = true;
    return std::make_shared<BoundExpression>(std::move(value));
}

void want_one_column(const Plan& subquery, Span span) {
    if (subquery.columns.size() == 1) return;
    refuse(span,
           fmt::format("a subquery for a value has one column, not {}", subquery.columns.size()));
}

// What it compares to the row outside, each value once.
Detached distinct_keys(const Detached& subquery, Span span) {
    std::vector<Bound> own;
    std::vector<std::string> names;
    for (const Bound& condition : subquery.conditions) {
        auto equality = outer_equality(condition);
        if (!equality) {
            refuse(span, "this EXISTS goes where a row is kept or not: in WHERE, beside AND");
        }
        own.push_back(equality->own);
        names.push_back(fmt::format("$k{}", names.size()));
    }
    PlanPtr keys = distinct(projected(subquery.plan, own, names), span);
    std::vector<Bound> conditions;
    for (size_t i = 0; i < own.size(); ++i) {
        conditions.push_back(with_own_side(subquery.conditions[i], column_of(*keys, i, span)));
    }
    return {keys, std::move(conditions)};
}

}  // namespace

Answered with_scalar(const PlanPtr& rows, const PlanPtr& subquery, Span span,
                     const ExpressionBinder& binder) {
    want_one_column(*subquery, span);
    size_t width = rows->columns.size();
    if (Bound value = value_of_one_row(*subquery)) return {rows, value};
    Detached part = detached(subquery);
    auto of_none = values_of_none(*subquery);
    bool is_whole = part.conditions.empty();
    if (is_whole && !has_one_row_at_most(*part.plan)) {
        part.plan = aggregated(part.plan, {}, {call_of("SINGLE_VALUE", *part.plan, {0})}, span);
    } else if (!is_whole && !of_none) {
        part = single_valued(part, span);
    }
    auto conditions = as_of_join(part.conditions, width);
    PlanPtr plan = joined(JoinKind::Left, rows, part.plan, all_of(conditions, span, binder));
    Bound value = column_of(*plan, width, span);
    if (is_whole || !of_none || (*of_none)[0]->type.is_nullable) return {plan, value};
    Bound marker = shifted(outer_equality(part.conditions[0])->own, width);
    return {plan, or_else(value, marker, (*of_none)[0], binder)};
}

PlanPtr where_exists(const PlanPtr& rows, const PlanPtr& subquery, const std::vector<Bound>& equal,
                     bool is_anti, Span span, const ExpressionBinder& binder) {
    // An aggregate of all rows has a row even where there are none.
    bool is_always_there = equal.empty() && values_of_none(*subquery);
    if (is_always_there) return filtered(rows, boolean(!is_anti, span));
    Detached part = detached(subquery);
    std::vector<Bound> conditions = equal;
    for (Bound& each : as_of_join(part.conditions, rows->columns.size())) {
        conditions.push_back(std::move(each));
    }
    return joined(is_anti ? JoinKind::Anti : JoinKind::Semi, rows, part.plan,
                  all_of(conditions, span, binder));
}

Answered with_exists(const PlanPtr& rows, const PlanPtr& subquery, Span span,
                     const ExpressionBinder& binder) {
    size_t width = rows->columns.size();
    Detached part = detached(subquery);
    if (part.conditions.empty()) {
        PlanPtr count = aggregated(part.plan, {}, {call_of("COUNT", *part.plan, {})}, span);
        PlanPtr plan = joined(JoinKind::Inner, rows, count, always_true(span));
        Type type = count->columns[0].type;
        Bound none = constant(type, constant_column<int64_t>(type, 0), span);
        return {plan,
                binder.compared(Operator::Greater, column_of(*plan, width, span), none, span)};
    }
    part = distinct_keys(part, span);
    PlanPtr plan = joined(JoinKind::Left, rows, part.plan,
                          all_of(as_of_join(part.conditions, width), span, binder));
    return {plan, binder.negated(binder.is_null(column_of(*plan, width, span), span), span)};
}

// Of no rows FALSE; TRUE for a match; open when the value is NULL or one of the others is.
Answered with_in(const PlanPtr& rows, const Bound& value, const PlanPtr& subquery, Span span,
                 const ExpressionBinder& binder) {
    want_one_column(*subquery, span);
    Detached part = detached(subquery);
    if (!part.conditions.empty()) {
        refuse(span, "this IN goes where a row is kept or not: in WHERE, beside AND");
    }
    size_t width = rows->columns.size();
    PlanPtr counts = aggregated(
        part.plan, {}, {call_of("COUNT", *part.plan, {}), call_of("COUNT", *part.plan, {0})}, span);
    PlanPtr with_counts = joined(JoinKind::Inner, rows, counts, always_true(span));
    Bound count = column_of(*with_counts, width, span);
    Bound known = column_of(*with_counts, width + 1, span);

    PlanPtr distinct_values = distinct(part.plan, span);
    Bound item = shifted(column_of(*distinct_values, 0, span), width + 2);
    PlanPtr plan = joined(JoinKind::Left, with_counts, distinct_values,
                          binder.compared(Operator::Equal, value, item, span));
    Bound match = column_of(*plan, width + 2, span);

    Bound zero = constant(count->type, constant_column<int64_t>(count->type, 0), span);
    Bound open = binder.junction(
        false, {binder.is_null(value, span), binder.compared(Operator::Less, known, count, span)},
        span);
    Bound found =
        binder.chosen({{binder.compared(Operator::Equal, count, zero, span), boolean(false, span)},
                       {binder.negated(binder.is_null(match, span), span), boolean(true, span)},
                       {open, null_of(simple_type(TypeKind::Boolean), span)}},
                      boolean(false, span), span);
    return {plan, found};
}

PlanPtr joined_row_by_row(const PlanPtr& rows, const PlanPtr& query, bool keeps_rows_without,
                          const Bound& condition) {
    Scope nothing;
    Session session;
    ExpressionBinder binder(nothing, session);
    size_t width = rows->columns.size();
    Detached part = detached(query);
    std::vector<Bound> conditions = as_of_join(part.conditions, width);
    if (!is_always_true(condition)) conditions.push_back(condition);
    // As in Flink, an aggregate of no rows is no row here either.
    PlanPtr plan = joined(keeps_rows_without ? JoinKind::Left : JoinKind::Inner, rows, part.plan,
                          all_of(conditions, condition->span, binder));
    return first_columns(plan, width + query->columns.size());
}

}  // namespace tarn::sql
