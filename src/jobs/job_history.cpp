#include "jobs/job_history.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <array>

#include "base/error.hpp"

namespace tarn::jobs {
namespace {

namespace json = boost::json;
using engine::CompletedEpoch;

constexpr auto StateNames = std::to_array<std::string_view>(
    {"CREATED", "RUNNING", "RESTARTING", "CANCELLING", "CANCELED", "FAILED", "FINISHED"});

int64_t whole_in(const json::object& object, std::string_view key) {
    return json::value_to<int64_t>(object.at(key));
}

WallTime moment_in(const json::object& object, std::string_view key) {
    return WallTime(std::chrono::milliseconds(whole_in(object, key)));
}

std::string words_in(const json::object& object, std::string_view key) {
    return json::value_to<std::string>(object.at(key));
}

json::object epoch_as_json(const CompletedEpoch& epoch) {
    return {{"number", epoch.number},        {"began_ms", unix_ms(epoch.began)},
            {"took_ms", epoch.took.count()}, {"stood_still_ms", epoch.stood_still.count()},
            {"bytes", epoch.place.bytes},    {"place", epoch.place.uri}};
}

CompletedEpoch epoch_of(const json::value& value) {
    const json::object& object = value.as_object();
    // Earlier ones did not tell.
    const json::value* told = object.if_contains("stood_still_ms");
    int64_t stood_still = told ? json::value_to<int64_t>(*told) : 0;
    return {.number = whole_in(object, "number"),
            .began = moment_in(object, "began_ms"),
            .took = std::chrono::milliseconds(whole_in(object, "took_ms")),
            .stood_still = std::chrono::milliseconds(stood_still),
            .place = {words_in(object, "place"), whole_in(object, "bytes")}};
}

}  // namespace

std::string_view name_of(JobState state) {
    return StateNames[static_cast<size_t>(state)];
}

JobState state_named(std::string_view name) {
    auto found = std::ranges::find(StateNames, name);
    if (found != StateNames.end()) return static_cast<JobState>(found - StateNames.begin());
    throw Error(ErrorCode::Corrupt, "there is no state '{}'", name);
}

void JobHistory::add(const CompletedEpoch& epoch, bool counts_as_asked_for) {
    ++epochs_completed;
    epochs.push_back(epoch);
    if (epochs.size() > EpochsKept) epochs.erase(epochs.begin());
    if (counts_as_asked_for && epoch.was_asked_for) epoch_asked_for = epoch;
}

void JobHistory::add(JobFailure failure) {
    failures.push_back(std::move(failure));
    if (failures.size() > FailuresKept) failures.erase(failures.begin());
}

json::object as_json(const JobHistory& history) {
    json::object states;
    for (const auto& [state, at] : history.states) states[name_of(state)] = unix_ms(at);
    json::array epochs;
    for (const CompletedEpoch& epoch : history.epochs) epochs.push_back(epoch_as_json(epoch));
    json::array failures;
    for (const JobFailure& failure : history.failures) {
        failures.push_back({{"at_ms", unix_ms(failure.at)}, {"message", failure.message}});
    }
    json::object object = {
        {"states", std::move(states)},  {"restarts", history.restarts},
        {"restores", history.restores}, {"epochs_completed", history.epochs_completed},
        {"epochs", std::move(epochs)},  {"failures", std::move(failures)}};
    if (history.epoch_asked_for) {
        object["epoch_asked_for"] = epoch_as_json(*history.epoch_asked_for);
    }
    if (history.restored) {
        object["restored_epoch"] = history.restored->epoch;
        object["restored_ms"] = unix_ms(history.restored->at);
    }
    return object;
}

JobHistory job_history_of(const json::object& object) {
    JobHistory history{.restarts = whole_in(object, "restarts"),
                       .restores = whole_in(object, "restores"),
                       .epochs_completed = whole_in(object, "epochs_completed")};
    const json::object& states = object.at("states").as_object();
    for (const auto& [name, at] : states) {
        history.states[state_named(name)] = moment_in(states, name);
    }
    for (const json::value& epoch : object.at("epochs").as_array()) {
        history.epochs.push_back(epoch_of(epoch));
    }
    for (const json::value& failure : object.at("failures").as_array()) {
        const json::object& each = failure.as_object();
        history.failures.push_back({moment_in(each, "at_ms"), words_in(each, "message")});
    }
    if (const auto* epoch = object.if_contains("epoch_asked_for")) {
        history.epoch_asked_for = epoch_of(*epoch);
    }
    if (object.contains("restored_epoch")) {
        history.restored = JobHistory::Restore{whole_in(object, "restored_epoch"),
                                               moment_in(object, "restored_ms")};
    }
    return history;
}

}  // namespace tarn::jobs
