#include "jobs/sql_file.hpp"

#include <fmt/format.h>

#include "base/error.hpp"
#include "jobs/job_settings.hpp"
#include "sql/plan/query_binder.hpp"
#include "sql/statements/definitions.hpp"
#include "sql/stream/explain.hpp"
#include "sql/stream/stream_planner.hpp"

namespace tarn::jobs {

// What each kind of statement does besides defining something.
struct SqlFile::Node {
    SqlFile& file;
    sql::Span span;
    const Stops& stops;

    template <typename Definition>
    void operator()(const Definition&) const {}

    void operator()(const sql::QueryPtr& query) const { file.show(query, stops); }
    void operator()(const sql::Insert& insert) const {
        file.inserts_.push_back(
            sql::bind_insert(insert, file.workspace_.names, file.workspace_.session()));
    }
    void operator()(const sql::StatementSet& set) const {
        for (const sql::Statement& each : set.statements) file.run_statement(each, stops);
    }
    void operator()(const sql::Execute& execute) const {
        file.run_statement(*execute.statement, stops);
    }

    void operator()(const sql::Explain&) const {
        refuse("EXPLAIN", "tarn explain shows the plans");
    }
    void operator()(const sql::Show&) const { refuse("SHOW"); }
    void operator()(const sql::Describe&) const { refuse("DESCRIBE"); }
    void operator()(const sql::Delete&) const { refuse("DELETE"); }
    void operator()(const sql::Update&) const { refuse("UPDATE"); }
    void operator()(const sql::Truncate&) const { refuse("TRUNCATE"); }
    void operator()(const sql::CallProcedure&) const { refuse("CALL"); }
    void operator()(const sql::StopJob&) const { refuse("STOP JOB", "Ctrl+C stops a job"); }
    void operator()(const sql::Refused& refused) const {
        sql::refuse(span, fmt::format("{} is not for Tarn", refused.what), refused.because);
    }

    [[noreturn]] void refuse(std::string_view what, std::string hint = "") const {
        sql::refuse(span, fmt::format("{} does not run yet", what), std::move(hint));
    }
};

void SqlFile::run(const sql::Parsed& parsed, const Stops& stops) {
    if (!parsed.problems.empty()) throw sql::SqlError(parsed.problems.front());
    for (const sql::Statement& statement : parsed.statements) {
        if (stops()) return;
        run_statement(statement, stops);
    }
    if (!inserts_.empty() && !stops()) run_inserts(stops);
}

void SqlFile::run_statement(const sql::Statement& statement, const Stops& stops) {
    std::vector<sql::Problem> problems = sql::define(statement, workspace_);
    if (!problems.empty()) throw sql::SqlError(problems.front());
    std::visit(Node{*this, statement.span, stops}, statement.node);
}

engine::OpenSource SqlFile::sources() const {
    return [this](const sql::stream::TableSource& table) {
        return connectors::open_source(table, settings_.around);
    };
}

void SqlFile::show(const sql::QueryPtr& query, const Stops& stops) {
    sql::Session session = workspace_.session();
    sql::PlanPtr plan = sql::bind_query(*query, workspace_.names, session);
    std::vector<engine::JobEnd> ends;
    ends.push_back(
        {sql::stream_plan(plan, session, sql::traits_by_connector, sql::UpdateRows::Both),
         audience_.open_result(plan->columns)});
    engine::JobContext context = job_context(workspace_.settings, session, settings_.around.clock);
    engine::Job(std::move(ends), sources(), context, job_settings(workspace_.settings), nullptr)
        .run(stops);
}

void SqlFile::run_inserts(const Stops& stops) {
    sql::Session session = workspace_.session();
    auto named = workspace_.settings.find("pipeline.name");
    std::string name = named == workspace_.settings.end() ? settings_.job_name : named->second;
    std::vector<sql::StreamPlanPtr> plans = sql::stream_plans(inserts_, session);
    engine::JobSettings settings = job_settings(workspace_.settings);
    settings.plan_text = sql::explanation({}, plans);
    std::vector<engine::JobEnd> ends;
    for (const sql::StreamPlanPtr& plan : plans) {
        connectors::Surroundings around = settings_.around;
        around.writer = fmt::format("{}-{}", name, ends.size() + 1);
        ends.push_back(
            {plan, connectors::open_sink(std::get<sql::stream::Sink>(plan->node), around)});
    }
    engine::EpochStore epochs(settings_.folder, name);
    size_t inserts = ends.size();
    engine::Job job(std::move(ends), sources(),
                    job_context(workspace_.settings, session, settings_.around.clock),
                    std::move(settings), &epochs);
    audience_.begin_job(name, inserts, job.epoch());
    job.run(stops);
    audience_.end_job(name, job);
}

}  // namespace tarn::jobs
