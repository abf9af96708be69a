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

PlanPtr with_fewer_rows(const PlanPtr& plan, const Session& session) {
    PlanPtr now = with_neighbours_joined(without_unseen_orders(plan));
    now = without_idle_steps(with_simple_values(now, session));
    // On their way down conditions meet the values that they read, some of which are constant.
    now = with_filters_down(now);
    return without_idle_steps(with_simple_values(now, session));
}

PlanPtr with_fewer_values(const PlanPtr& plan, const Session& session) {
    return with_simple_values(with_neighbours_joined(plan), session);
}

}  // namespace

PlanPtr rewritten(const PlanPtr& plan, const Session& session) {
    return rewritten(std::vector{plan}, session).front();
}

std::vector<PlanPtr> rewritten(const std::vector<PlanPtr>& plans, const Session& session) {
    std::vector<PlanPtr> all;
    for (const PlanPtr& plan : plans) all.push_back(with_fewer_rows(plan, session));
    // Shared before columns go, so that a table is read once with the columns of all its readers.
    all = without_unread_columns(with_shared_parts(all));
    for (PlanPtr& plan : all) plan = with_fewer_values(plan, session);
    // Readers of a scan that has become several have to be seen together again.
    all = with_scan_filters(with_scan_fields(with_shared_parts(all)));
    for (size_t i = 0; i < all.size(); ++i) all[i] = with_names(all[i], *plans[i]);
    return with_shared_parts(all);
}

}  // namespace tarn::sql
