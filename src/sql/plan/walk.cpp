#include "sql/plan/walk.hpp"

namespace tarn::sql {
namespace {

template <typename Step>
concept HasInput = requires(const Step& step) { step.input; };

template <HasInput Step>
std::vector<PlanPtr> inputs(const Step& step) {
    return {step.input};
}
std::vector<PlanPtr> inputs(const Scan&) {
    return {};
}
std::vector<PlanPtr> inputs(const ConstantRows&) {
    return {};
}
std::vector<PlanPtr> inputs(const JoinRows& join) {
    return {join.left, join.right};
}
std::vector<PlanPtr> inputs(const JoinVersion& join) {
    return {join.left, join.right};
}
std::vector<PlanPtr> inputs(const CombineRows& combination) {
    return combination.inputs;
}

template <typename Step>
std::vector<Bound> expressions(const Step&) {
    return {};
}
std::vector<Bound> expressions(const AssignWatermark& watermark) {
    return {watermark.value};
}
std::vector<Bound> expressions(const ConstantRows& rows) {
    std::vector<Bound> all;
    for (const auto& row : rows.rows) all.insert(all.end(), row.begin(), row.end());
    return all;
}
std::vector<Bound> expressions(const Project& project) {
    return project.values;
}
std::vector<Bound> expressions(const Filter& filter) {
    return {filter.condition};
}
std::vector<Bound> expressions(const JoinRows& join) {
    return {join.condition};
}
std::vector<Bound> expressions(const JoinVersion& join) {
    return {join.condition};
}
std::vector<Bound> expressions(const Unnested& unnested) {
    return {unnested.collection};
}

template <HasInput Step>
Step over(Step step, const std::vector<PlanPtr>& inputs) {
    step.input = inputs[0];
    return step;
}
Scan over(const Scan& scan, const std::vector<PlanPtr>&) {
    return scan;
}
ConstantRows over(const ConstantRows& rows, const std::vector<PlanPtr>&) {
    return rows;
}
JoinRows over(JoinRows join, const std::vector<PlanPtr>& inputs) {
    join.left = inputs[0];
    join.right = inputs[1];
    return join;
}
JoinVersion over(JoinVersion join, const std::vector<PlanPtr>& inputs) {
    join.left = inputs[0];
    join.right = inputs[1];
    return join;
}
CombineRows over(CombineRows combination, const std::vector<PlanPtr>& inputs) {
    combination.inputs = inputs;
    return combination;
}

// With other expressions in the order of expressions().
template <typename Step>
Step of(Step step, const std::vector<Bound>&) {
    return step;
}
AssignWatermark of(AssignWatermark watermark, const std::vector<Bound>& values) {
    watermark.value = values[0];
    return watermark;
}
ConstantRows of(ConstantRows rows, const std::vector<Bound>& values) {
    size_t next = 0;
    for (auto& row : rows.rows) {
        for (Bound& value : row) value = values[next++];
    }
    return rows;
}
Project of(Project project, const std::vector<Bound>& values) {
    project.values = values;
    return project;
}
Filter of(Filter filter, const std::vector<Bound>& values) {
    filter.condition = values[0];
    return filter;
}
JoinRows of(JoinRows join, const std::vector<Bound>& values) {
    join.condition = values[0];
    return join;
}
JoinVersion of(JoinVersion join, const std::vector<Bound>& values) {
    join.condition = values[0];
    return join;
}
Unnested of(Unnested unnested, const std::vector<Bound>& values) {
    unnested.collection = values[0];
    return unnested;
}

}  // namespace

std::vector<PlanPtr> inputs_of(const Plan& plan) {
    return std::visit([](const auto& step) { return inputs(step); }, plan.node);
}

std::vector<Bound> expressions_of(const Plan& plan) {
    return std::visit([](const auto& step) { return expressions(step); }, plan.node);
}

PlanPtr with_inputs(const PlanPtr& plan, const std::vector<PlanPtr>& inputs) {
    if (inputs == inputs_of(*plan)) return plan;
    return std::visit(
        [&](const auto& step) { return made(plan->span, plan->columns, over(step, inputs)); },
        plan->node);
}

PlanPtr with_expressions(const PlanPtr& plan, const std::function<Bound(const Bound&)>& change) {
    std::vector<Bound> before = expressions_of(*plan);
    std::vector<Bound> after;
    for (const Bound& each : before) after.push_back(change(each));
    if (before == after) return plan;
    return std::visit(
        [&](const auto& step) { return made(plan->span, plan->columns, of(step, after)); },
        plan->node);
}

}  // namespace tarn::sql
