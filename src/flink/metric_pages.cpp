#include "flink/metric_pages.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <numeric>
#include <set>

#include "base/error.hpp"

namespace tarn::flink {
namespace {

namespace json = boost::json;
using jobs::JobRecord;
using jobs::JobState;

std::set<std::string> words_of(std::string_view list) {
    std::set<std::string> words;
    while (!list.empty()) {
        size_t end = std::min(list.find(','), list.size());
        if (end > 0) words.emplace(list.substr(0, end));
        list.remove_prefix(std::min(end + 1, list.size()));
    }
    return words;
}

// As Flink tells it: since when it runs, 0 while it does not, -1 once it is over.
int64_t uptime_of(const JobRecord& job, WallTime now) {
    if (jobs::is_over(job.state)) return -1;
    return job.state == JobState::Running ? unix_ms(now) - unix_ms(job.changed) : 0;
}

int64_t downtime_of(const JobRecord& job, WallTime now) {
    if (jobs::is_over(job.state)) return -1;
    return job.state == JobState::Restarting ? unix_ms(now) - unix_ms(job.changed) : 0;
}

std::optional<double> number_of(const std::string& text) {
    double number = 0;
    auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (failure != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return number;
}

// The mean distance from the mean, in percent of it, as Flink has it.
double skew_of(const std::vector<double>& values, double mean) {
    if (values.size() < 2 || mean == 0) return 0;
    double distance = 0;
    for (double value : values) distance += std::abs(value - mean);
    return std::min(100.0, distance / static_cast<double>(values.size()) / mean * 100);
}

double aggregate(const std::string& way, const std::vector<double>& values) {
    double sum = std::accumulate(values.begin(), values.end(), 0.0);
    double mean = sum / static_cast<double>(values.size());
    if (way == "min") return *std::ranges::min_element(values);
    if (way == "max") return *std::ranges::max_element(values);
    if (way == "sum") return sum;
    if (way == "avg") return mean;
    if (way == "skew") return skew_of(values, mean);
    throw Error(ErrorCode::InvalidInput, "Cannot resolve query parameter (agg) from value \"{}\".",
                way);
}

// The numbers of each id, over the jobs.
std::map<std::string, std::vector<double>> numbers_of(const std::vector<JobRecord>& jobs,
                                                      WallTime now) {
    std::map<std::string, std::vector<double>> numbers;
    for (const JobRecord& job : jobs) {
        for (const Metric& metric : metrics_of_job(job, now)) {
            if (auto number = number_of(metric.value)) numbers[metric.id].push_back(*number);
        }
    }
    return numbers;
}

}  // namespace

std::vector<Metric> metrics_of_job(const JobRecord& job, WallTime now) {
    const jobs::JobHistory& history = job.history;
    std::string restarts = std::to_string(history.restarts);
    std::string completed = std::to_string(history.epochs_completed);
    std::vector<Metric> metrics = {{"uptime", std::to_string(uptime_of(job, now))},
                                   {"downtime", std::to_string(downtime_of(job, now))},
                                   {"numRestarts", restarts},
                                   {"fullRestarts", restarts},
                                   {"totalNumberOfCheckpoints", completed},
                                   {"numberOfCompletedCheckpoints", completed},
                                   {"numberOfInProgressCheckpoints", "0"},
                                   {"numberOfFailedCheckpoints", "0"}};
    if (!history.epochs.empty()) {
        const engine::CompletedEpoch& last = history.epochs.back();
        metrics.push_back({"lastCompletedCheckpointId", std::to_string(last.number)});
        metrics.push_back({"lastCheckpointDuration", std::to_string(last.took.count())});
        metrics.push_back({"lastCheckpointSize", std::to_string(last.place.bytes)});
        metrics.push_back({"lastCheckpointFullSize", std::to_string(last.place.bytes)});
        metrics.push_back({"lastCheckpointExternalPath", last.place.uri});
    }
    if (history.restored) {
        std::string at = std::to_string(unix_ms(history.restored->at));
        metrics.push_back({"lastCheckpointRestoreTimestamp", at});
    }
    return metrics;
}

std::vector<Metric> metrics_of_cluster(const std::vector<JobRecord>& jobs) {
    auto running =
        std::ranges::count_if(jobs, [](const JobRecord& job) { return !jobs::is_over(job.state); });
    return {{"numRunningJobs", std::to_string(running)},
            {"numRegisteredTaskManagers", "1"},
            {"taskSlotsTotal", std::to_string(running)},
            {"taskSlotsAvailable", "0"}};
}

json::array metrics_page(const std::vector<Metric>& metrics,
                         const std::optional<std::string>& get) {
    json::array page;
    std::set<std::string> wanted = words_of(get.value_or(""));
    for (const Metric& metric : metrics) {
        if (!get) page.push_back(json::object{{"id", metric.id}});
        if (wanted.contains(metric.id)) {
            page.push_back({{"id", metric.id}, {"value", metric.value}});
        }
    }
    return page;
}

json::array job_aggregates_page(const std::vector<JobRecord>& jobs, WallTime now,
                                const std::optional<std::string>& get,
                                const std::optional<std::string>& ways) {
    json::array page;
    std::set<std::string> wanted = words_of(get.value_or(""));
    for (const auto& [id, values] : numbers_of(jobs, now)) {
        if (!get) page.push_back(json::object{{"id", id}});
        if (!wanted.contains(id)) continue;
        json::object entry = {{"id", id}};
        for (const std::string& way : words_of(ways.value_or("min,max,avg,sum,skew"))) {
            entry[way] = aggregate(way, values);
        }
        page.push_back(std::move(entry));
    }
    return page;
}

}  // namespace tarn::flink
