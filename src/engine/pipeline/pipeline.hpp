// A job's operators on one worker, joined as its plans say: a plan that two others share is one
// operator with two outputs. What is pushed into a source runs through to the ends before the call
// returns, or to where its rows go to another worker.
#pragma once

#include <array>
#include <map>
#include <utility>

#include "engine/exchange/exchange.hpp"
#include "engine/operators/watermark_assigner.hpp"
#include "engine/pipeline/operator_counts.hpp"
#include "engine/pipeline/part_names.hpp"
#include "sql/stream/stream_plan.hpp"

namespace tarn::engine {

// A query, and where its rows go.
struct PipelineEnd {
    sql::StreamPlanPtr plan;
    Receiver* output;
    bool is_on_one_worker = false;  // whose output alone is given rows
};

// Rows that an operator has left out, as they came to it.
struct RefusedRows {
    size_t source;  // that they are from
    const sql::StreamPlan* refusing;
    const sql::StreamPlan* input;  // of the operator: theirs are its columns
    ChangeBatch rows;
    Refusal reason;
};

// One worker of a job among several, which have the same pipeline. The mail outlives the pipeline.
struct WorkerPlace {
    int worker = 0;
    Mail* mail = nullptr;  // null when there is but one

    int workers() const { return mail ? mail->workers() : 1; }
};

class Pipeline {
public:
    Pipeline(const std::vector<PipelineEnd>& ends, const JobContext& job, WorkerPlace place = {});
    ~Pipeline();

    // Of each plan that reads a table what it reads; they are named by their places.
    const std::vector<const sql::stream::TableSource*>& sources() const { return sources_; }
    // What they are called in epochs.
    const std::vector<std::string>& source_parts() const { return source_parts_; }
    // What its operators are called there.
    std::vector<std::string> operator_parts() const;

    // Runs what needs no source, as VALUES. Not after restore().
    void start();
    // Of source partitions that are known ahead.
    void expect(size_t source, std::span<const int32_t> partitions);
    void take(size_t source, const ChangeBatch& batch);
    void set_idle(size_t source, int32_t partition);
    // It has no more rows.
    void end(size_t source);

    // What other workers have sent. Whether there was anything.
    bool take_mail();

    std::optional<int64_t> wakes_at_ms() const;
    void wake();

    // By operator. State of several workers is put together with merge().
    using State = std::map<std::string, OperatorState>;
    State save(OperatorState::Extent extent = OperatorState::Extent::All);
    void restore(const State& state);

    // How many rows operators left out, by reason.
    std::array<int64_t, 2> refused() const;
    // Of all operators, in the order of their plans: inputs before those that they go to. Any
    // thread may ask.
    std::vector<OperatorCounts> counts() const;
    // The time that reading has taken.
    void add_busy(size_t source, std::chrono::nanoseconds time);
    // From now on the rows of this source that are left out are kept to be taken.
    void keep_refused(size_t source);
    std::vector<RefusedRows> take_refused() { return std::exchange(refused_, {}); }

private:
    class Node;

    Node& node_of(const sql::StreamPlan& plan);
    Receiver& exchanged(std::vector<size_t> key, Receiver& next);
    static WatermarkAssigner* assigner_in(Node& node);
    static Node* assigner_above(Node& node);

    std::vector<PipelineEnd> ends_;
    const JobContext& job_;
    WorkerPlace place_;
    std::vector<std::unique_ptr<Exchange>> exchanges_;
    std::vector<std::unique_ptr<Node>> nodes_;  // inputs before those that they go to
    std::map<const sql::StreamPlan*, Node*> by_plan_;
    PartNames names_;
    std::vector<const sql::stream::TableSource*> sources_;
    std::vector<std::string> source_parts_;
    std::vector<Node*> source_nodes_;
    std::vector<RefusedRows> refused_;
    // What the operators that rows went to have taken of the time of the one that is at work.
    std::chrono::nanoseconds behind_{0};
};

// As if one worker had remembered what several do.
void merge(Pipeline::State& into, Pipeline::State from);

}  // namespace tarn::engine
