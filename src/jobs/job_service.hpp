// The jobs of a running Tarn. Calls block and may come from several threads.
#pragma once

#include <map>
#include <memory>
#include <mutex>

#include "jobs/running_job.hpp"

namespace tarn::jobs {

struct Submission {
    std::string name;  // unless the file sets pipeline.name
    std::string sql;
    std::string file = {};    // for messages
    std::string folder = {};  // where relative paths in it begin
};

class JobService {
public:
    // The surroundings outlive the service.
    JobService(JobFolder folder, connectors::Surroundings surroundings);

    // Ends all jobs, each after an epoch, to go on at the next start.
    ~JobService();

    // Lets go on what was running when Tarn ended. Called once, at the start.
    void resume();

    // Starts the job that the INSERTs make. Where a job of its name has ended, it goes on after
    // that one's last epoch. Throws Conflict while such a job runs, InvalidInput for what is wrong
    // with the SQL, and what the connectors throw that cannot be opened.
    JobRecord submit(const Submission& submission);

    struct Upgrade {
        JobRecord job;
        engine::PlanFit fit;
    };
    // Has a job go on with another file: it ends with an epoch, and starts again with what still
    // fits. Throws Conflict, and leaves the job as it is, where operators remember something that
    // the new plan does not go on with, unless it is to be forgotten; and what submit() throws.
    Upgrade upgrade(const std::string& wanted, const Submission& submission,
                    engine::PlanChange change);
    // What an upgrade would do.
    engine::PlanFit look_at_upgrade(const std::string& wanted, const Submission& submission) const;

    // The newest first.
    std::vector<JobRecord> jobs() const;

    // These take an id or a name, and throw NotFound with the nearest name. A job ends some time
    // after they return.
    JobRecord job(const std::string& wanted) const;
    JobRecord cancel(const std::string& wanted);
    JobRecord stop(const std::string& wanted, JobState state_after = JobState::Finished);

    // Has the job end an epoch some time after this returns. Throws Conflict when it is not at
    // work.
    JobRecord complete_epoch(const std::string& wanted);

private:
    connectors::Surroundings surroundings_of(const JobRecord& record) const;
    JobPlan plan_of(const JobRecord& record) const;
    void refuse_if_running(const std::string& name) const;
    JobRecord with_file_of(JobRecord record, const Submission& submission) const;
    engine::PlanFit fit(const JobRecord& record, const JobPlan& plan) const;
    void end(const std::string& name);
    JobRecord start(JobRecord record, JobPlan plan, std::unique_ptr<OpenedJob> opened);
    std::shared_ptr<RunningJob> find(const std::string& wanted) const;

    JobFolder folder_;
    connectors::Surroundings surroundings_;
    JobRecords records_;

    std::mutex submission_;  // one at a time
    mutable std::mutex mutex_;
    std::map<std::string, JobRecord> ended_;                   // at an earlier start, by name
    std::map<std::string, std::shared_ptr<RunningJob>> jobs_;  // by name
};

}  // namespace tarn::jobs
