// What a job has been through since it was submitted.
#pragma once

#include <boost/json/fwd.hpp>

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "engine/job/job.hpp"

namespace tarn::jobs {

// Flink's, as far as Tarn has them.
enum class JobState { Created, Running, Restarting, Cancelling, Canceled, Failed, Finished };

std::string_view name_of(JobState state);  // "RUNNING"

// Throws Corrupt for a name that no state has.
JobState state_named(std::string_view name);

struct JobFailure {
    WallTime at;
    std::string message;
};

struct JobHistory {
    static constexpr size_t EpochsKept = 10;
    static constexpr size_t FailuresKept = 16;

    // Where it goes on after the last epoch, be it of an earlier job of its name.
    struct Restore {
        int64_t epoch;
        WallTime at;
    };

    // Not all that the engine was asked for counts for whoever looks at the job.
    void add(const engine::CompletedEpoch& epoch, bool counts_as_asked_for);
    void add(JobFailure failure);

    std::map<JobState, WallTime> states = {};  // when it last came into each
    int64_t restarts = 0;
    int64_t restores = 0;
    std::optional<Restore> restored = {};  // the last time
    int64_t epochs_completed = 0;
    std::vector<engine::CompletedEpoch> epochs = {};  // the last ones, the oldest first
    std::optional<engine::CompletedEpoch> epoch_asked_for =
        {};                                 // the last one that somebody asked for
    std::vector<JobFailure> failures = {};  // the last ones, the oldest first
};

boost::json::object as_json(const JobHistory& history);
// Throws what Boost.JSON throws for what as_json() has not made.
JobHistory job_history_of(const boost::json::object& object);

}  // namespace tarn::jobs
