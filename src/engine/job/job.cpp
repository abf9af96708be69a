#include "engine/job/job.hpp"

#include <fmt/format.h>
#include <pthread.h>

#include <algorithm>
#include <utility>

#include "base/crash_point.hpp"
#include "base/error.hpp"

namespace tarn::engine {
namespace {

// Sources are not read while so many messages wait for another worker.
constexpr size_t WaitingMax = 16;
// How long a worker waits for work, or for more of it: rows that trickle in are taken in batches of
// this time, which costs far less than taking them as they come.
constexpr std::chrono::milliseconds Pause(10);
constexpr int64_t TrickleRows = 512;

const std::string CountsPart = "counts";

// The rows of a query that is only shown have no table.
std::string part_of_end(const sql::StreamPlan& plan, size_t place, PartNames& names) {
    const auto* sink = std::get_if<sql::stream::Sink>(&plan.node);
    return sink ? names.of_sink(*sink) : fmt::format("rows {}", place);
}

OperatorState as_state(const JobCounts& counts) {
    auto column = [](const char* name, const int64_t& count) {
        return StateColumn{name, number_column({&count, 1})};
    };
    OperatorState state;
    state.put(CountsPart,
              state_rows({column("read", counts.rows_read), column("late", counts.rows_late),
                          column("without time", counts.rows_without_time),
                          column("rejected", counts.records_rejected)}));
    return state;
}

JobCounts counts_in(const Epoch& epoch) {
    StateRows rows = part_of(epoch.parts, CountsPart).all(CountsPart).at(0);
    auto count = [&](int column) {
        return column < rows->num_columns() ? numbers_of(rows, column).at(0) : 0;
    };
    return {count(0), count(1), count(2), count(3)};
}

}  // namespace

// Threads for all workers but the first, which the job's own thread is. While they stand still
// nobody reads from sources, and all that was read has come to where it goes.
class Job::Threads {
public:
    explicit Threads(Job& job) : job_(job) {
        for (int worker = 1; worker < job_.mail_.workers(); ++worker) {
            threads_.emplace_back([this, worker] { work(worker); });
            pthread_setname_np(threads_.back().native_handle(),
                               fmt::format("tarn-job-{}", worker).c_str());
        }
    }

    ~Threads() {
        have_to_end_ = true;
        for (std::thread& thread : threads_) thread.join();
    }

    // A turn of the first worker.
    void work() {
        rethrow();
        bool has_worked = job_.workers_[0]->take_mail();
        has_worked |= reads_plenty(0);
        if (!has_worked) job_.mail_.wait(0, Pause);
    }

    void stand_still() {
        stand_still_ = true;
        while (reading_ > 0 || !job_.mail_.is_quiet()) {
            rethrow();
            if (!job_.workers_[0]->take_mail()) std::this_thread::yield();
        }
    }

    void go_on() { stand_still_ = false; }

private:
    void work(int worker) {
        try {
            while (!have_to_end_ && !has_failed_) {
                bool has_worked = job_.workers_[static_cast<size_t>(worker)]->take_mail();
                ++reading_;
                if (!stand_still_) has_worked |= reads_plenty(worker);
                --reading_;
                if (!has_worked) job_.mail_.wait(worker, Pause);
            }
        } catch (...) {
            // The first one counts; its thread alone writes it.
            if (!is_taken_.exchange(true)) {
                failure_ = std::current_exception();
                has_failed_ = true;
            }
        }
    }

    // Whether it is worth looking for more at once.
    bool reads_plenty(int number) {
        const Worker& worker = *job_.workers_[static_cast<size_t>(number)];
        int64_t before = worker.rows_read();
        bool has_worked = job_.read(number);
        int64_t rows = worker.rows_read() - before;
        return has_worked && (rows == 0 || rows >= TrickleRows);
    }

    void rethrow() const {
        if (has_failed_) std::rethrow_exception(failure_);
    }

