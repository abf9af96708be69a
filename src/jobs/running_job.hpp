// A job at work, on a thread of its own: from its last epoch until it is finished or told to end,
// and again after failures, as its restart strategy says. What it tells may be asked from any
// thread.
#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>

#include "jobs/job_record.hpp"
#include "jobs/restart_strategy.hpp"

namespace tarn::jobs {

class RunningJob {
public:
    struct Needs {
        JobFolder folder;
        connectors::Surroundings surroundings;  // the job's own
    };

    // `opened` may be null: then the job opens on its own thread, as after a failure.
    RunningJob(JobRecord record, JobPlan plan, std::unique_ptr<OpenedJob> opened, Needs needs);

    // Ends it with an epoch; its record says that it is to go on when Tarn starts again.
    ~RunningJob();

    // Without another epoch: what came after the last one is dropped.
    void cancel();
    // After an epoch.
    void stop(JobState state_after = JobState::Finished);
    // Goes on after an epoch. False when it is not at work.
    bool complete_epoch();

    JobRecord record() const;

private:
    void run(std::unique_ptr<OpenedJob> opened);
    void ask(engine::Wish wish, JobState state_after);
    engine::Wish wish_of(OpenedJob& job);
    bool is_to_end_at_once() const;
    bool waits_to_restart(const std::exception& error);
    void change_state(JobState state);
    void note_opened(OpenedJob& job);
    void note_progress(OpenedJob& job);

    const JobPlan plan_;
    const Needs needs_;
    JobRecords records_;
    std::unique_ptr<RestartStrategy> restarts_;
    // The thread's own.
    Ticks progress_noted_{};
    int64_t epoch_noted_ = 0;

    mutable std::mutex mutex_;
    std::condition_variable asked_;
    JobRecord record_;
    engine::Wish wish_ = engine::Wish::GoOn;
    bool wants_epoch_ = false;
    std::shared_ptr<std::atomic<bool>> is_cancelled_;  // of the opened job; null before
    JobState state_after_ = JobState::Running;         // once the wish is fulfilled
    std::thread thread_;
};

}  // namespace tarn::jobs
