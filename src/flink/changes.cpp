#include "flink/changes.hpp"

#include <boost/json.hpp>

#include "base/error.hpp"
#include "flink/parameters.hpp"
#include "http/json.hpp"

namespace tarn::flink {
namespace {

namespace json = boost::json;
using jobs::JobRecord;
using jobs::JobService;
using jobs::JobState;

awaitable<json::object> body_of(http::Request& request) {
    std::string text = co_await request.body();
    if (text.empty()) co_return json::object{};
    json::value body = http::parse_json(text, "request body");
    if (!body.is_object()) throw Error(ErrorCode::InvalidInput, "the body is to be an object");
    co_return body.as_object();
}

bool is_true(const json::object& body, std::string_view key) {
    const json::value* value = body.if_contains(key);
    if (!value || value->is_null()) return false;
    if (value->is_bool()) return value->as_bool();
    throw Error(ErrorCode::InvalidInput, "'{}' is to be true or false", key);
}

// Epochs stay in the job's own folder.
void refuse_directory(const json::object& body, std::string_view key) {
    const json::value* value = body.if_contains(key);
    if (!value || value->is_null()) return;
    throw Error(ErrorCode::InvalidInput,
                "'{}': Tarn keeps epochs in the folder of their job and nowhere else", key)
        .with_hint("leave the directory out; the answer tells where the epoch is");
}

void refuse_if_over(const JobRecord& job) {
    if (!jobs::is_over(job.state)) return;
    throw Error(ErrorCode::Conflict, "the job has already reached a terminal state ({})",
                name_of(job.state));
}

}  // namespace

JobRecord job_with_id(const JobService& all, const std::string& id) {
    for (JobRecord& record : all.jobs()) {
        if (record.id == id) return std::move(record);
    }
    throw Error(ErrorCode::NotFound, "Job {} not found", id);
}

awaitable<http::Response> Changes::cancel(http::Request& request) const {
    std::string mode = request.query("mode").value_or("cancel");
    if (mode != "cancel") {
        throw Error(ErrorCode::InvalidInput,
                    "Cannot resolve query parameter (mode) from value \"{}\".", mode)
            .with_hint("POST /jobs/:jobid/stop ends a job after an epoch");
    }
    std::string id = id_in(request, "jobid");
    auto work = [&all = needs_.jobs, id] {
        refuse_if_over(job_with_id(all, id));
        all.cancel(id);
    };
    co_await needs_.blocking.run(work);
    co_return http::json_response(json::object{}, 202);
}

awaitable<http::Response> Changes::savepoint(http::Request& request) {
    std::string id = id_in(request, "jobid");
    json::object body = co_await body_of(request);
    refuse_directory(body, "target-directory");
    bool cancels = is_true(body, "cancel-job");
    auto ask = [&all = needs_.jobs, id, cancels] {
        cancels ? all.stop(id, JobState::Canceled) : all.complete_epoch(id);
    };
    http::Response answer = co_await triggered(id, trigger_id(body), ask);
    co_return answer;
}

awaitable<http::Response> Changes::stop(http::Request& request) {
    std::string id = id_in(request, "jobid");
    json::object body = co_await body_of(request);
    refuse_directory(body, "targetDirectory");
    if (is_true(body, "drain")) {
        throw Error(ErrorCode::InvalidInput, "'drain': Tarn ends no window before its time")
            .with_hint("stop without it: windows go on when the job starts again");
    }
    auto ask = [&all = needs_.jobs, id] { all.stop(id); };
    http::Response answer = co_await triggered(id, trigger_id(body), ask);
    co_return answer;
}

awaitable<http::Response> Changes::trigger_status(http::Request& request) const {
    std::string id = id_in(request, "jobid");
    std::string trigger = id_in(request, "triggerid");
    auto work = [&all = needs_.jobs, id] { return job_with_id(all, id); };
    JobRecord record = co_await needs_.blocking.run(work);
    co_return http::json_response(triggers_.page(trigger, record));
}

// One that comes twice with the id that the client has chosen is the same one.
template <typename Ask>
awaitable<http::Response> Changes::triggered(std::string job, std::string trigger, Ask ask) {
    if (!triggers_.has(trigger)) {
        WallTime asked = needs_.clock.now();
        auto work = [&all = needs_.jobs, job, ask] {
            refuse_if_over(job_with_id(all, job));
            ask();
        };
        co_await needs_.blocking.run(work);
        triggers_.put(trigger, job, asked);
    }
    co_return http::json_response(json::object{{"request-id", trigger}}, 202);
}

std::string Changes::trigger_id(const json::object& body) const {
    const json::value* chosen = body.if_contains("triggerId");
    if (chosen && chosen->is_string()) {
        return checked_id(std::string(chosen->as_string()), "triggerId");
    }
    return fmt::format("{:016x}{:016x}", needs_.random.next(), needs_.random.next());
}

}  // namespace tarn::flink
