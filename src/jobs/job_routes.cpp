#include "jobs/job_routes.hpp"

#include <boost/json.hpp>

#include "base/error.hpp"
#include "http/failure.hpp"
#include "http/server_sent_events.hpp"
#include "jobs/job_counts.hpp"

namespace tarn::jobs {
namespace {

namespace json = boost::json;

json::object in_short(const JobRecord& record) {
    const JobProgress& progress = record.progress;
    json::object object = {{"id", record.id},
                           {"name", record.name},
                           {"state", name_of(record.state)},
                           {"created", to_rfc3339(record.created)},
                           {"since", to_rfc3339(record.changed)},
                           {"epoch", progress.epoch},
                           {"failures", record.history.failures.size()}};
    put_counts(object, progress.counts);
    if (!record.history.failures.empty())
        object["last_failure"] = record.history.failures.back().message;
    return object;
}

json::array operator_list(const JobRecord& record) {
    json::array operators;
    for (size_t place = 0; place < record.operators.size(); ++place) {
        const JobOperator& each = record.operators[place];
        json::object object = {{"name", each.name}, {"text", each.text}};
        object["inputs"] = json::value_from(each.inputs);
        if (place < record.progress.operators.size()) {
            const engine::OperatorCounts& counts = record.progress.operators[place];
            object["rows_in"] = counts.rows_in;
            object["rows_out"] = counts.rows_out;
            object["rows_refused"] = counts.rows_refused;
            object["busy_ms"] =
                std::chrono::duration_cast<std::chrono::milliseconds>(counts.busy).count();
            object["state_bytes"] = counts.state_bytes;
            bool has_time =
                counts.watermark != engine::NoTimeYet && counts.watermark != engine::EndOfTime;
            if (has_time) object["watermark_ms"] = counts.watermark;
        }
        operators.push_back(std::move(object));
    }
    return operators;
}

json::array epoch_list(const JobHistory& history) {
    json::array epochs;
    for (const engine::CompletedEpoch& epoch : history.epochs) {
        epochs.push_back({{"number", epoch.number},
                          {"at", to_rfc3339(epoch.began)},
                          {"took_ms", epoch.took.count()},
                          {"stood_still_ms", epoch.stood_still.count()},
                          {"bytes", epoch.place.bytes},
                          {"place", epoch.place.uri}});
    }
    return epochs;
}

// All that is known of it.
json::object description(const JobRecord& record) {
    json::object object = in_short(record);
    json::array failures;
    for (const JobFailure& failure : record.history.failures) {
        failures.push_back({{"at", to_rfc3339(failure.at)}, {"message", failure.message}});
    }
    object["schema"] = "tarn.job/1";
    object["operators"] = operator_list(record);
    object["failures"] = std::move(failures);
    object["epochs"] = epoch_list(record.history);
    object["file"] = record.file;
    object["sql"] = record.sql;
    return object;
}

std::string text_of_member(const json::object& object, std::string_view key) {
    const json::value* value = object.if_contains(key);
    if (!value) return {};
    if (value->is_string()) return std::string(value->as_string());
    throw Error(ErrorCode::InvalidInput, "'{}' is to be a text", key);
}

Submission submission_in(const json::value& body) {
    if (!body.is_object()) throw Error(ErrorCode::InvalidInput, "the body is to be an object");
    const json::object& object = body.as_object();
    Submission submission{.name = text_of_member(object, "name"),
                          .sql = text_of_member(object, "sql"),
                          .file = text_of_member(object, "file"),
                          .folder = text_of_member(object, "folder")};
    if (submission.sql.empty()) throw Error(ErrorCode::InvalidInput, "'sql' is missing");
    if (submission.name.empty()) throw Error(ErrorCode::InvalidInput, "'name' is missing");
    return submission;
}

bool is_on(const json::value& body, std::string_view key) {
    const json::value* value = body.as_object().if_contains(key);
    if (!value) return false;
    if (value->is_bool()) return value->as_bool();
    throw Error(ErrorCode::InvalidInput, "'{}' is to be true or false", key);
}

json::array texts(const std::vector<std::string>& items) {
    return json::array(items.begin(), items.end());
}

json::object failure_as_json(const Error& error) {
    return {{"status", http::status_of(error.code())},
            {"message", error.what()},
            {"hint", error.hint()}};
}

// What routes are made of: they wait for disks and brokers elsewhere.
struct Face {
    JobService& jobs;
    QueryService& queries;
    runtime::BlockingPool& blocking;

    // For /api/v1/jobs/{job}.
    template <typename Answer>
    http::Handler of_job(Answer answer) const {
        return [face = *this, answer](http::Request& request) {
            return face.answered(std::string(request.path_parameter("job")), answer);
        };
    }

    template <typename Answer>
    awaitable<http::Response> answered(std::string job, Answer answer) const {
        auto work = [&all = jobs, job, answer] { return answer(all, job); };
        JobRecord record = co_await blocking.run(work);
        co_return http::json_response(description(record));
    }

    awaitable<http::Response> list() const {
        auto work = [&all = jobs] { return all.jobs(); };
        auto found = co_await blocking.run(work);
        json::array list;
        for (const JobRecord& record : found) list.push_back(in_short(record));
        co_return http::json_response(
            json::object{{"schema", "tarn.job.list/1"}, {"jobs", std::move(list)}});
    }

