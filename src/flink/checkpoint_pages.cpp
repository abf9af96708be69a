#include "flink/checkpoint_pages.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/error.hpp"
#include "jobs/job_settings.hpp"

namespace tarn::flink {
namespace {

namespace json = boost::json;
using engine::CompletedEpoch;
using jobs::JobRecord;

bool was_asked_for(const JobRecord& job, const CompletedEpoch& epoch) {
    const auto& asked_for = job.history.epoch_asked_for;
    return asked_for && asked_for->number == epoch.number;
}

bool is_kept(const JobRecord& job, const CompletedEpoch& epoch) {
    return epoch.number + static_cast<int64_t>(engine::EpochStore::Kept) > job.progress.epoch;
}

json::object completed(const JobRecord& job, const CompletedEpoch& epoch) {
    bool is_savepoint = was_asked_for(job, epoch);
    json::value format;
    if (is_savepoint) format = "NATIVE";
    return {{"className", "completed"},
            {"id", epoch.number},
            {"status", "COMPLETED"},
            {"is_savepoint", is_savepoint},
            {"savepointFormat", std::move(format)},
            {"trigger_timestamp", unix_ms(epoch.began)},
            {"latest_ack_timestamp", unix_ms(epoch.began + epoch.took)},
            {"checkpointed_size", epoch.place.bytes},
            {"state_size", epoch.place.bytes},
            {"end_to_end_duration", epoch.took.count()},
            {"alignment_buffered", 0},
            {"processed_data", 0},
            {"persisted_data", 0},
            {"num_subtasks", job.operators.size()},
            {"num_acknowledged_subtasks", job.operators.size()},
            {"checkpoint_type", is_savepoint ? "SAVEPOINT" : "CHECKPOINT"},
            {"tasks", json::object{}},
            {"external_path", epoch.place.uri},
            {"discarded", !is_kept(job, epoch)}};
}

// Of those that are remembered.
json::object summary_of(std::vector<int64_t> values) {
    std::ranges::sort(values);
    bool is_empty = values.empty();
    int64_t sum = std::accumulate(values.begin(), values.end(), int64_t{0});
    json::object summary = {{"min", is_empty ? 0 : values.front()},
                            {"max", is_empty ? 0 : values.back()},
                            {"avg", is_empty ? 0 : sum / static_cast<int64_t>(values.size())}};
    constexpr std::pair<std::string_view, double> Parts[] = {
        {"p50", 0.5}, {"p90", 0.9}, {"p95", 0.95}, {"p99", 0.99}, {"p999", 0.999}};
    for (const auto& [name, part] : Parts) {
        summary[name] = "NaN";
        if (is_empty) continue;
        auto rank = static_cast<size_t>(std::ceil(part * static_cast<double>(values.size())));
        summary[name] = static_cast<double>(values[rank - 1]);
    }
    return summary;
}

json::object summaries_of(const std::vector<CompletedEpoch>& epochs) {
    std::vector<int64_t> sizes;
    std::vector<int64_t> durations;
    for (const CompletedEpoch& epoch : epochs) {
        sizes.push_back(epoch.place.bytes);
        durations.push_back(epoch.took.count());
    }
    std::vector<int64_t> none(epochs.size(), 0);
    return {
        {"checkpointed_size", summary_of(sizes)},       {"state_size", summary_of(sizes)},
        {"end_to_end_duration", summary_of(durations)}, {"alignment_buffered", summary_of(none)},
        {"processed_data", summary_of(none)},           {"persisted_data", summary_of(none)}};
}

json::object latest_of(const JobRecord& job) {
    json::object latest = {
        {"completed", nullptr}, {"savepoint", nullptr}, {"failed", nullptr}, {"restored", nullptr}};
    const jobs::JobHistory& history = job.history;
    if (!history.epochs.empty()) latest["completed"] = completed(job, history.epochs.back());
    if (history.epoch_asked_for) latest["savepoint"] = completed(job, *history.epoch_asked_for);
    if (history.restored) {
        latest["restored"] = {{"id", history.restored->epoch},
                              {"restore_timestamp", unix_ms(history.restored->at)},
                              {"is_savepoint", false},
                              {"external_path", nullptr}};
    }
    return latest;
}

}  // namespace

json::object checkpoints_page(const JobRecord& job) {
    const jobs::JobHistory& history = job.history;
    json::array shown;
    for (auto epoch = history.epochs.rbegin(); epoch != history.epochs.rend(); ++epoch) {
        shown.push_back(completed(job, *epoch));
    }
    // An epoch that fails is a failure of the job, and told there.
    json::object counts = {{"restored", history.restores},
                           {"total", history.epochs_completed},
                           {"in_progress", 0},
                           {"completed", history.epochs_completed},
                           {"failed", 0}};
    return {{"counts", std::move(counts)},
            {"summary", summaries_of(history.epochs)},
            {"latest", latest_of(job)},
            {"history", std::move(shown)}};
}

json::object checkpoint_page(const JobRecord& job, int64_t number) {
    for (const CompletedEpoch& epoch : job.history.epochs) {
        if (epoch.number == number) return completed(job, epoch);
    }
    throw Error(ErrorCode::NotFound, "Could not find checkpointing statistics for checkpoint {}.",
                number);
}

json::object checkpoint_config_page(const JobRecord& job) {
    return {{"mode", "exactly_once"},
            {"interval", jobs::job_settings(job.settings).epoch_interval.count()},
            {"timeout", INT64_MAX},
            {"min_pause", 0},
            {"max_concurrent", 1},
            {"externalization", {{"enabled", true}, {"delete_on_cancellation", false}}},
            {"state_backend", "tarn"},
            {"checkpoint_storage", "tarn"},
            {"unaligned_checkpoints", false},
            {"tolerable_failed_checkpoints", 0},
            {"aligned_checkpoint_timeout", 0},
            {"checkpoints_after_tasks_finish", true},
            {"state_changelog_enabled", false},
            {"changelog_periodic_materialization_interval", 0},
            {"changelog_storage", "none"}};
}

}  // namespace tarn::flink
