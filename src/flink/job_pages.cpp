#include "flink/job_pages.hpp"

#include <boost/json.hpp>

#include <array>

#include "flink/vertices.hpp"

namespace tarn::flink {
namespace {

namespace json = boost::json;
using jobs::JobRecord;
using jobs::JobState;

constexpr auto JobStates = std::to_array<std::string_view>(
    {"INITIALIZING", "CREATED", "RUNNING", "FAILING", "FAILED", "CANCELLING", "CANCELED",
     "FINISHED", "RESTARTING", "SUSPENDED", "RECONCILING"});

// When it last came into each state, 0 for never.
json::object state_times(const JobRecord& job) {
    json::object times;
    for (std::string_view state : JobStates) times[state] = 0;
    times["INITIALIZING"] = unix_ms(job.created);
    for (const auto& [state, at] : job.history.states) times[name_of(state)] = unix_ms(at);
    return times;
}

// Operators of a job run on one thread, so rows stay where they are.
json::array inputs_of_node(const JobRecord& job, size_t place) {
    json::array inputs;
    for (size_t input : job.operators[place].inputs) {
        inputs.push_back({{"num", inputs.size()},
                          {"id", vertex_id(job, input)},
                          {"ship_strategy", "FORWARD"},
                          {"exchange", "pipelined_bounded"}});
    }
    return inputs;
}

json::object plan_of(const JobRecord& job) {
    json::array nodes;
    for (size_t place = job.operators.size(); place-- > 0;) {
        json::object node = {{"id", vertex_id(job, place)},
                             {"parallelism", 1},
                             {"operator", ""},
                             {"operator_strategy", ""},
                             {"description", job.operators[place].text},
                             {"optimizer_properties", json::object{}}};
        if (!job.operators[place].inputs.empty()) node["inputs"] = inputs_of_node(job, place);
        nodes.push_back(std::move(node));
    }
    return {
        {"jid", job.id}, {"name", job.name}, {"type", "STREAMING"}, {"nodes", std::move(nodes)}};
}

// The words of /jobs/overview are those of the states, in small letters.
json::object small_counts(const JobRecord& job) {
    json::object counts = {{"total", job.operators.size()}};
    for (const auto& [state, count] : vertex_counts(job)) {
        std::string name(state);
        for (char& c : name) c = static_cast<char>(c - 'A' + 'a');
        counts[name] = count;
    }
    return counts;
}

json::object failure_entry(const jobs::JobFailure& failure) {
    return {{"exceptionName", "Error"},
            {"stacktrace", failure.message},
            {"timestamp", unix_ms(failure.at)},
            {"failureLabels", json::object{}},
            {"concurrentExceptions", json::array{}}};
}

}  // namespace

json::object job_in_short(const JobRecord& job, WallTime now) {
    Span span = span_of_job(job, now);
    return {{"jid", job.id},
            {"name", job.name},
            {"start-time", span.start_ms},
            {"end-time", span.end_ms},
            {"duration", span.duration_ms},
            {"state", name_of(job.state)},
            {"last-modification", unix_ms(job.changed)},
            {"tasks", small_counts(job)}};
}

json::object job_page(const JobRecord& job, WallTime now) {
    Span span = span_of_job(job, now);
    return {{"jid", job.id},
            {"name", job.name},
            {"isStoppable", false},
            {"state", name_of(job.state)},
            {"job-type", "STREAMING"},
            {"start-time", span.start_ms},
            {"end-time", span.end_ms},
            {"duration", span.duration_ms},
            {"maxParallelism", -1},
            {"now", unix_ms(now)},
            {"timestamps", state_times(job)},
            {"vertices", vertices_of(job, now)},
            {"status-counts", vertex_counts(job)},
            {"plan", plan_of(job)}};
}

json::object plan_page(const JobRecord& job) {
    return {{"plan", plan_of(job)}};
}

json::object job_config_page(const JobRecord& job) {
    std::string strategy = jobs::text_of(job.settings, "restart-strategy", "exponential-delay");
    json::object config = {
        {"execution-mode", "PIPELINED"},
        {"restart-strategy", jobs::text_of(job.settings, "restart-strategy.type", strategy)},
        {"job-parallelism", 1},
        {"object-reuse-mode", false},
        {"user-config", json::value_from(job.settings)}};
    return {{"jid", job.id}, {"name", job.name}, {"execution-config", std::move(config)}};
}

json::object exceptions_page(const JobRecord& job, size_t max) {
    const auto& failures = job.history.failures;
    json::array entries;
    for (auto failure = failures.rbegin(); failure != failures.rend(); ++failure) {
        if (entries.size() == max) break;
        entries.push_back(failure_entry(*failure));
    }
    bool is_truncated = entries.size() < failures.size();
    json::object page = {{"root-exception", nullptr},
                         {"timestamp", nullptr},
                         {"all-exceptions", json::array{}},
                         {"truncated", false}};
    if (!failures.empty()) {
        page["root-exception"] = failures.back().message;
        page["timestamp"] = unix_ms(failures.back().at);
    }
    page["exceptionHistory"] = {{"entries", std::move(entries)}, {"truncated", is_truncated}};
    return page;
}

}  // namespace tarn::flink
