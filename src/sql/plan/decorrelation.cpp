#include "sql/plan/decorrelation.hpp"

#include <algorithm>

#include "sql/expressions/binder.hpp"
#include "sql/expressions/literals.hpp"
#include "sql/plan/steps.hpp"
#include "sql/plan/walk.hpp"
#include "sql/values/writers.hpp"

namespace tarn::sql {
namespace {

bool is_outer(const BoundExpression& expression) {
    return std::holds_alternative<OuterColumn>(expression.node);
}
bool is_own(const BoundExpression& expression) {
    return std::holds_alternative<InputColumn>(expression.node);
}

bool names_outer(const Bound& bound) {
    return has_part(bound, is_outer);
}

[[noreturn]] void refuse_outer(Span span, std::string_view where) {
    refuse(span, fmt::format("{} of a subquery cannot name a column of the query around it", where),
           "a join can say the same");
}

void refuse_outer_in(const std::vector<Bound>& all, std::string_view where) {
    for (const Bound& each : all) {
        if (names_outer(each)) refuse_outer(each->span, where);
    }
}

// --- steps that let conditions pass

Detached through(const Filter& filter, const Plan&) {
    Detached input = detached(filter.input);
    std::vector<Bound> own;
    for (const Bound& each : conjuncts_of(filter.condition)) {
        (names_outer(each) ? input.conditions : own).push_back(each);
    }
    if (!own.empty()) input.plan = filtered(input.plan, conjunction(own));
    return input;
}

// Columns that conditions read are shown behind the others.
Detached through(const Project& project, const Plan& plan) {
    refuse_outer_in(project.values, "the SELECT list");
    Detached input = detached(project.input);
    std::vector<Bound> values = project.values;
    std::vector<std::string> names;
    for (const PlanColumn& column : plan.columns) names.push_back(column.name);
    std::vector<size_t> shown(input.plan->columns.size());
    for (const Bound& condition : input.conditions) {
        for (size_t place : places_read(condition)) {
            shown[place] = values.size();
            values.push_back(column_of(*input.plan, place, plan.span));
            names.push_back(input.plan->columns[place].name);
        }
    }
    for (Bound& condition : input.conditions) condition = at_places(condition, shown);
    return {projected(input.plan, std::move(values), told_apart(std::move(names))),
            std::move(input.conditions)};
}

std::vector<Bound> own_sides(const std::vector<Bound>& conditions, std::string_view below) {
    std::vector<Bound> sides;
    for (const Bound& condition : conditions) {
        auto equality = outer_equality(condition);
        if (!equality) {
            refuse(condition->span,
                   fmt::format("below {} a subquery may only compare its own values with = to "
                               "those of the query around it",
                               below),
                   "a join can say the same");
        }
        sides.push_back(equality->own);
    }
    return sides;
}

std::vector<Bound> on_columns(const std::vector<Bound>& conditions, const Plan& plan,
                              const std::vector<size_t>& places) {
    std::vector<Bound> moved_conditions;
    for (size_t i = 0; i < conditions.size(); ++i) {
        moved_conditions.push_back(
            with_own_side(conditions[i], column_of(plan, places[i], conditions[i]->span)));
    }
    return moved_conditions;
}

// What is compared to the row outside makes groups of its own.
Detached through(const AggregateRows& aggregate, const Plan& plan) {
    Detached input = detached(aggregate.input);
    if (input.conditions.empty()) return {std::make_shared<Plan>(plan), {}};
    auto [wider, keys] = with_values(input.plan, own_sides(input.conditions, "an aggregate"));
    // Old columns keep their places, so the new keys come behind the calls.
    std::vector<size_t> all = aggregate.keys;
    all.insert(all.end(), keys.begin(), keys.end());
    PlanPtr grouped = aggregated(wider, all, aggregate.calls, plan.span);
    std::vector<Bound> in_order;
    std::vector<std::string> names;
    auto take = [&](size_t begin, size_t count) {
        for (size_t i = begin; i < begin + count; ++i) {
            in_order.push_back(column_of(*grouped, i, plan.span));
            names.push_back(grouped->columns[i].name);
        }
    };
    size_t old_keys = aggregate.keys.size();
    take(0, old_keys);
    take(all.size(), aggregate.calls.size());
    take(old_keys, keys.size());
    PlanPtr shown = projected(grouped, std::move(in_order), told_apart(std::move(names)));
    std::vector<size_t> places;
    for (size_t i = 0; i < keys.size(); ++i) places.push_back(plan.columns.size() + i);
    return {shown, on_columns(input.conditions, *shown, places)};
}

Detached through(const JoinRows& join, const Plan& plan) {
    refuse_outer_in({join.condition}, "ON");
    bool left_only = join.kind != JoinKind::Inner;
    Detached left = detached(join.left);
    Detached right = left_only ? Detached{join.right, {}} : detached(join.right);
    // Further columns of the left would move those of the right.
    size_t left_width = join.left->columns.size();
    bool is_semi = join.kind == JoinKind::Semi || join.kind == JoinKind::Anti;
    if (left.plan->columns.size() > left_width && !is_semi) refuse_outer(plan.span, "a join");
    PlanPtr both = joined(join.kind, left.plan, right.plan, join.condition);
    for (const Bound& each : right.conditions) left.conditions.push_back(shifted(each, left_width));
    return {both, std::move(left.conditions)};
}

PlanPtr first_rows_of_each(const PlanPtr& rows, const std::vector<size_t>& keys,
                           const SortRows& sort, Span span) {
    Type number = simple_type(TypeKind::BigInt).not_null();
    OverCall row_number{.name = "ROW_NUMBER", .type = number};
    std::vector<PlanColumn> columns = rows->columns;
    columns.push_back({"ROW_NUMBER", number});
    PlanPtr numbered = made(span, std::move(columns),
                            OverRows{rows, keys, sort.keys, {}, {std::move(row_number)}});
    Scope nothing;
    Session session;
    ExpressionBinder binder(nothing, session);
    Bound place = column_of(*numbered, rows->columns.size(), span);
    auto at = [&](int64_t value) { return constant(number, constant_column(number, value), span); };
    PlanPtr cut =
        filtered(numbered, binder.compared(Operator::Greater, place, at(sort.offset), span));
    if (sort.limit) {
        Bound last = at(sort.offset + *sort.limit);
        cut = filtered(cut, binder.compared(Operator::LessEqual, place, last, span));
    }
    return first_columns(cut, rows->columns.size());
}

// The first rows for each row outside are those with the first numbers.
Detached through(const SortRows& sort, const Plan& plan) {
    Detached input = detached(sort.input);
    if (input.conditions.empty()) return {std::make_shared<Plan>(plan), {}};
    bool takes_all = sort.offset == 0 && !sort.limit;
    if (takes_all) return input;
    auto [wider, keys] = with_values(input.plan, own_sides(input.conditions, "LIMIT"));
    return {first_rows_of_each(wider, keys, sort, plan.span),
            on_columns(input.conditions, *wider, keys)};
}

void refuse_left_over(const Plan& plan) {
    refuse_outer_in(expressions_of(plan), "this part");
    for (const PlanPtr& input : inputs_of(plan)) refuse_left_over(*input);
}

template <typename Step>
Detached through(const Step&, const Plan& plan) {
    refuse_left_over(plan);
    return {std::make_shared<Plan>(plan), {}};
}

std::vector<Bound> values_of_calls(const AggregateRows& aggregate, Span span) {
    std::vector<Bound> values;
    for (const AggregateCall& call : aggregate.calls) {
        bool is_null = call.signature.is_null_of_none;
        values.push_back(is_null
                             ? null_of(call.type, span)
                             : constant(call.type, constant_column<int64_t>(call.type, 0), span));
    }
    return values;
}

}  // namespace

Detached detached(const PlanPtr& plan) {
    return std::visit([&](const auto& step) { return through(step, *plan); }, plan->node);
}

std::vector<Bound> as_of_join(const std::vector<Bound>& conditions, size_t width) {
    std::vector<Bound> joined;
    for (const Bound& condition : conditions) {
        joined.push_back(with_replaced(shifted(condition, width), [](const Bound& part) -> Bound {
            const auto* outer = std::get_if<OuterColumn>(&part->node);
            return outer ? made(part->type, part->span, InputColumn{outer->place}) : nullptr;
        }));
    }
    return joined;
}

std::optional<OuterEquality> outer_equality(const Bound& condition) {
    const auto* call = std::get_if<BoundCall>(&condition->node);
    if (!call || call->name != "=") return std::nullopt;
    const Bound& left = call->arguments[0];
    const Bound& right = call->arguments[1];
    auto are = [](const Bound& own, const Bound& outer) {
        return !names_outer(own) && !has_part(outer, is_own);
    };
    if (are(left, right)) return OuterEquality{left, right};
    if (are(right, left)) return OuterEquality{right, left};
    return std::nullopt;
}

Bound with_own_side(const Bound& equality, const Bound& own) {
    auto call = std::get<BoundCall>(equality->node);
    size_t side = names_outer(call.arguments[0]) ? 1 : 0;
    call.arguments[side] = own;
    return made(equality->type, equality->span, std::move(call));
}

std::optional<std::vector<Bound>> values_of_none(const Plan& plan) {
    if (const auto* aggregate = std::get_if<AggregateRows>(&plan.node)) {
        if (!aggregate->keys.empty()) return std::nullopt;
        return values_of_calls(*aggregate, plan.span);
    }
    const auto* project = std::get_if<Project>(&plan.node);
    auto below = project ? values_of_none(*project->input) : std::nullopt;
    if (!below) return std::nullopt;
    std::vector<Bound> values;
    for (const Bound& value : project->values) {
        values.push_back(
            with_columns(value, [&](size_t place, const Bound&) { return (*below)[place]; }));
    }
    return values;
}

}  // namespace tarn::sql
