#include "engine/job/worker.hpp"

#include <algorithm>
#include <utility>

#include "engine/epochs/epoch_file.hpp"

namespace tarn::engine {

// Hands what leaves the pipeline to a sink.
class Worker::End final : public Receiver {
public:
    End(Sink& sink, const EpochCompletion& epochs, int worker)
        : sink_(sink), epochs_(epochs), worker_(worker) {}

    void take(const ChangeBatch& batch) override {
        if (sink_.rests_until_commit()) epochs_.wait();
        sink_.write_of(worker_, batch);
        has_written_ = true;
    }
    void advance(EventTime time) override { watermark_ = time; }

    // Whether the sink has rows that are to go on. Only who writes to it asks.
    bool wake(Ticks now) {
        auto wakes = has_written_ ? sink_.wakes_at() : std::nullopt;
        if (!wakes || *wakes > now) return false;
        if (sink_.rests_until_commit()) epochs_.wait();
        sink_.wake();
        return true;
    }

    EventTime watermark() const { return watermark_; }

private:
    Sink& sink_;
    const EpochCompletion& epochs_;
    int worker_;
    EventTime watermark_ = NoTimeYet;
    bool has_written_ = false;
};

Worker::Worker(const std::vector<JobEnd>& ends, const OpenSource& open_source, JobContext context,
               const EpochCompletion& epochs, const WorkerSettings& settings, WorkerPlace place)
    : context_(std::move(context)), epochs_(epochs), settings_(settings), number_(place.worker) {
    context_.keys = KeyGroups::of_worker(place.worker, place.workers());
    std::vector<PipelineEnd> pipeline_ends;
    for (const JobEnd& end : ends) {
        ends_.push_back(std::make_unique<End>(*end.sink, epochs, place.worker));
        pipeline_ends.push_back({end.plan, ends_.back().get(), end.is_on_one_worker});
    }
    pipeline_ = std::make_unique<Pipeline>(pipeline_ends, context_, place);
    for (const sql::stream::TableSource* table : pipeline_->sources()) {
        inputs_.push_back({.source = open_source(*table, {place.worker, place.workers()})});
    }
}

Worker::~Worker() = default;

void Worker::start(const std::map<std::string, OperatorState>* state,
                   const std::vector<RejectsPtr>& rejects) {
    for (size_t i = 0; i < inputs_.size(); ++i) {
        inputs_[i].rejects = rejects[i].get();
        if (rejects[i] && rejects[i]->takes_refused()) pipeline_->keep_refused(i);
        if (!state || !inputs_[i].source) continue;
        // A plan that has changed may have got it since.
        auto position = state->find(pipeline_->source_parts()[i]);
        if (position != state->end()) inputs_[i].source->seek(position->second);
    }
    state ? pipeline_->restore(*state) : pipeline_->start();
    for (size_t i = 0; i < inputs_.size(); ++i) {
        Input& input = inputs_[i];
        if (input.source) {
            pipeline_->expect(i, input.source->partitions());
        } else {
            end(i);
        }
    }
}

void Worker::end(size_t input) {
    inputs_[input].has_ended = true;
    pipeline_->end(input);
    ++ended_;
}

bool Worker::read() {
    tell_sources();
    bool has_worked = false;
    for (size_t i = 0; i < inputs_.size(); ++i) has_worked |= read(i);
    for (auto& end : ends_) has_worked |= end->wake(context_.clock.ticks());
    auto wakes = pipeline_->wakes_at_ms();
    if (wakes && *wakes <= context_.now_ms()) {
        pipeline_->wake();
        has_worked = true;
    }
    set_refused_aside();
    return has_worked;
}

bool Worker::take_mail() {
    bool has_any = pipeline_->take_mail();
    set_refused_aside();
    return has_any;
}

bool Worker::read(size_t place) {
    Input& input = inputs_[place];
    if (input.has_ended) return false;
    Ticks began = context_.clock.ticks();
    auto batch = input.source->read(settings_.batch_rows);
    if (batch) pipeline_->add_busy(place, context_.clock.ticks() - began);
    bool has_rejected = set_rejected_aside(input);
    if (batch) {
        rows_read_ += batch->size();
        input.last_rows[batch->partition] = context_.clock.ticks();
        pipeline_->take(place, *batch);
        return true;
    }
    if (has_rejected) return true;
    if (input.source->is_ended()) {
        end(place);
        return true;
    }
    mark_idle(place);
    return false;
}

// One that may be written to now.
Rejects& Worker::rested(Rejects& rejects) const {
    if (rejects.rests_until_commit()) epochs_.wait();
    return rejects;
}

bool Worker::set_rejected_aside(Input& input) {
    bool has_any = false;
    while (auto rejected = input.source->take_rejected()) {
        has_any = true;
        records_rejected_ += rejected->size();
        if (input.rejects) rested(*input.rejects).write_of(number_, *rejected);
    }
    return has_any;
}

void Worker::set_refused_aside() {
    for (const RefusedRows& refused : pipeline_->take_refused()) {
        Rejects& rejects = rested(*inputs_[refused.source].rejects);
        rejects.write_refused(refused.rows.rows, refused.input->columns,
                              sql::name_of(*refused.refusing), refused.reason);
    }
}

void Worker::mark_idle(size_t place) {
    if (settings_.idle_timeout == std::chrono::milliseconds(0)) return;
    Input& input = inputs_[place];
    Ticks now = context_.clock.ticks();
    for (int32_t partition : input.source->partitions()) {
        auto last = input.last_rows.try_emplace(partition, now).first->second;
        if (now - last >= settings_.idle_timeout) pipeline_->set_idle(place, partition);
    }
}

std::map<std::string, OperatorState> Worker::positions() const {
    std::map<std::string, OperatorState> found;
    for (size_t i = 0; i < inputs_.size(); ++i) {
        if (inputs_[i].source)
            found.emplace(pipeline_->source_parts()[i], inputs_[i].source->position());
    }
    return found;
}

std::map<std::string, std::string> Worker::offsets() const {
    std::map<std::string, std::string> found;
    for (const Input& input : inputs_) {
        if (input.source) found.merge(input.source->offsets());
    }
    return found;
}

void Worker::note_complete(EpochCompletion::Positions positions) {
    std::lock_guard lock(noting_);
    noted_ = std::move(positions);
}

void Worker::tell_sources() {
    EpochCompletion::Positions positions;
    {
        std::lock_guard lock(noting_);
        positions = std::exchange(noted_, nullptr);
    }
    if (!positions) return;
    for (size_t i = 0; i < inputs_.size(); ++i) {
        if (inputs_[i].source)
            inputs_[i].source->complete(part_of(*positions, pipeline_->source_parts()[i]));
    }
}

EventTime Worker::watermark(size_t end) const {
    return ends_[end]->watermark();
}

}  // namespace tarn::engine
