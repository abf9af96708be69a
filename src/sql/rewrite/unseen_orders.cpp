#include "sql/plan/walk.hpp"
#include "sql/rewrite/passes.hpp"

namespace tarn::sql {
namespace {

PlanPtr unordered(const PlanPtr& plan) {
    const auto* sort = std::get_if<SortRows>(&plan->node);
    if (sort && !sort->limit && sort->offset == 0) return unordered(sort->input);
    std::vector<PlanPtr> inputs = inputs_of(*plan);
    for (PlanPtr& input : inputs) input = unordered(input);
    return with_inputs(plan, inputs);
}

// Whether it only leaves out the last columns, which its input was sorted by.
bool is_prefix(const Project& project) {
    if (project.values.size() >= project.input->columns.size()) return false;
    for (size_t i = 0; i < project.values.size(); ++i) {
        if (column_place(project.values[i]) != i) return false;
    }
    return true;
}

PlanPtr ordered_as_asked(const PlanPtr& plan) {
    const auto* project = std::get_if<Project>(&plan->node);
    bool is_seen_through =
        project && is_prefix(*project) && std::holds_alternative<SortRows>(project->input->node);
    if (is_seen_through) return with_inputs(plan, {ordered_as_asked(project->input)});
    const auto* sort = std::get_if<SortRows>(&plan->node);
    return sort ? with_inputs(plan, {unordered(sort->input)}) : unordered(plan);
}

// An INSERT writes in the order of its query, whose columns it may bring into another form.
PlanPtr written_as_asked(const PlanPtr& input) {
    const auto* project = std::get_if<Project>(&input->node);
    return project ? with_inputs(input, {ordered_as_asked(project->input)})
                   : ordered_as_asked(input);
}

}  // namespace

PlanPtr without_unseen_orders(const PlanPtr& plan) {
    const auto* write = std::get_if<WriteRows>(&plan->node);
    return write ? with_inputs(plan, {written_as_asked(write->input)}) : ordered_as_asked(plan);
}

}  // namespace tarn::sql
