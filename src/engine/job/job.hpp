// A job on one worker. It reads from its sources in turn, and ends an epoch when one is due: all
// that its operators remember, how far its sources have been read and what its sinks have prepared
// become durable in one step, and only then the sinks make it visible. A new job with the same
// epochs goes on after the last one.
#pragma once

#include <functional>

#include "engine/epochs/epoch_store.hpp"
#include "engine/job/sink.hpp"
#include "engine/job/source.hpp"
#include "engine/pipeline/pipeline.hpp"

namespace tarn::engine {

// A query of the job, and what takes its rows.
struct JobEnd {
    sql::StreamPlanPtr plan;
    SinkPtr sink;
};

// Whether a job goes on, be it after an epoch, and how it ends if not.
enum class Wish { GoOn, CompleteEpoch, EndWithEpoch, EndAtOnce };

// An epoch that this job has completed.
struct CompletedEpoch {
    int64_t number = 0;
    WallTime began{};
    std::chrono::milliseconds took{};
    EpochStore::Place place = {};
};

using OpenSource = std::function<SourcePtr(const sql::stream::TableSource& table)>;

struct JobSettings {
    std::chrono::milliseconds epoch_interval{10'000};
    // After how long without rows a partition no longer holds time back; zero for never.
    std::chrono::milliseconds idle_timeout{30'000};
    int64_t batch_rows = 8'192;
    // Tells what is computed. An epoch of something else is refused, for its state has no meaning
    // here.
    std::string plan_text = {};
};

class Job {
public:
    // The epochs may be null: then nothing outlives the job, and sinks commit at its end.
    Job(std::vector<JobEnd> ends, const OpenSource& open_source, JobContext context,
        JobSettings settings, EpochStore* epochs);
    ~Job();

    // Reads and works until nothing is there at the moment. Whether there was something to do.
    bool step();

    // All sources have ended, and all that follows from it has been committed.
    bool is_finished() const { return is_finished_; }

    // Ends an epoch now.
    void complete_epoch();

    // Steps until it is finished or to end. It is asked before each step and after each epoch.
    void run(const std::function<Wish()>& wish);

    const Pipeline& pipeline() const { return *pipeline_; }
    int64_t epoch() const { return epoch_; }
    // Nothing before the first one since it was opened, and where there are no epochs.
    const std::optional<CompletedEpoch>& completed() const { return completed_; }
    int64_t rows_read() const { return rows_read_; }

private:
    class End;
    struct Input {
        SourcePtr source;
        bool has_ended = false;
        std::map<int32_t, Ticks> last_rows = {};  // by partition
    };

    void restore();
    void check_plan(const Epoch& epoch) const;
    bool read(size_t input);
    void mark_idle(size_t input);
    void finish();

    JobContext context_;
    JobSettings settings_;
    EpochStore* epochs_;
    std::vector<std::unique_ptr<End>> ends_;
    std::unique_ptr<Pipeline> pipeline_;
    std::vector<Input> inputs_;
    int64_t epoch_ = 0;  // the last complete one
    std::optional<CompletedEpoch> completed_;
    int64_t rows_read_ = 0;
    bool is_finished_ = false;
    Ticks epoch_began_{};
};

}  // namespace tarn::engine