    awaitable<http::Response> submit(http::Request& request) const {
        json::value body = co_await request.json();
        Submission submission = submission_in(body);
        // By name: GCC 12 frees what a lambda within a co_await has twice.
        auto work = [&all = jobs, submission] { return all.submit(submission); };
        JobRecord record = co_await blocking.run(work);
        co_return http::json_response(description(record), 201);
    }

    awaitable<http::Response> upgrade(http::Request& request) const {
        json::value body = co_await request.json();
        Submission submission = submission_in(body);
        auto change =
            is_on(body, "forget") ? engine::PlanChange::Forgetting : engine::PlanChange::Fitting;
        bool only_looks = is_on(body, "look");
        auto work = [&all = jobs, job = std::string(request.path_parameter("job")), submission,
                     change, only_looks]() -> JobService::Upgrade {
            if (only_looks) return {all.job(job), all.look_at_upgrade(job, submission)};
            return all.upgrade(job, submission, change);
        };
        JobService::Upgrade done = co_await blocking.run(work);
        co_return http::json_response(json::object{{"schema", "tarn.job.upgrade/1"},
                                                   {"job", in_short(done.job)},
                                                   {"is_same", done.fit.is_exact},
                                                   {"forgotten", texts(done.fit.forgotten)},
                                                   {"fresh", texts(done.fit.fresh)}});
    }

    // Events "rows" with lines, and at the end "done" or "failed".
    awaitable<http::Response> query(http::Request& request) const {
        json::value body = co_await request.json();
        Submission file = submission_in(body);
        auto watch = queries.start(file, co_await asio::this_coro::executor);
        // Left when the answer is gone, whatever the reason.
        std::shared_ptr<void> left(nullptr, [watch](void*) { watch->leave(); });
        co_return http::event_stream(
            [watch, left](http::EventWriter& writer) { return show(*watch, writer); });
    }

    static awaitable<void> show(QueryService::Watch& watch, http::EventWriter& writer) {
        while (auto news = co_await watch.next()) {
            http::ServerSentEvent event;
            if (news->failure) {
                event.event = "failed";
                event.data = json::serialize(failure_as_json(*news->failure));
                co_return co_await writer.send(event);
            }
            if (news->lines.empty()) {
                co_await writer.heartbeat();
                continue;
            }
            event.event = "rows";
            event.data = std::move(news->lines);
            co_await writer.send(event);
        }
        http::ServerSentEvent done;
        done.event = "done";
        done.data = "{}";
        co_await writer.send(done);
    }
};

}  // namespace

http::Router job_routes(JobService& jobs, QueryService& queries, runtime::BlockingPool& blocking) {
    Face face{jobs, queries, blocking};
    http::Router router;
    router
        .add({.method = http::Method::Get,
              .path = "/api/v1/jobs",
              .summary = "All jobs, the newest first",
              .handler = [face](http::Request&) { return face.list(); },
              .tag = "jobs"})
        .add({.method = http::Method::Post,
              .path = "/api/v1/jobs",
              .summary = "Starts the job that the INSERTs of a file of SQL make",
              .handler = [face](http::Request& request) { return face.submit(request); },
              .tag = "jobs",
              .request_body =
                  http::BodyDescription{
                      .description = "name, sql, and where they help file and folder, in which "
                                     "relative paths begin"}})
        .add({.method = http::Method::Post,
              .path = "/api/v1/queries",
              .summary = "Runs the queries of a file of SQL: their rows as server-sent events",
              .handler = [face](http::Request& request) { return face.query(request); },
              .tag = "queries",
              .request_body = http::BodyDescription{.description = "as for /api/v1/jobs"}})
        .add({.method = http::Method::Get,
              .path = "/api/v1/jobs/{job}",
              .summary = "All that is known of a job, by its id or name",
              .handler =
                  face.of_job([](JobService& all, const std::string& job) { return all.job(job); }),
              .tag = "jobs"})
        .add({.method = http::Method::Post,
              .path = "/api/v1/jobs/{job}/upgrade",
              .summary = "Has a job go on with another file of SQL, with what still fits",
              .handler = [face](http::Request& request) { return face.upgrade(request); },
              .tag = "jobs",
              .request_body =
                  http::BodyDescription{
                      .description = "as for /api/v1/jobs; \"forget\": true drops what does not "
                                     "fit, \"look\": true changes nothing"}})
        .add({.method = http::Method::Post,
              .path = "/api/v1/jobs/{job}/cancel",
              .summary = "Ends a job at once; what came after its last epoch is dropped",
              .handler = face.of_job(
                  [](JobService& all, const std::string& job) { return all.cancel(job); }),
              .tag = "jobs"})
        .add({.method = http::Method::Post,
              .path = "/api/v1/jobs/{job}/stop",
              .summary = "Ends a job after an epoch",
              .handler = face.of_job(
                  [](JobService& all, const std::string& job) { return all.stop(job); }),
              .tag = "jobs"});
    return router;
}

}  // namespace tarn::jobs
