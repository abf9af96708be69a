// A file of SQL, run from top to bottom as a session would. A query is shown when it is reached,
// all of its changes as they come. The INSERTs make one job, which begins when the file has been
// read: what they have in common is read and computed once. What the job has done is kept in a
// folder, and the same file run again goes on from there.
#pragma once

#include <functional>

#include "connectors/registry/open.hpp"
#include "engine/job/job.hpp"
#include "sql/statements/workspace.hpp"
#include "sql/syntax/parser.hpp"

namespace tarn::jobs {

// Whether all is to end, in order.
using Stops = std::function<bool()>;

// Who is told of a running file.
class Audience {
public:
    virtual ~Audience() = default;

    // Where the rows of a query go.
    virtual engine::SinkPtr open_result(const std::vector<sql::PlanColumn>& columns) = 0;
    // A job begins, anew when the epoch is 0.
    virtual void begin_job(const std::string& job, size_t inserts, int64_t epoch) = 0;
    virtual void end_job(const std::string& job, const engine::Job& done) = 0;
};

struct SqlFileSettings {
    std::string job_name;  // unless the file sets pipeline.name
    // Where jobs keep how far they have come, each in a folder of its name.
    std::shared_ptr<storage::FileSystem> folder;
    connectors::Surroundings around;
};

class SqlFile {
public:
    SqlFile(SqlFileSettings settings, Audience& audience)
        : settings_(std::move(settings)), audience_(audience) {}

    // Until all of it has ended, or it is told to stop. Throws SqlError and Error.
    void run(const sql::Parsed& parsed, const Stops& stops);

private:
    struct Node;

    void run_statement(const sql::Statement& statement, const Stops& stops);
    void show(const sql::QueryPtr& query, const Stops& stops);
    void run_inserts(const Stops& stops);
    engine::OpenSource sources() const;

    SqlFileSettings settings_;
    Audience& audience_;
    sql::Workspace workspace_;
    std::vector<sql::PlanPtr> inserts_;
};

}  // namespace tarn::jobs
