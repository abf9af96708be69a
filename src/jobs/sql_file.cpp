#include "jobs/sql_file.hpp"

#include <fmt/format.h>

#include "base/error.hpp"
#include "connectors/formats/stored_columns.hpp"
#include "jobs/batch_query.hpp"
#include "jobs/final_rows.hpp"
#include "jobs/job_settings.hpp"
#include "sql/plan/query_binder.hpp"
#include "sql/statements/definitions.hpp"
#include "sql/stream/stream_planner.hpp"

namespace tarn::jobs {
namespace {

// A job has its sinks; this one belongs to who reads the rows.
class PassedOn final : public engine::Sink {
public:
    explicit PassedOn(engine::Sink& sink) : sink_(sink) {}
    void write(const engine::ChangeBatch& batch) override { sink_.write(batch); }

private:
    engine::Sink& sink_;
};

}  // namespace

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

SqlFile::SqlFile(std::string job_name, const connectors::Surroundings& surroundings,
                 OpenResult open_result)
    : job_name_(std::move(job_name)),
      surroundings_(surroundings),
      open_result_(std::move(open_result)) {
    workspace_.open_catalog = [this](const std::string& name, const sql::Options& options) {
        return connectors::open_catalog(name, options, surroundings_);
    };
}

std::optional<JobPlan> SqlFile::read(const sql::Parsed& parsed, const Stops& stops) {
    if (!parsed.problems.empty()) throw sql::SqlError(parsed.problems.front());
    for (const sql::Statement& statement : parsed.statements) {
        if (stops()) return std::nullopt;
        run_statement(statement, stops);
    }
    if (inserts_.empty()) return std::nullopt;
    return job_of_inserts();
}

void SqlFile::run_statement(const sql::Statement& statement, const Stops& stops) {
    std::vector<sql::Problem> problems = sql::define(statement, workspace_);
    if (!problems.empty()) throw sql::SqlError(problems.front());
    std::visit(Node{*this, statement.span, stops}, statement.node);
}

void SqlFile::show(const sql::QueryPtr& query, const Stops& stops) {
    sql::PlanPtr plan = sql::bind_query(*query, workspace_.names, workspace_.session());
    if (is_batch(workspace_.settings)) {
        show_answer(plan, stops);
    } else {
        stream(plan, open_result_ ? open_result_(plan->columns) : nullptr, stops);
    }
}

// Nothing when it was stopped: half an answer is none.
void SqlFile::show_answer(const sql::PlanPtr& plan, const Stops& stops) {
    BatchQuery query(plan);
    FinalRows rows(query.streamed()->columns);
    stream(query.streamed(), open_result_ ? std::make_unique<PassedOn>(rows) : nullptr, stops);
    if (!open_result_ || stops()) return;
    sql::Batch answer = query.answer(rows.rows(), workspace_.session());
    if (answer.rows > 0) open_result_(plan->columns)->write({std::move(answer)});
}

// Without a sink the plan is looked at and no more.
void SqlFile::stream(const sql::PlanPtr& plan, engine::SinkPtr sink, const Stops& stops) {
    sql::Session session = workspace_.session();
    auto stream = sql::stream_plan(plan, session, sql::traits_by_connector, sql::UpdateRows::Both);
    if (!sink) return;
    std::vector<engine::JobEnd> ends;
    ends.push_back({stream, std::move(sink)});
    // One worker gives the changes in the order of the rows that they come of.
    engine::JobSettings settings = job_settings(workspace_.settings);
    settings.workers = 1;
    engine::JobContext context = job_context(workspace_.settings, session, surroundings_.clock);
    context.open_lookup = lookups_in(session, surroundings_);
    engine::Job job(
        std::move(ends),
        [this](const auto& table, engine::SourceShare share) { return open_source(table, share); },
        context, settings, nullptr);
    job.run([&] { return stops() ? engine::Wish::EndAtOnce : engine::Wish::GoOn; });
}

engine::SourcePtr SqlFile::open_source(const sql::stream::TableSource& table,
                                       engine::SourceShare share) const {
    connectors::Surroundings around = surroundings_;
    around.zone = workspace_.session().zone;
    engine::SourcePtr source = connectors::open_source(table, around, share);
    if (!is_batch(workspace_.settings) || !source || source->has_end()) return source;
    throw Error(ErrorCode::InvalidInput,
                "{} has no end, and a query in batch mode answers when all rows have come",
                connectors::name_of(*table.table))
        .with_hint(
            "give the table one ('scan.bounded.mode' = 'latest-offset' of kafka), or "
            "SET 'execution.runtime-mode' = 'streaming'");
}

// Each epoch of a stream would write over what the one before has written.
void SqlFile::check_overwrites(const std::vector<sql::StreamPlanPtr>& inserts) const {
    if (is_batch(workspace_.settings)) return;
    for (const sql::StreamPlanPtr& insert : inserts) {
        if (!std::get<sql::stream::Sink>(insert->node).is_overwrite) continue;
        sql::refuse(insert->span, "INSERT OVERWRITE is for jobs that end",
                    "SET 'execution.runtime-mode' = 'batch'");
    }
}

JobPlan SqlFile::job_of_inserts() const {
    auto inserts = sql::stream_plans(inserts_, workspace_.session());
    check_overwrites(inserts);
    auto named = workspace_.settings.find("pipeline.name");
    return {.name = named == workspace_.settings.end() ? job_name_ : named->second,
            .inserts = std::move(inserts),
            .settings = workspace_.settings,
            .session = workspace_.session()};
}

}  // namespace tarn::jobs
