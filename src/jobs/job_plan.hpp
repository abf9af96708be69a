// What the INSERTs of a file make: one job, planned but not running.
#pragma once

#include <atomic>
#include <memory>

#include <string>
#include <vector>

#include "connectors/registry/open.hpp"
#include "engine/job/job.hpp"
#include "jobs/setting_values.hpp"
#include "sql/stream/stream_plan.hpp"

namespace tarn::jobs {

struct JobPlan {
    std::string name;
    std::vector<sql::StreamPlanPtr> inserts;
    SessionSettings settings;
    sql::Session session;
};

// Where jobs keep how far they have come, each in a folder of its own.
using JobFolder = std::shared_ptr<storage::FileSystem>;

// The name of a job's folder: what is special in a path is written as %2F.
std::string folder_of(std::string_view job);

// How jobs of the session open tables that are looked up. The surroundings outlive it.
engine::OpenLookup lookups_in(const sql::Session& session,
                              const connectors::Surroundings& surroundings);

// The job, open from its sources to its sinks: where it stood after its last epoch, or at its
// beginning.
class OpenedJob {
public:
    // The surroundings outlive it.
    OpenedJob(const JobPlan& plan, const JobFolder& folder,
              const connectors::Surroundings& surroundings,
              engine::PlanChange change = engine::PlanChange::Refused);

    engine::Job& operator*() { return job_; }
    engine::Job* operator->() { return &job_; }

    // Once it is set, no sink waits for a server any more. It may outlive the job.
    std::shared_ptr<std::atomic<bool>> is_cancelled() const { return is_cancelled_; }

private:
    std::shared_ptr<std::atomic<bool>> is_cancelled_ = std::make_shared<std::atomic<bool>>(false);
    engine::EpochStore epochs_;
    engine::Job job_;
};

}  // namespace tarn::jobs
