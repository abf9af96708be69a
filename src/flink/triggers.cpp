#include "flink/triggers.hpp"

#include <boost/json.hpp>

#include <optional>

#include "base/error.hpp"

namespace tarn::flink {
namespace {

namespace json = boost::json;
using jobs::JobRecord;

json::object with_status(std::string_view status, json::object operation) {
    json::object page = {{"status", {{"id", status}}}};
    if (!operation.empty()) page["operation"] = std::move(operation);
    return page;
}

// Why the epoch will never end, if so.
std::optional<std::string> failure_since(const JobRecord& job, WallTime asked) {
    const auto& failures = job.history.failures;
    if (!failures.empty() && failures.back().at >= asked) return failures.back().message;
    if (!jobs::is_over(job.state)) return std::nullopt;
    return fmt::format("job {} is {}, and its epoch did not end", job.name, name_of(job.state));
}

}  // namespace

void Triggers::put(const std::string& id, const std::string& job_id, WallTime asked) {
    std::lock_guard lock(mutex_);
    triggers_[id] = {job_id, asked};
    order_.push_back(id);
    if (order_.size() <= Kept) return;
    triggers_.erase(order_.front());
    order_.pop_front();
}

bool Triggers::has(const std::string& id) const {
    std::lock_guard lock(mutex_);
    return triggers_.contains(id);
}

json::object Triggers::page(const std::string& id, const JobRecord& job) const {
    std::lock_guard lock(mutex_);
    auto found = triggers_.find(id);
    if (found == triggers_.end() || found->second.job_id != job.id) {
        throw Error(ErrorCode::NotFound,
                    "There is no savepoint operation with triggerId={} for job {}.", id, job.id);
    }
    WallTime asked = found->second.asked;
    const auto& epoch = job.history.epoch_asked_for;
    if (epoch && epoch->began >= asked) {
        return with_status("COMPLETED", {{"location", epoch->place.uri}});
    }
    if (auto failure = failure_since(job, asked)) {
        json::object cause = {{"class", "Error"}, {"stack-trace", *failure}};
        return with_status("COMPLETED", {{"failure-cause", std::move(cause)}});
    }
    return with_status("IN_PROGRESS", {});
}

}  // namespace tarn::flink
