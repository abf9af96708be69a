#include <algorithm>

#include "sql/plan/steps.hpp"
#include "sql/plan/walk.hpp"
#include "sql/rewrite/conditions.hpp"
#include "sql/rewrite/passes.hpp"

namespace tarn::sql {
namespace {

bool is_empty(const PlanPtr& plan) {
    const auto* rows = std::get_if<ConstantRows>(&plan->node);
    return rows && rows->rows.empty();
}

// FALSE or NULL.
bool is_never_true(const Bound& condition) {
    return constant_of(condition) && !is_always_true(condition);
}

// --- steps that give no row when their inputs are as they are

// A row in gives rows out, no row in gives none.
template <typename Step>
bool gives_nothing(const Step& step) {
    return is_empty(step.input);
}
bool gives_nothing(const Scan&) {
    return false;
}
bool gives_nothing(const ConstantRows&) {
    return false;
}
// Who writes has to, be it nothing: OVERWRITE empties a table.
bool gives_nothing(const WriteRows&) {
    return false;
}
bool gives_nothing(const Filter& filter) {
    if (is_empty(filter.input)) return true;
    std::vector<Bound> conjuncts = conjuncts_of(filter.condition);
    auto never = std::ranges::find_if(conjuncts, is_never_true);
    // One that fails before it comes to that still fails.
    return never != conjuncts.end() && std::none_of(conjuncts.begin(), never, can_fail);
}
bool gives_nothing(const AggregateRows& step) {
    return !step.keys.empty() && is_empty(step.input);
}
bool gives_nothing(const SortRows& sort) {
    return is_empty(sort.input) || sort.limit == 0;
}
bool gives_nothing(const JoinRows& join) {
    bool has_left = !is_empty(join.left);
    bool has_right = !is_empty(join.right);
    switch (join.kind) {
        case JoinKind::Inner:
        case JoinKind::Semi:
            return !has_left || !has_right;
        case JoinKind::Left:
        case JoinKind::Anti:
            return !has_left;
        case JoinKind::Right:
            return !has_right;
        case JoinKind::Full:
            return !has_left && !has_right;
    }
    return false;
}
bool gives_nothing(const JoinVersion& join) {
    return is_empty(join.left) || (join.kind == JoinKind::Inner && is_empty(join.right));
}
bool gives_nothing(const CombineRows& combination) {
    using Kind = SetOperation::Kind;
    if (combination.kind == Kind::Except) return is_empty(combination.inputs.front());
    return combination.kind == Kind::Intersect ? std::ranges::any_of(combination.inputs, is_empty)
                                               : std::ranges::all_of(combination.inputs, is_empty);
}

// A UNION ALL without the inputs that have no rows.
PlanPtr without_empty_inputs(const PlanPtr& plan, const CombineRows& combination) {
    if (combination.kind != SetOperation::Kind::Union) return plan;
    std::vector<PlanPtr> inputs = combination.inputs;
    std::erase_if(inputs, is_empty);
    if (inputs.size() == combination.inputs.size()) return plan;
    if (inputs.size() > 1) return with_inputs(plan, inputs);
    // The one that is left may promise more than all of them did: that none of it is NULL.
    bool is_same = std::ranges::equal(inputs[0]->columns, plan->columns, {}, &PlanColumn::type,
                                      &PlanColumn::type) &&
                   std::ranges::equal(inputs[0]->columns, plan->columns, {}, &PlanColumn::time,
                                      &PlanColumn::time);
    if (is_same) return inputs[0];
    std::vector<Bound> values = columns_of(*inputs[0], plan->span);
    for (size_t i = 0; i < values.size(); ++i) {
        values[i] = of_type(values[i], plan->columns[i].type);
    }
    return made(plan->span, plan->columns, Project{inputs[0], std::move(values)});
}

}  // namespace

PlanPtr without_idle_steps(const PlanPtr& plan) {
    std::vector<PlanPtr> inputs = inputs_of(*plan);
    for (PlanPtr& input : inputs) input = without_idle_steps(input);
    PlanPtr above = with_inputs(plan, inputs);
    bool is_idle = std::visit([](const auto& step) { return gives_nothing(step); }, above->node);
    if (is_idle) return made(plan->span, plan->columns, ConstantRows{});
    if (const auto* combination = std::get_if<CombineRows>(&above->node)) {
        return without_empty_inputs(above, *combination);
    }
    const auto* filter = std::get_if<Filter>(&above->node);
    return filter && is_always_true(filter->condition) ? filter->input : above;
}

}  // namespace tarn::sql
