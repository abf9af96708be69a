#include "cli/job_text.hpp"

#include <boost/json.hpp>

#include "http/failure.hpp"

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
        fmt::format("job {} is {} after epoch {}: {} rows read", job_name(job), job_state(job),
                    job.at("epoch").as_int64(), job.at("rows_read").as_int64());
    if (int64_t late = job.at("rows_late").as_int64()) {
        line += fmt::format(", {} late rows left out", late);
    }
    if (int64_t without = job.at("rows_without_time").as_int64()) {
        line += fmt::format(", {} rows without a time left out", without);
    }
    std::string failure = text_at(job, "last_failure");
    return failure.empty() ? line : line + "\n  last failure: " + failure;
}

Error failure_in(const json::value& failure, int status) {
    return Error(http::error_code_of(status), "{}", text_at(failure, "message"))
        .with_hint(text_at(failure, "hint"));
}

}  // namespace tarn::cli
