// A query whose answer is wanted once, when all that it reads has come (execution.runtime-mode =
// batch): it runs as a stream does, and what is left of its changes is put in order at the end.
#pragma once

#include "sql/expressions/evaluate.hpp"
#include "sql/plan/plan.hpp"

namespace tarn::jobs {

class BatchQuery {
public:
    explicit BatchQuery(const sql::PlanPtr& plan);

    // What runs as a stream.
    const sql::PlanPtr& streamed() const { return streamed_; }

    // The answer, of the rows that the stream has left.
    sql::Batch answer(const sql::Batch& rows, const sql::Session& session) const;

private:
    sql::PlanPtr over_the_stream(const sql::PlanPtr& plan);

    sql::PlanPtr streamed_;
    sql::PlanPtr finished_;  // over a scan of what was streamed
};

}  // namespace tarn::jobs
