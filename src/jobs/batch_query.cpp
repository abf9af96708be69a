#include "jobs/batch_query.hpp"

#include "sql/bounded/answer.hpp"

namespace tarn::jobs {
namespace {

// Whether the rows leave the plan sorted.
bool is_sorted(const sql::Plan& plan) {
    if (const auto* sort = std::get_if<sql::SortRows>(&plan.node)) return !sort->keys.empty();
    const auto* project = std::get_if<sql::Project>(&plan.node);
    return project && is_sorted(*project->input);
}

}  // namespace

BatchQuery::BatchQuery(const sql::PlanPtr& plan) {
    if (is_sorted(*plan)) {
        finished_ = over_the_stream(plan);
    } else {
        streamed_ = plan;
        finished_ = made(plan->span, plan->columns, sql::Scan{});
    }
}

// A stream has no order, but it does leave out what is beyond a limit: then it need not be kept.
sql::PlanPtr BatchQuery::over_the_stream(const sql::PlanPtr& plan) {
    if (const auto* project = std::get_if<sql::Project>(&plan->node)) {
        sql::Project step = *project;
        step.input = over_the_stream(project->input);
        return made(plan->span, plan->columns, std::move(step));
    }
    sql::SortRows step = std::get<sql::SortRows>(plan->node);
    if (step.limit) {
        streamed_ = plan;
        step.limit.reset();
        step.offset = 0;
    } else {
        streamed_ = step.input;
    }
    step.input = made(plan->span, plan->columns, sql::Scan{});
    return made(plan->span, plan->columns, std::move(step));
}

sql::Batch BatchQuery::answer(const sql::Batch& rows, const sql::Session& session) const {
    return sql::answer(*finished_, [&](const sql::Scan&) { return rows; }, session);
}

}  // namespace tarn::jobs
