#include "jobs/running_job.hpp"

#include <pthread.h>

#include "base/error.hpp"
#include "base/log.hpp"

namespace tarn::jobs {

using engine::Wish;

RunningJob::RunningJob(JobRecord record, JobPlan plan, std::unique_ptr<OpenedJob> opened,
                       Needs needs)
    : plan_(std::move(plan)),
      needs_(std::move(needs)),
      records_(needs_.folder),
      restarts_(restart_strategy(plan_.settings)),
      record_(std::move(record)) {
    if (opened) note_opened(*opened);
    change_state(JobState::Running);
    thread_ = std::thread([this, opened = std::move(opened)]() mutable { run(std::move(opened)); });
    pthread_setname_np(thread_.native_handle(), "tarn-job");
}

RunningJob::~RunningJob() {
    ask(Wish::EndWithEpoch, JobState::Running);
    thread_.join();
}

void RunningJob::cancel() {
    ask(Wish::EndAtOnce, JobState::Canceled);
}

void RunningJob::stop(JobState state_after) {
    ask(Wish::EndWithEpoch, state_after);
}

bool RunningJob::complete_epoch() {
    std::lock_guard lock(mutex_);
    wants_epoch_ = record_.state == JobState::Running;
    return wants_epoch_;
}

// The first wish counts.
void RunningJob::ask(Wish wish, JobState state_after) {
    std::lock_guard lock(mutex_);
    if (is_over(record_.state) || wish_ != Wish::GoOn) return;
    wish_ = wish;
    state_after_ = state_after;
    if (wish == Wish::EndAtOnce && is_cancelled_) *is_cancelled_ = true;
    if (is_over(state_after)) {
        record_.state = JobState::Cancelling;
        record_.history.states[JobState::Cancelling] = needs_.surroundings.clock.now();
    }
    asked_.notify_all();
}

JobRecord RunningJob::record() const {
    std::lock_guard lock(mutex_);
    return record_;
}

void RunningJob::run(std::unique_ptr<OpenedJob> opened) {
    while (true) {
        try {
            if (!opened) {
                opened = std::make_unique<OpenedJob>(plan_, needs_.folder, needs_.surroundings,
                                                     record().plan_change);
                note_opened(*opened);
                change_state(JobState::Running);
            }
            (*opened)->run([&] { return wish_of(*opened); });
            note_progress(*opened);
            return change_state((*opened)->is_finished() ? JobState::Finished : state_after_);
        } catch (const std::exception& error) {
            opened.reset();
            if (!waits_to_restart(error)) return;
        }
    }
}

Wish RunningJob::wish_of(OpenedJob& job) {
    constexpr std::chrono::milliseconds ProgressInterval(100);
    Ticks now = needs_.surroundings.clock.ticks();
    if (now - progress_noted_ >= ProgressInterval || job->epoch() != epoch_noted_) {
        note_progress(job);
        progress_noted_ = now;
    }
    std::lock_guard lock(mutex_);
    bool is_asked = std::exchange(wants_epoch_, false);
    return is_asked && wish_ == Wish::GoOn ? Wish::CompleteEpoch : wish_;
}

void RunningJob::note_opened(OpenedJob& job) {
    epoch_noted_ = job->epoch();
    note_progress(job);
    std::lock_guard lock(mutex_);
    is_cancelled_ = job.is_cancelled();
    record_.plan_change = engine::PlanChange::Refused;
    if (epoch_noted_ == 0) return;
    ++record_.history.restores;
    record_.history.restored = JobHistory::Restore{epoch_noted_, needs_.surroundings.clock.now()};
}

void RunningJob::note_progress(OpenedJob& job) {
    JobProgress progress{
        .epoch = job->epoch(), .counts = job->counts(), .operators = job->operators()};
    std::lock_guard lock(mutex_);
    record_.progress = std::move(progress);
    if (job->epoch() == epoch_noted_) return;
    epoch_noted_ = job->epoch();
    // The one that ends with Tarn itself nobody has asked for.
    bool ends_with_tarn = wish_ == Wish::EndWithEpoch && !is_over(state_after_);
    record_.history.add(*job->completed(), !ends_with_tarn);
}

bool RunningJob::is_to_end_at_once() const {
    std::lock_guard lock(mutex_);
    return wish_ == Wish::EndAtOnce;
}

// False when the job ends instead. One that was to end at once has not failed: what it waited for
// was given up.
bool RunningJob::waits_to_restart(const std::exception& error) {
    const auto* own = dynamic_cast<const Error*>(&error);
    std::string message = own ? own->full_text() : error.what();
    if (is_to_end_at_once()) {
        TARN_LOG_INFO("job {} was cancelled: {}", record_.name, message);
        change_state(state_after_);
        return false;
    }
    auto delay = restarts_->after_failure(needs_.surroundings.clock.ticks());
    {
        std::lock_guard lock(mutex_);
        record_.history.add({needs_.surroundings.clock.now(), message});
        wants_epoch_ = false;
        if (delay) ++record_.history.restarts;
    }
    TARN_LOG_ERROR("job {} has failed: {}", record_.name, message);
    change_state(delay ? JobState::Restarting : JobState::Failed);
    if (!delay) return false;
    std::unique_lock lock(mutex_);
    asked_.wait_for(lock, *delay, [this] { return wish_ != Wish::GoOn; });
    if (wish_ == Wish::GoOn) return true;
    lock.unlock();
    change_state(state_after_);
    return false;
}

// A state that nobody is left to change is kept, too.
void RunningJob::change_state(JobState state) {
    std::lock_guard lock(mutex_);
    record_.state = state;
    record_.changed = needs_.surroundings.clock.now();
    record_.history.states[state] = record_.changed;
    try {
        records_.put(record_);
    } catch (const Error& error) {
        TARN_LOG_ERROR("job {} is {}, which cannot be kept: {}", record_.name, name_of(state),
                       error.full_text());
    }
}

}  // namespace tarn::jobs
