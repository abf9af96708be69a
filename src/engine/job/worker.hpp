// One of the workers of a job: its share of the sources, all operators for the keys that are its
// own, and a sink of each INSERT. One thread at a time calls it.
#pragma once

#include <atomic>
#include <functional>
#include <mutex>

#include "engine/job/epoch_completion.hpp"
#include "engine/job/source.hpp"
#include "engine/pipeline/pipeline.hpp"

namespace tarn::engine {

// May be null for all shares but the first, where a table is read by one alone.
using OpenSource =
    std::function<SourcePtr(const sql::stream::TableSource& table, SourceShare share)>;

// A query of the job, and what takes its rows.
struct JobEnd {
    sql::StreamPlanPtr plan;
    SinkPtr sink;
    bool is_on_one_worker = true;  // as its sink wants it
};

// Null for a table that wants none of it.
using OpenRejects = std::function<RejectsPtr(const sql::stream::TableSource& table, size_t place)>;

struct WorkerSettings {
    int64_t batch_rows;
    // After how long without rows a partition no longer holds time back; zero for never.
    std::chrono::milliseconds idle_timeout;
};

class Worker {
public:
    // The ends, the epochs and the mail outlive it.
    Worker(const std::vector<JobEnd>& ends, const OpenSource& open_source, JobContext context,
           const EpochCompletion& epochs, const WorkerSettings& settings, WorkerPlace place);
    ~Worker();

    // Goes on where those who put this were, or begins. Called once, before all else. There are
    // rejects for each source, or null; they outlive it.
    void start(const std::map<std::string, OperatorState>* state,
               const std::vector<RejectsPtr>& rejects);

    // Takes what others have sent. Whether there was anything.
    bool take_mail();
    // Reads from each source in turn, and does what is due by the clock. Whether there was
    // anything.
    bool read();
    // All its sources have ended.
    bool has_ended() const { return ended_ == inputs_.size(); }

    Pipeline& pipeline() { return *pipeline_; }
    const Pipeline& pipeline() const { return *pipeline_; }
    int64_t rows_read() const { return rows_read_; }
    int64_t records_rejected() const { return records_rejected_; }

    // How far its sources are, by names of parts of an epoch.
    std::map<std::string, OperatorState> positions() const;
    std::map<std::string, std::string> offsets() const;
    // An epoch with these positions of all workers is complete. Its sources are told when it reads
    // next, or now where nobody reads.
    void note_complete(EpochCompletion::Positions positions);
    void tell_sources();
    EventTime watermark(size_t end) const;

private:
    class End;
    struct Input {
        SourcePtr source;
        Rejects* rejects = nullptr;
        bool has_ended = false;
        std::map<int32_t, Ticks> last_rows = {};  // by partition
    };

    void end(size_t input);
    bool read(size_t input);
    Rejects& rested(Rejects& rejects) const;
    bool set_rejected_aside(Input& input);
    void set_refused_aside();
    void mark_idle(size_t input);

    JobContext context_;
    const EpochCompletion& epochs_;
    WorkerSettings settings_;
    int number_;
    std::vector<std::unique_ptr<End>> ends_;
    std::unique_ptr<Pipeline> pipeline_;
    std::vector<Input> inputs_;
    std::atomic<size_t> ended_ = 0;  // inputs
    std::atomic<int64_t> rows_read_ = 0;
    std::atomic<int64_t> records_rejected_ = 0;
    std::mutex noting_;
    EpochCompletion::Positions noted_;  // that sources are still to be told
};

}  // namespace tarn::engine
