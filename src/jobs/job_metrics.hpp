// Jobs as Prometheus reads them, under the names that Flink's own reporter gives.
#pragma once

#include <string>
#include <vector>

#include "jobs/job_record.hpp"

namespace tarn::jobs {

std::string job_metrics(const std::vector<JobRecord>& jobs, WallTime now);

}  // namespace tarn::jobs
