#include "jobs/job_service.hpp"

#include <algorithm>
#include <thread>

#include "base/error.hpp"
#include "base/ids.hpp"
#include "base/log.hpp"
#include "base/suggest.hpp"
#include "jobs/sql_file.hpp"

namespace tarn::jobs {
namespace {

std::string new_id(Random& random) {
    return fmt::format("{:016x}{:016x}", random.next(), random.next());
}

}  // namespace

JobService::JobService(JobFolder folder, connectors::Surroundings surroundings)
    : folder_(std::move(folder)), surroundings_(std::move(surroundings)), records_(folder_) {
    for (JobRecord& record : records_.all()) ended_[record.name] = std::move(record);
}

JobService::~JobService() = default;

void JobService::resume() {
    std::vector<JobRecord> to_go_on;
    for (const auto& [name, record] : ended_) {
        if (record.state == JobState::Cancelling) continue;
        if (!is_over(record.state)) to_go_on.push_back(record);
    }
    for (JobRecord& record : to_go_on) {
        TARN_LOG_INFO("job {} goes on", record.name);
        try {
            JobPlan plan = plan_of(record);
            start(record, std::move(plan), nullptr);
        } catch (const Error& error) {
            record.state = JobState::Failed;
            record.changed = surroundings_.clock.now();
            record.history.states[record.state] = record.changed;
            record.history.add({record.changed, error.full_text()});
            TARN_LOG_ERROR("job {} cannot go on: {}", record.name, error.full_text());
            records_.put(record);
            ended_[record.name] = record;
        }
    }
}

connectors::Surroundings JobService::surroundings_of(const JobRecord& record) const {
    connectors::Surroundings around = surroundings_;
    if (!record.folder.empty()) around.files.base_folder = record.folder;
    return around;
}

JobPlan JobService::plan_of(const JobRecord& record) const {
    sql::Source source(record.file, record.sql);
    connectors::Surroundings around = surroundings_of(record);
    try {
        SqlFile file(record.name, around, nullptr);
        if (auto plan = file.read(sql::parse(source), [] { return false; })) return *plan;
    } catch (const sql::SqlError& error) {
        throw Error(ErrorCode::InvalidInput, "{}", text_of(source, error.problem()));
    }
    throw Error(ErrorCode::InvalidInput, "{} has no INSERT, so there is no job", record.file);
}

JobRecord JobService::submit(const Submission& submission) {
    std::lock_guard submitting(submission_);
    WallTime now = surroundings_.clock.now();
    JobRecord record{.id = new_id(surroundings_.random),
                     .name = submission.name,
                     .sql = submission.sql,
                     .file = submission.file.empty() ? submission.name : submission.file,
                     .folder = submission.folder,
                     .created = now,
                     .changed = now};
    record.history.states[JobState::Created] = now;
    JobPlan plan = plan_of(record);
    record.name = plan.name;
    refuse_if_running(record.name);
    auto opened = std::make_unique<OpenedJob>(plan, folder_, surroundings_of(record));
    return start(std::move(record), std::move(plan), std::move(opened));
}

void JobService::refuse_if_running(const std::string& name) const {
    std::lock_guard lock(mutex_);
    auto found = jobs_.find(name);
    if (found == jobs_.end() || is_over(found->second->record().state)) return;
    throw Error(ErrorCode::Conflict, "job {} is running", name)
        .with_hint(fmt::format("`tarn job stop {}` ends it after an epoch; or give this one "
                               "another name: SET 'pipeline.name' = '…';",
                               name));
}

JobRecord JobService::with_file_of(JobRecord record, const Submission& submission) const {
    record.sql = submission.sql;
    record.file = submission.file.empty() ? submission.name : submission.file;
    record.folder = submission.folder;
    return record;
}

engine::PlanFit JobService::fit(const JobRecord& record, const JobPlan& plan) const {
    if (plan.name != record.name) {
        throw Error(ErrorCode::InvalidInput, "the file is the job {}, not {}", plan.name,
                    record.name)
            .with_hint("a job keeps its name: leave pipeline.name as it was");
    }
    auto before = engine::EpochStore(folder_, folder_of(record.name)).part_names();
    if (!before) return {.is_exact = true};
    return engine::plan_fit(*before, engine::part_names(plan.inserts));
}

engine::PlanFit JobService::look_at_upgrade(const std::string& wanted,
                                            const Submission& submission) const {
    JobRecord record = with_file_of(job(wanted), submission);
    return fit(record, plan_of(record));
}

JobService::Upgrade JobService::upgrade(const std::string& wanted, const Submission& submission,
                                        engine::PlanChange change) {
    std::lock_guard submitting(submission_);
    JobRecord before = job(wanted);
    JobRecord record = with_file_of(before, submission);
    JobPlan plan = plan_of(record);
    engine::PlanFit fit = this->fit(record, plan);
    engine::want_fit(fit, change);
    end(record.name);
    record.state = JobState::Created;
    record.plan_change = change;
    records_.put(record);
    try {
        auto opened = std::make_unique<OpenedJob>(plan, folder_, surroundings_of(record), change);
        return {start(std::move(record), std::move(plan), std::move(opened)), std::move(fit)};
    } catch (...) {
        // As it was: the epoch is the old plan's, unless the new one has got as far as its own.
        start(before, plan_of(before), nullptr);
        throw;
    }
}

// Ends it with an epoch, and waits for that.
void JobService::end(const std::string& name) {
    constexpr std::chrono::milliseconds Pause(10);
    auto running = find(name);
    if (!running) return;
    running->stop();
    while (!is_over(running->record().state)) std::this_thread::sleep_for(Pause);
}

JobRecord JobService::start(JobRecord record, JobPlan plan, std::unique_ptr<OpenedJob> opened) {
    std::string name = record.name;
    record.operators = operators_of(plan.inserts);
    record.settings = plan.settings;
    RunningJob::Needs needs{folder_, surroundings_of(record)};
    auto job = std::make_shared<RunningJob>(std::move(record), std::move(plan), std::move(opened),
                                            std::move(needs));
    std::lock_guard lock(mutex_);
    ended_.erase(name);
    jobs_[name] = job;
    return job->record();
}

std::vector<JobRecord> JobService::jobs() const {
    std::vector<JobRecord> all;
    {
        std::lock_guard lock(mutex_);
        for (const auto& [name, record] : ended_) all.push_back(record);
        for (const auto& [name, job] : jobs_) all.push_back(job->record());
    }
    std::ranges::sort(all, [](const JobRecord& a, const JobRecord& b) {
        return std::tuple(b.created, a.name) < std::tuple(a.created, b.name);
    });
    return all;
}

JobRecord JobService::job(const std::string& wanted) const {
    std::vector<std::string> known;
    for (const JobRecord& record : jobs()) {
        if (record.id == wanted || record.name == wanted) return record;
        known.push_back(record.name);
    }
    throw Error(ErrorCode::NotFound, "there is no job '{}'", wanted)
        .with_hint(name_hint(wanted, known));
}

// Null when it has ended at an earlier start.
std::shared_ptr<RunningJob> JobService::find(const std::string& wanted) const {
    std::string name = job(wanted).name;
    std::lock_guard lock(mutex_);
    auto found = jobs_.find(name);
    return found == jobs_.end() ? nullptr : found->second;
}

JobRecord JobService::cancel(const std::string& wanted) {
    if (auto job = find(wanted)) job->cancel();
    return job(wanted);
}

JobRecord JobService::stop(const std::string& wanted, JobState state_after) {
    if (auto job = find(wanted)) job->stop(state_after);
    return job(wanted);
}

JobRecord JobService::complete_epoch(const std::string& wanted) {
    JobRecord record = job(wanted);
    auto running = find(wanted);
    if (!running || !running->complete_epoch()) {
        throw Error(ErrorCode::Conflict, "job {} is {}, so that it ends no epoch", record.name,
                    name_of(record.state));
    }
    return record;
}

}  // namespace tarn::jobs
