#include <algorithm>

#include "sql/plan/steps.hpp"
#include "sql/plan/walk.hpp"
#include "sql/rewrite/conditions.hpp"
#include "sql/rewrite/passes.hpp"

namespace tarn::sql {

PlanPtr with_scan_filters(const PlanPtr& plan) {
    std::vector<PlanPtr> inputs = inputs_of(*plan);
    for (PlanPtr& input : inputs) input = with_scan_filters(input);
    const auto* filter = std::get_if<Filter>(&plan->node);
    const auto* scan = filter ? std::get_if<Scan>(&filter->input->node) : nullptr;
    if (!scan) return with_inputs(plan, inputs);
    // A source asks them of any row, in any order, or not at all.
    std::vector<Bound> hints;
    std::ranges::copy_if(conjuncts_of(filter->condition), std::back_inserter(hints), may_move);
    Scan knowing = *scan;
    knowing.filters = std::move(hints);
    PlanPtr source = made(inputs[0]->span, inputs[0]->columns, std::move(knowing));
    return with_inputs(plan, {source});
}

}  // namespace tarn::sql
