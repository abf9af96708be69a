// A job: its workers read, compute and write until an epoch is due. Then they stand still for a
// moment: what their operators remember, how far their sources have been read and what their sinks
// have written is set aside. While they go on all of that becomes durable, and only then the sinks
// make it visible. A new job with the same epochs goes on after the last one, with as many workers
// as it likes.
#pragma once

#include <atomic>
#include <exception>
#include <functional>
#include <thread>

#include "engine/job/worker.hpp"

namespace tarn::engine {

// Whether a job goes on, be it after an epoch, and how it ends if not.
enum class Wish { GoOn, CompleteEpoch, EndWithEpoch, EndAtOnce };

// What a job has done so far, of all times.
struct JobCounts {
    int64_t rows_read = 0;
    int64_t rows_late = 0;
    int64_t rows_without_time = 0;
    int64_t records_rejected = 0;
};

struct JobSettings {
    int workers = 1;
    std::chrono::milliseconds epoch_interval{10'000};
    std::chrono::milliseconds idle_timeout{30'000};  // see WorkerSettings
    int64_t batch_rows = 8'192;
    // Whether the plan may be another one than that of the last epoch.
    PlanChange plan_change = PlanChange::Refused;
};

class Job {
public:
    // The epochs may be null: then nothing outlives the job, and sinks commit at its end. Without
    // `open_rejects` what is left out is counted and gone.
    Job(std::vector<JobEnd> ends, const OpenSource& open_source, const JobContext& context,
        JobSettings settings, EpochStore* epochs, const OpenRejects& open_rejects = nullptr);
    ~Job();

    // All workers in turn read and work until nothing is there at the moment. Whether there was
    // something to do.
    bool step();

    // All sources have ended, and all that follows from it has been committed.
    bool is_finished() const { return is_finished_; }

    // Ends an epoch now, and returns when it is complete.
    void complete_epoch();

    // Works, each worker on a thread of its own, until it is finished or to end. It is asked now
    // and then, and after each epoch.
    void run(const std::function<Wish()>& wish);

    int64_t epoch() const { return epoch_; }
    // Nothing before the first one since it was opened, and where there are no epochs.
    const std::optional<CompletedEpoch>& completed() const { return completed_; }
    JobCounts counts() const;
    // Of all workers together, in the order of the plans. Any thread may ask.
    std::vector<OperatorCounts> operators() const;

private:
    class Threads;
    void open_rejects(const OpenRejects& open);
    EventTime watermark(size_t end) const;
    void restore();
    std::vector<std::string> part_names() const;
    void fit_to_plan(Epoch& epoch);
    // Reads unless too much is on its way to others.
    bool read(int worker);
    bool have_ended() const;
    void finish();
    bool is_epoch_due() const;
    // All stand still, and began to at that time.
    void begin_epoch(Ticks stopped);
    // The epoch that was begun is complete, or will be when this returns.
    void take_over();

    Ticks now() const { return clock_.ticks(); }

    const Clock& clock_;
    JobSettings settings_;
    EpochStore* epochs_;
    std::vector<JobEnd> ends_;
    Mail mail_;
    std::vector<RejectsPtr> rejects_;  // of each source, or null
    std::vector<NamedSink> sinks_;
    std::unique_ptr<EpochCompletion> completion_;  // waits for what it has begun
    std::vector<std::unique_ptr<Worker>> workers_;
    int64_t epoch_ = 0;  // the last complete one
    std::optional<CompletedEpoch> completed_;
    JobCounts counted_before_;   // it was opened
    bool has_new_plan_ = false;  // the last epoch is of another one
    bool is_finished_ = false;
    bool wants_epoch_ = false;
    Ticks epoch_began_{};
};

}  // namespace tarn::engine
