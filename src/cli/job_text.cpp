#include "cli/job_text.hpp"

#include <boost/json.hpp>

#include "http/failure.hpp"
#include "jobs/job_counts.hpp"

namespace tarn::cli {
namespace {

namespace json = boost::json;

std::string text_at(const json::value& object, std::string_view key) {
    const json::value* value = object.as_object().if_contains(key);
    return value && value->is_string() ? std::string(value->as_string()) : std::string();
}

}  // namespace

std::string job_id(const json::value& job) {
    return text_at(job, "id");
}

std::string job_name(const json::value& job) {
    return text_at(job, "name");
}

std::string job_state(const json::value& job) {
    return text_at(job, "state");
}

bool is_over(const json::value& job) {
    std::string state = job_state(job);
    return state == "FINISHED" || state == "CANCELED" || state == "FAILED";
}

std::string job_line(const json::value& job) {
    std::string line =
        fmt::format("job {} is {} after epoch {}: {}", job_name(job), job_state(job),
                    job.at("epoch").as_int64(), jobs::text_of(jobs::counts_in(job.as_object())));
    std::string failure = text_at(job, "last_failure");
    return failure.empty() ? line : line + "\n  last failure: " + failure;
}

Error failure_in(const json::value& failure, int status) {
    return Error(http::error_code_of(status), "{}", text_at(failure, "message"))
        .with_hint(text_at(failure, "hint"));
}

}  // namespace tarn::cli