    Job& job_;
    std::atomic<int> reading_ = 0;
    std::atomic<bool> stand_still_ = false;
    std::atomic<bool> have_to_end_ = false;
    std::atomic<bool> is_taken_ = false;
    std::atomic<bool> has_failed_ = false;
    std::exception_ptr failure_;
    std::vector<std::thread> threads_;
};

Job::Job(std::vector<JobEnd> ends, const OpenSource& open_source, const JobContext& context,
         JobSettings settings, EpochStore* epochs, const OpenRejects& open_rejects)
    : clock_(context.clock),
      settings_(settings),
      epochs_(epochs),
      ends_(std::move(ends)),
      mail_(settings_.workers) {
    PartNames names;
    for (size_t i = 0; i < ends_.size(); ++i) {
        Sink& sink = *ends_[i].sink;
        ends_[i].is_on_one_worker = settings_.workers > 1 && !sink.takes_from(settings_.workers);
        sinks_.push_back({part_of_end(*ends_[i].plan, i, names), &sink, i});
    }
    completion_ = std::make_unique<EpochCompletion>(sinks_, epochs_, clock_);
    WorkerSettings of_worker{settings_.batch_rows, settings_.idle_timeout};
    for (int i = 0; i < settings_.workers; ++i) {
        WorkerPlace place{i, settings_.workers > 1 ? &mail_ : nullptr};
        workers_.push_back(
            std::make_unique<Worker>(ends_, open_source, context, *completion_, of_worker, place));
    }
    this->open_rejects(open_rejects);
    restore();
    epoch_began_ = now();
    // From here on there is no way back to the plan before.
    if (has_new_plan_) complete_epoch();
}

Job::~Job() = default;

void Job::open_rejects(const OpenRejects& open) {
    const auto& tables = workers_[0]->pipeline().sources();
    PartNames names;
    rejects_.resize(tables.size());
    for (size_t i = 0; open && i < tables.size(); ++i) {
        rejects_[i] = open(*tables[i], i);
        if (!rejects_[i]) continue;
        rejects_[i]->takes_from(settings_.workers);
        sinks_.push_back({names.of_rejects(*tables[i]), rejects_[i].get(), std::nullopt});
    }
}

void Job::restore() {
    auto last = epochs_ ? epochs_->latest() : std::nullopt;
    if (last) fit_to_plan(*last);
    for (auto& worker : workers_) worker->start(last ? &last->parts : nullptr, rejects_);
    if (!last) return;
    epoch_ = last->number;
    counted_before_ = counts_in(*last);
    // Nobody knows whether this happened before the crash.
    for (const NamedSink& each : sinks_) {
        // The plan may have got it since.
        auto prepared = last->parts.find(each.name);
        if (prepared != last->parts.end()) each.sink->commit(epoch_, prepared->second);
    }
}

std::vector<std::string> Job::part_names() const {
    const Pipeline& pipeline = workers_[0]->pipeline();
    std::vector<std::string> names = pipeline.operator_parts();
    std::ranges::copy(pipeline.source_parts(), std::back_inserter(names));
    for (const NamedSink& sink : sinks_) names.push_back(sink.name);
    return names;
}

// Gives its parts the names that they have in this plan. What has none stays, and nobody takes it.
void Job::fit_to_plan(Epoch& epoch) {
    std::vector<std::string> before;
    for (const auto& [name, part] : epoch.parts) before.push_back(name);
    PlanFit fit = plan_fit(before, part_names());
    if (fit.is_exact) return;
    want_fit(fit, settings_.plan_change);
    has_new_plan_ = true;
    std::map<std::string, OperatorState> parts;
    for (auto& [name, part] : epoch.parts) {
        auto renamed = fit.renamed.find(name);
        parts.emplace(renamed == fit.renamed.end() ? name : renamed->second, std::move(part));
    }
    epoch.parts = std::move(parts);
}

bool Job::step() {
    bool has_worked = false;
    for (int i = 0; i < settings_.workers; ++i) has_worked |= read(i);
    while (!mail_.is_quiet()) {
        for (auto& worker : workers_) has_worked |= worker->take_mail();
    }
    if (have_ended() && !is_finished_) finish();
    if (is_epoch_due() && !is_finished_) complete_epoch();
    return has_worked;
}

bool Job::read(int worker) {
    for (int other = 0; other < settings_.workers; ++other) {
        if (mail_.waiting(other) > WaitingMax) return false;
    }
    return workers_[static_cast<size_t>(worker)]->read();
}

bool Job::have_ended() const {
    return std::ranges::all_of(workers_, [](const auto& worker) { return worker->has_ended(); });
}

void Job::finish() {
    complete_epoch();
    is_finished_ = true;
}

bool Job::is_epoch_due() const {
    return wants_epoch_ || (epochs_ && now() - epoch_began_ >= settings_.epoch_interval);
}

void Job::complete_epoch() {
    Ticks stopped = now();
    if (completion_->is_under_way()) take_over();
    begin_epoch(stopped);
    take_over();
    for (auto& worker : workers_) worker->tell_sources();
}

void Job::begin_epoch(Ticks stopped) {
    CapturedEpoch captured{.epoch = {epoch_ + 1, {}},
                           .began = clock_.now(),
                           .stopped = stopped,
                           .was_asked_for = std::exchange(wants_epoch_, false)};
    EpochFacts facts{.number = captured.epoch.number};
    crash_point("epoch-begins");
    auto extent = OperatorState::Extent::All;
    // Those of an earlier job are not known to the operators of this one.
    if (epochs_ && completed_ && epochs_->takes_changes_of(epoch_)) {
        extent = OperatorState::Extent::Changes;
        captured.epoch.since = epoch_;
    }
    for (const auto& worker : workers_) {
        merge(captured.epoch.parts, worker->pipeline().save(extent));
        merge(captured.positions, worker->positions());
        facts.offsets.merge(worker->offsets());
    }
    auto parts = captured.positions;
    captured.epoch.parts.merge(parts);
    captured.epoch.parts.emplace(CountsPart, as_state(counts()));
    for (const NamedSink& each : sinks_) {
        facts.watermark = each.end ? watermark(*each.end) : NoTimeYet;
        captured.sinks.push_back(each.sink->set_aside(facts));
    }
    captured.goes_on = now();
    crash_point("epoch-captured");
    epoch_began_ = captured.goes_on;
    completion_->begin(std::move(captured));
}

void Job::take_over() {
    const auto& [completed, positions] = completion_->take();
    epoch_ = completed.number;
    if (epochs_) completed_ = completed;
    for (auto& worker : workers_) worker->note_complete(positions);
}

EventTime Job::watermark(size_t end) const {
    EventTime least = EndOfTime;
    for (const auto& worker : workers_) least = std::min(least, worker->watermark(end));
    return least;
}

void Job::run(const std::function<Wish()>& wish) {
    Threads threads(*this);
    Wish wished = Wish::GoOn;
    auto goes_on = [&] {
        wished = wish();
        wants_epoch_ |= wished == Wish::CompleteEpoch;
        return wished == Wish::GoOn || wished == Wish::CompleteEpoch;
    };
    while (!is_finished_ && goes_on()) {
        threads.work();
        if (completion_->is_over()) take_over();
        bool have_ended = this->have_ended();
        if (!have_ended && (completion_->is_under_way() || !is_epoch_due())) continue;
        Ticks stopped = now();
        threads.stand_still();
        have_ended ? finish() : begin_epoch(stopped);
        threads.go_on();
    }
    threads.stand_still();
    wants_epoch_ = wished == Wish::EndWithEpoch;
    if (wants_epoch_ && !is_finished_) complete_epoch();
}

std::vector<OperatorCounts> Job::operators() const {
    std::vector<OperatorCounts> sum = workers_[0]->pipeline().counts();
    for (size_t i = 1; i < workers_.size(); ++i) {
        std::vector<OperatorCounts> more = workers_[i]->pipeline().counts();
        for (size_t place = 0; place < sum.size(); ++place) sum[place] += more[place];
    }
    return sum;
}

JobCounts Job::counts() const {
    JobCounts sum = counted_before_;
    for (const auto& worker : workers_) {
        auto [late, without_time] = worker->pipeline().refused();
        sum.rows_read += worker->rows_read();
        sum.records_rejected += worker->records_rejected();
        sum.rows_late += late;
        sum.rows_without_time += without_time;
    }
    return sum;
}

}  // namespace tarn::engine
