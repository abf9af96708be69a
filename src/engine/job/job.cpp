#include "engine/job/job.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <thread>

#include "base/error.hpp"

namespace tarn::engine {

// Hands what leaves the pipeline to a sink.
class Job::End final : public Output {
public:
    explicit End(JobEnd end) : plan(std::move(end.plan)), sink(std::move(end.sink)) {}

    void take(const ChangeBatch& batch) override { sink->write(batch); }
    void advance(EventTime time) override { watermark = time; }
    void refuse(const ChangeBatch&, Refusal) override {}

    sql::StreamPlanPtr plan;
    SinkPtr sink;
    EventTime watermark = NoTimeYet;
};

namespace {

std::string source_name(size_t place) {
    return fmt::format("source {}", place);
}

std::string sink_name(size_t place) {
    return fmt::format("sink {}", place);
}

const std::string PlanPart = "plan";

const OperatorState& part_of(const Epoch& epoch, const std::string& name) {
    auto found = epoch.parts.find(name);
    if (found == epoch.parts.end()) {
        throw Error(ErrorCode::Corrupt, "epoch {} has nothing about {}", epoch.number, name);
    }
    return found->second;
}

}  // namespace

Job::Job(std::vector<JobEnd> ends, const OpenSource& open_source, JobContext context,
         JobSettings settings, EpochStore* epochs)
    : context_(std::move(context)), settings_(std::move(settings)), epochs_(epochs) {
    std::vector<PipelineEnd> pipeline_ends;
    for (JobEnd& end : ends) {
        ends_.push_back(std::make_unique<End>(std::move(end)));
        pipeline_ends.push_back({ends_.back()->plan, ends_.back().get()});
    }
    pipeline_ = std::make_unique<Pipeline>(pipeline_ends, context_);
    for (const sql::stream::TableSource* table : pipeline_->sources()) {
        inputs_.push_back({.source = open_source(*table)});
    }
    restore();
    for (size_t i = 0; i < inputs_.size(); ++i) {
        pipeline_->expect(i, inputs_[i].source->partitions());
    }
    epoch_began_ = context_.clock.ticks();
}

Job::~Job() = default;

void Job::restore() {
    auto last = epochs_ ? epochs_->latest() : std::nullopt;
    if (!last) return pipeline_->start();
    check_plan(*last);
    epoch_ = last->number;
    for (size_t i = 0; i < inputs_.size(); ++i) {
        inputs_[i].source->seek(part_of(*last, source_name(i)));
    }
    pipeline_->restore(last->parts);
    // Nobody knows whether this happened before the crash.
    for (size_t i = 0; i < ends_.size(); ++i) {
        ends_[i]->sink->commit(epoch_, part_of(*last, sink_name(i)));
    }
}

void Job::check_plan(const Epoch& epoch) const {
    StateRows text = part_of(epoch, PlanPart).all(PlanPart).at(0);
    if (bytes_of(text, 0).at(0) == settings_.plan_text) return;
    throw Error(ErrorCode::Conflict, "what the job computes has changed since its epoch {}",
                epoch.number)
        .with_hint("give the job another name, or remove its folder to begin anew");
}

bool Job::step() {
    bool has_worked = false;
    for (size_t i = 0; i < inputs_.size(); ++i) has_worked |= read(i);
    auto wakes = pipeline_->wakes_at_ms();
    if (wakes && *wakes <= context_.now_ms()) {
        pipeline_->wake();
        has_worked = true;
    }
    bool all_ended = std::ranges::all_of(inputs_, &Input::has_ended);
    if (all_ended && !is_finished_) finish();
    bool is_due = context_.clock.ticks() - epoch_began_ >= settings_.epoch_interval;
    if (epochs_ && is_due && !is_finished_) complete_epoch();
    return has_worked;
}

bool Job::read(size_t place) {
    Input& input = inputs_[place];
    if (input.has_ended) return false;
    auto batch = input.source->read(settings_.batch_rows);
    if (batch) {
        rows_read_ += batch->size();
        input.last_rows[batch->partition] = context_.clock.ticks();
        pipeline_->take(place, *batch);
        return true;
    }
    if (input.source->is_ended()) {
        input.has_ended = true;
        pipeline_->end(place);
        return true;
    }
    mark_idle(place);
    return false;
}

void Job::mark_idle(size_t place) {
    if (settings_.idle_timeout == std::chrono::milliseconds(0)) return;
    Input& input = inputs_[place];
    Ticks now = context_.clock.ticks();
    for (int32_t partition : input.source->partitions()) {
        auto last = input.last_rows.try_emplace(partition, now).first->second;
        if (now - last >= settings_.idle_timeout) pipeline_->set_idle(place, partition);
    }
}

void Job::finish() {
    complete_epoch();
    is_finished_ = true;
}

void Job::complete_epoch() {
    WallTime began = context_.clock.now();
    Ticks start = context_.clock.ticks();
    Epoch epoch{epoch_ + 1, pipeline_->save()};
    for (size_t i = 0; i < inputs_.size(); ++i) {
        epoch.parts.emplace(source_name(i), inputs_[i].source->position());
    }
    EpochFacts facts{.number = epoch.number};
    for (const Input& input : inputs_) facts.offsets.merge(input.source->offsets());
    for (size_t i = 0; i < ends_.size(); ++i) {
        facts.watermark = ends_[i]->watermark;
        epoch.parts.emplace(sink_name(i), ends_[i]->sink->prepare(facts));
    }
    std::string_view text = settings_.plan_text;
    epoch.parts[PlanPart].put(PlanPart, state_rows({{"text", bytes_column({&text, 1})}}));
    EpochStore::Place place;
    if (epochs_) place = epochs_->put(epoch);
    epoch_ = epoch.number;
    for (size_t i = 0; i < ends_.size(); ++i) {
        ends_[i]->sink->commit(epoch_, epoch.parts.at(sink_name(i)));
    }
    for (size_t i = 0; i < inputs_.size(); ++i) {
        inputs_[i].source->complete(epoch.parts.at(source_name(i)));
    }
    epoch_began_ = context_.clock.ticks();
    if (!epochs_) return;
    auto took = std::chrono::duration_cast<std::chrono::milliseconds>(epoch_began_ - start);
    completed_ = CompletedEpoch{epoch_, began, took, std::move(place)};
}

void Job::run(const std::function<Wish()>& wish) {
    constexpr std::chrono::milliseconds Pause(2);
    Wish now = Wish::GoOn;
    auto goes_on = [&] {
        now = wish();
        return now == Wish::GoOn || now == Wish::CompleteEpoch;
    };
    while (!is_finished_ && goes_on()) {
        if (now == Wish::CompleteEpoch) {
            complete_epoch();
        } else if (!step()) {
            std::this_thread::sleep_for(Pause);
        }
    }
    if (now == Wish::EndWithEpoch) complete_epoch();
}

}  // namespace tarn::engine
