// MATCH_RECOGNIZE in the order of a time.
#include <fmt/format.h>

#include "sql/stream/facts.hpp"
#include "sql/stream/operators.hpp"

namespace tarn::sql {

StreamPlanPtr matched_stream(const MatchRows& step, const Plan& plan, const StreamPlanPtr& input) {
    const PlanColumn& time = input->columns[step.order[0].column];
    if (time.time == TimeRole::None) {
        refuse(plan.span,
               fmt::format("MATCH_RECOGNIZE is ordered by a time attribute first, and '{}' is none",
                           time.name),
               "no join or computation may have touched it");
    }
    return operating(plan.span, plan.columns,
                     stream::Match{input, step.partition, step.order, step.pattern});
}

}  // namespace tarn::sql
