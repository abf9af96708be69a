// A file of SQL, read from top to bottom as a session would. A query is shown when it is reached:
// all of its changes as they come, or in batch mode what has come of them. The INSERTs make one
// job, whatever stands between them: what they have in common is read and computed once.
#pragma once

#include <functional>
#include <optional>

#include "jobs/job_plan.hpp"
#include "sql/statements/workspace.hpp"
#include "sql/syntax/parser.hpp"

namespace tarn::jobs {

// Whether a query is to end.
using Stops = std::function<bool()>;

// Where the rows of a query go.
using OpenResult = std::function<engine::SinkPtr(const std::vector<sql::PlanColumn>& columns)>;

class SqlFile {
public:
    // The job has this name unless the file sets pipeline.name. The surroundings outlive this.
    // Without `open_result` queries are passed over.
    SqlFile(std::string job_name, const connectors::Surroundings& surroundings,
            OpenResult open_result);

    // Answers the job, which does not run yet; nothing when there is no INSERT, or when it was
    // stopped. Throws SqlError and Error.
    std::optional<JobPlan> read(const sql::Parsed& parsed, const Stops& stops);

private:
    struct Node;

    void run_statement(const sql::Statement& statement, const Stops& stops);
    void show(const sql::QueryPtr& query, const Stops& stops);
    void show_answer(const sql::PlanPtr& plan, const Stops& stops);
    void stream(const sql::PlanPtr& plan, engine::SinkPtr sink, const Stops& stops);
    engine::SourcePtr open_source(const sql::stream::TableSource& table,
                                  engine::SourceShare share) const;
    void check_overwrites(const std::vector<sql::StreamPlanPtr>& inserts) const;
    JobPlan job_of_inserts() const;

    std::string job_name_;
    const connectors::Surroundings& surroundings_;
    OpenResult open_result_;
    sql::Workspace workspace_;
    std::vector<sql::PlanPtr> inserts_;
};

}  // namespace tarn::jobs
