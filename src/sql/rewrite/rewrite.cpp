#include "sql/rewrite/rewrite.hpp"

#include "sql/plan/steps.hpp"
#include "sql/rewrite/passes.hpp"

namespace tarn::sql {
namespace {

// Who writes rows names no columns; the reader of a query sees those of the last step.
PlanPtr with_names(const PlanPtr& plan, const Plan& as) {
    std::vector<std::string> names;
    for (const PlanColumn& column : as.columns) names.push_back(column.name);
    return renamed(plan, names);
}

PlanPtr with_less_work(const PlanPtr& plan, const Session& session) {
    PlanPtr now = with_neighbours_joined(plan);
    now = without_idle_steps(with_simple_values(now, session));
    // On their way down conditions meet the values that they read, some of which are constant.
    now = with_filters_down(now);
    now = without_idle_steps(with_simple_values(now, session));
    now = without_unread_columns(now);
    now = with_neighbours_joined(now);
    now = with_simple_values(now, session);
    return with_names(with_scan_filters(now), *plan);
}

}  // namespace

PlanPtr rewritten(const PlanPtr& plan, const Session& session) {
    return rewritten(std::vector{plan}, session).front();
}

std::vector<PlanPtr> rewritten(const std::vector<PlanPtr>& plans, const Session& session) {
    std::vector<PlanPtr> all;
    for (const PlanPtr& plan : plans) all.push_back(with_less_work(plan, session));
    return with_shared_parts(all);
}

}  // namespace tarn::sql
