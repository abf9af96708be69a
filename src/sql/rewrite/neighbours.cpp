#include <algorithm>

#include "sql/plan/steps.hpp"
#include "sql/plan/walk.hpp"
#include "sql/rewrite/conditions.hpp"
#include "sql/rewrite/passes.hpp"

namespace tarn::sql {
namespace {

// Whether no value of the lower one but columns and constants would be computed twice.
bool can_be_one(const Project& upper, const Project& lower) {
    std::vector<int> reads(lower.values.size(), 0);
    for (const Bound& value : upper.values) {
        for (size_t place : places_read(value)) ++reads[place];
    }
    for (size_t i = 0; i < reads.size(); ++i) {
        if (reads[i] > 1 && !is_plain(lower.values[i])) return false;
    }
    return true;
}

PlanPtr joined_projects(const PlanPtr& plan) {
    const auto& upper = std::get<Project>(plan->node);
    const auto* lower = std::get_if<Project>(&upper.input->node);
    if (!lower || !can_be_one(upper, *lower)) return plan;
    std::vector<Bound> values;
    for (const Bound& value : upper.values) values.push_back(substituted(value, lower->values));
    return made(plan->span, plan->columns, Project{lower->input, std::move(values)});
}

PlanPtr joined_filters(const PlanPtr& plan) {
    const auto& upper = std::get<Filter>(plan->node);
    const auto* lower = std::get_if<Filter>(&upper.input->node);
    if (!lower) return plan;
    // What the lower one asks comes first: the upper one may fail for the rows that it drops.
    std::vector<Bound> conjuncts = conjuncts_of(lower->condition);
    for (const Bound& each : conjuncts_of(upper.condition)) conjuncts.push_back(each);
    return filtered_by(lower->input, conjuncts);
}

// Who reads the rows of a step goes by places, so names matter to the reader of the whole alone.
bool changes_nothing(const PlanPtr& plan) {
    const auto& project = std::get<Project>(plan->node);
    const std::vector<PlanColumn>& input = project.input->columns;
    if (input.size() != project.values.size()) return false;
    for (size_t i = 0; i < input.size(); ++i) {
        const auto* column = std::get_if<InputColumn>(&project.values[i]->node);
        bool is_same = column && column->place == i && input[i].type == plan->columns[i].type &&
                       input[i].time == plan->columns[i].time;
        if (!is_same) return false;
    }
    return true;
}

}  // namespace

PlanPtr with_neighbours_joined(const PlanPtr& plan) {
    std::vector<PlanPtr> inputs = inputs_of(*plan);
    for (PlanPtr& input : inputs) input = with_neighbours_joined(input);
    PlanPtr above = with_inputs(plan, inputs);
    if (std::holds_alternative<Filter>(above->node)) return joined_filters(above);
    if (!std::holds_alternative<Project>(above->node)) return above;
    PlanPtr one = joined_projects(above);
    return changes_nothing(one) ? std::get<Project>(one->node).input : one;
}

}  // namespace tarn::sql
