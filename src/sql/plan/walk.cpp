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

}  // namespace

std::vector<PlanPtr> inputs_of(const Plan& plan) {
    return std::visit([](const auto& step) { return inputs(step); }, plan.node);
}

std::vector<Bound> expressions_of(const Plan& plan) {
    return std::visit([](const auto& step) { return expressions(step); }, plan.node);
}

}  // namespace tarn::sql
