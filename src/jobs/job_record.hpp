// What is kept of a job besides its epochs: job.json, in the folder that has them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "jobs/job_history.hpp"
#include "jobs/job_operators.hpp"
#include "jobs/job_plan.hpp"

namespace tarn::jobs {

// Whether it will never run again by itself.
bool is_over(JobState state);

// How far a job has come.
struct JobProgress {
    int64_t epoch = 0;  // the last complete one
    engine::JobCounts counts = {};
    std::vector<engine::OperatorCounts> operators = {};  // since it was opened; not kept
};

struct JobRecord {
    std::string id;  // 32 hexadecimal digits, as Flink's
    std::string name;
    std::string sql;     // the whole file
    std::string file;    // its name, for messages
    std::string folder;  // where relative paths in it begin
    JobState state = JobState::Created;
    WallTime created{};
    WallTime changed{};  // when it came into this state
    JobProgress progress = {};
    JobHistory history = {};
    std::vector<JobOperator> operators = {};
    SessionSettings settings = {};  // of its session, when it was planned
    // Until it has run once with a plan that is another one than that of its last epoch.
    engine::PlanChange plan_change = engine::PlanChange::Refused;
};

// The records of all jobs.
class JobRecords {
public:
    explicit JobRecords(JobFolder folder) : folder_(std::move(folder)) {}

    // Durable when it returns.
    void put(const JobRecord& record);
    // By name. What cannot be read is logged and left out.
    std::vector<JobRecord> all() const;

private:
    JobFolder folder_;
};

}  // namespace tarn::jobs
