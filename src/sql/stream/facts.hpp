// Operators with what follows from their inputs: which changes they give, by which columns rows can
// be told apart, which columns hold windows.
#pragma once

#include "sql/stream/stream_plan.hpp"

namespace tarn::sql {

// Refuses inputs that bring changes to operators that cannot take them. Whether updates come with
// the rows before them is not decided yet: no operator but a source has them.
StreamPlanPtr operating(Span span, std::vector<PlanColumn> columns, StreamPlan::Node node);

std::vector<UpsertKey> upsert_keys_of(const StreamPlan& plan);

// Whether rows only move towards the beginning of that order, so that what is out of the first
// rows once does not come back by itself.
bool only_rises(const StreamPlan& plan, const std::vector<size_t>& partition,
                const std::vector<SortKey>& order);

// Whether some key of the input has all of the columns that it is joined by.
bool is_keyed_by_join(const StreamPlan& input, const stream::JoinOn& on, bool is_left);

// Who is the first to make updates of rows, and in what words: "GROUP BY gives updates".
struct CauseOfChanges {
    Span span;
    std::string text;
};
CauseOfChanges cause_of_changes(const StreamPlan& plan);

}  // namespace tarn::sql
