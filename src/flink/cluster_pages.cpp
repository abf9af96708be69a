#include "flink/cluster_pages.hpp"

#include <unistd.h>

#include <boost/json.hpp>

#include <algorithm>
#include <thread>

#include "base/error.hpp"
#include "flink/vertices.hpp"

namespace tarn::flink {
namespace {

namespace json = boost::json;
using jobs::JobRecord;
using jobs::JobState;

// Clients choose by it how they speak.
constexpr std::string_view SpokenVersion = "1.20.1";

int64_t count_in(const std::vector<JobRecord>& jobs, JobState state) {
    return std::ranges::count(jobs, state, &JobRecord::state);
}

int64_t jobs_not_over(const std::vector<JobRecord>& jobs) {
    return std::ranges::count_if(jobs,
                                 [](const JobRecord& job) { return !jobs::is_over(job.state); });
}

// Tarn gives jobs what there is, and holds nothing ready for them.
json::object resource() {
    return {{"cpuCores", static_cast<double>(std::thread::hardware_concurrency())},
            {"taskHeapMemory", 0},
            {"taskOffHeapMemory", 0},
            {"managedMemory", 0},
            {"networkMemory", 0},
            {"extendedResources", json::object{}}};
}

json::object nothing_free() {
    json::object free = resource();
    free["cpuCores"] = 0.0;
    return free;
}

json::object memory_settings() {
    json::object sizes;
    for (std::string_view name : {"frameworkHeap", "taskHeap", "frameworkOffHeap", "taskOffHeap",
                                  "networkMemory", "managedMemory", "jvmMetaspace", "jvmOverhead",
                                  "totalFlinkMemory", "totalProcessMemory"}) {
        sizes[name] = 0;
    }
    return sizes;
}

json::object hardware() {
    int64_t page = sysconf(_SC_PAGESIZE);
    return {{"cpuCores", std::thread::hardware_concurrency()},
            {"physicalMemory", page * sysconf(_SC_PHYS_PAGES)},
            {"freeMemory", page * sysconf(_SC_AVPHYS_PAGES)},
            {"managedMemory", 0}};
}

// A job that is at work has the slot that it needs.
json::object task_manager(const std::vector<JobRecord>& jobs, WallTime now) {
    return {{"id", TaskManagerId},
            {"path", "tarn"},
            {"dataPort", -1},
            {"jmxPort", -1},
            {"timeSinceLastHeartbeat", unix_ms(now)},
            {"slotsNumber", jobs_not_over(jobs)},
            {"freeSlots", 0},
            {"totalResource", resource()},
            {"freeResource", nothing_free()},
            {"hardware", hardware()},
            {"memoryConfiguration", memory_settings()}};
}

json::array allocated_slots(const std::vector<JobRecord>& jobs) {
    json::array slots;
    for (const JobRecord& job : jobs) {
        if (jobs::is_over(job.state)) continue;
        slots.push_back({{"jobId", job.id}, {"resource", nothing_free()}});
    }
    return slots;
}

// Those of a Java machine, which there is none of.
json::object java_metrics() {
    json::object metrics;
    for (std::string_view name : {"heapUsed",
                                  "heapCommitted",
                                  "heapMax",
                                  "nonHeapUsed",
                                  "nonHeapCommitted",
                                  "nonHeapMax",
                                  "directCount",
                                  "directUsed",
                                  "directMax",
                                  "mappedCount",
                                  "mappedUsed",
                                  "mappedMax",
                                  "memorySegmentsAvailable",
                                  "memorySegmentsTotal",
                                  "nettyShuffleMemorySegmentsAvailable",
                                  "nettyShuffleMemorySegmentsUsed",
                                  "nettyShuffleMemorySegmentsTotal",
                                  "nettyShuffleMemoryAvailable",
                                  "nettyShuffleMemoryUsed",
                                  "nettyShuffleMemoryTotal"}) {
        metrics[name] = 0;
    }
    metrics["garbageCollectors"] = json::array{};
    return metrics;
}

}  // namespace

json::object overview_page(const std::vector<JobRecord>& jobs, const Build& build) {
    return {{"taskmanagers", 1},
            {"slots-total", jobs_not_over(jobs)},
            {"slots-available", 0},
            {"jobs-running", jobs_not_over(jobs)},
            {"jobs-finished", count_in(jobs, JobState::Finished)},
            {"jobs-cancelled", count_in(jobs, JobState::Canceled)},
            {"jobs-failed", count_in(jobs, JobState::Failed)},
            {"flink-version", SpokenVersion},
            {"flink-commit", build.commit}};
}

json::object config_page(const Build& build) {
    json::object features = {{"web-submit", false},
                             {"web-cancel", true},
                             {"web-rescale", false},
                             {"web-history", false}};
    return {{"refresh-interval", 3000},
            {"timezone-name", "Coordinated Universal Time"},
            {"timezone-offset", 0},
            {"flink-version", SpokenVersion},
            {"flink-revision", fmt::format("{} @ tarn {}", build.commit, build.version)},
            {"features", std::move(features)}};
}

json::array settings_page(const Config& config) {
    json::array page;
    for (const auto& [key, setting] : config.settings()) {
        page.push_back({{"key", key}, {"value", config.shown(key)}});
    }
    return page;
}

json::object task_managers_page(const std::vector<JobRecord>& jobs, WallTime now) {
    return {{"taskmanagers", json::array{task_manager(jobs, now)}}};
}

json::object task_manager_page(const std::vector<JobRecord>& jobs, std::string_view id,
                               WallTime now) {
    if (id != TaskManagerId) {
        throw Error(ErrorCode::NotFound, "No TaskExecutor registered under {}.", id);
    }
    json::object page = task_manager(jobs, now);
    page["allocatedSlots"] = allocated_slots(jobs);
    page["metrics"] = java_metrics();
    return page;
}

}  // namespace tarn::flink
