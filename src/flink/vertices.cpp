#include "flink/vertices.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <array>

#include "base/error.hpp"
#include "base/stable_hash.hpp"

namespace tarn::flink {
namespace {

namespace json = boost::json;
using jobs::JobRecord;
using jobs::JobState;
using std::chrono::duration_cast;
using std::chrono::milliseconds;

constexpr auto VertexStates =
    std::to_array<std::string_view>({"CREATED", "SCHEDULED", "DEPLOYING", "INITIALIZING", "RUNNING",
                                     "FINISHED", "CANCELING", "CANCELED", "FAILED", "RECONCILING"});

// What is not measured is 0 and said to be not complete. Jobs of an earlier start have no counts.
json::object io_metrics(const JobRecord& job, size_t place) {
    bool is_counted = place < job.progress.operators.size();
    engine::OperatorCounts counts;
    if (is_counted) counts = job.progress.operators[place];
    return {{"read-bytes", 0},
            {"read-bytes-complete", false},
            {"write-bytes", 0},
            {"write-bytes-complete", false},
            {"read-records", counts.rows_in},
            {"read-records-complete", is_counted},
            {"write-records", counts.rows_out},
            {"write-records-complete", is_counted},
            {"accumulated-backpressured-time", 0},
            {"accumulated-idle-time", 0},
            {"accumulated-busy-time", duration_cast<milliseconds>(counts.busy).count()}};
}

// Over the one subtask that there is.
json::object aggregate_of(int64_t value) {
    json::object aggregate;
    for (std::string_view name : {"min", "max", "avg", "sum", "median", "p25", "p75", "p95"}) {
        aggregate[name] = value;
    }
    return aggregate;
}

json::object aggregates_of(const json::object& values) {
    json::object aggregates;
    for (const auto& [name, value] : values) {
        if (name.ends_with("-complete")) continue;
        aggregates[name] = aggregate_of(value.is_int64() ? value.as_int64() : -1);
    }
    return aggregates;
}

// Operators are at work as soon as they are there.
json::object state_durations(const Span& span) {
    return {{"CREATED", 0},
            {"SCHEDULED", 0},
            {"DEPLOYING", 0},
            {"INITIALIZING", 0},
            {"RUNNING", std::max<int64_t>(0, span.duration_ms)}};
}

Span span_between(std::optional<WallTime> start, const JobRecord& job, WallTime now) {
    if (!start) return {-1, -1, -1};
    bool is_over = jobs::is_over(job.state);
    int64_t end = unix_ms(is_over ? job.changed : now);
    return {unix_ms(*start), is_over ? end : -1, end - unix_ms(*start)};
}

json::object subtask_of(const JobRecord& job, size_t place, WallTime now) {
    Span span = span_of_vertices(job, now);
    return {{"subtask", 0},
            {"status", vertex_state(job)},
            {"attempt", job.history.restarts},
            {"host", "localhost"},
            {"endpoint", "localhost"},
            {"start-time", span.start_ms},
            {"start_time", span.start_ms},
            {"end-time", span.end_ms},
            {"duration", span.duration_ms},
            {"metrics", io_metrics(job, place)},
            {"taskmanager-id", TaskManagerId},
            {"status-duration", state_durations(span)}};
}

size_t place_of_vertex(const JobRecord& job, std::string_view vertex) {
    for (size_t place = 0; place < job.operators.size(); ++place) {
        if (vertex_id(job, place) == vertex) return place;
    }
    throw Error(ErrorCode::NotFound, "JobVertex {} not found", vertex);
}

}  // namespace

std::string vertex_id(const JobRecord& job, size_t place) {
    const std::string& text = job.operators[place].text;
    return fmt::format("{:016x}{:016x}", stable_hash(text),
                       stable_hash(fmt::format("{} {}", place, text)));
}

Span span_of_job(const JobRecord& job, WallTime now) {
    return span_between(job.created, job, now);
}

Span span_of_vertices(const JobRecord& job, WallTime now) {
    auto found = job.history.states.find(JobState::Running);
    bool has_run = found != job.history.states.end();
    return span_between(has_run ? std::optional(found->second) : std::nullopt, job, now);
}

std::string_view vertex_state(const JobRecord& job) {
    switch (job.state) {
        case JobState::Cancelling:
            return "CANCELING";
        case JobState::Restarting:
            return "CREATED";
        default:
            return name_of(job.state);
    }
}

json::object vertex_counts(const JobRecord& job) {
    json::object counts;
    for (std::string_view state : VertexStates) {
        counts[state] = state == vertex_state(job) ? job.operators.size() : 0;
    }
    return counts;
}

json::array vertices_of(const JobRecord& job, WallTime now) {
    Span span = span_of_vertices(job, now);
    json::array vertices;
    for (size_t place = 0; place < job.operators.size(); ++place) {
        json::object tasks;
        for (std::string_view state : VertexStates) {
            tasks[state] = state == vertex_state(job) ? 1 : 0;
        }
        vertices.push_back({{"id", vertex_id(job, place)},
                            {"slotSharingGroupId", job.id},
                            {"name", job.operators[place].name},
                            {"maxParallelism", 1},
                            {"parallelism", 1},
                            {"status", vertex_state(job)},
                            {"start-time", span.start_ms},
                            {"end-time", span.end_ms},
                            {"duration", span.duration_ms},
                            {"tasks", std::move(tasks)},
                            {"metrics", io_metrics(job, place)}});
    }
    return vertices;
}

json::object vertex_page(const JobRecord& job, std::string_view vertex, WallTime now) {
    size_t place = place_of_vertex(job, vertex);
    json::object subtask = subtask_of(job, place, now);
    json::object aggregated = {
        {"metrics", aggregates_of(subtask.at("metrics").as_object())},
        {"status-duration", aggregates_of(subtask.at("status-duration").as_object())}};
    return {{"id", vertex},
            {"name", job.operators[place].name},
            {"parallelism", 1},
            {"maxParallelism", 1},
            {"now", unix_ms(now)},
            {"subtasks", json::array{std::move(subtask)}},
            {"aggregated", std::move(aggregated)}};
}

}  // namespace tarn::flink
