// What is told of one job, in the JSON of Flink 1.20.
#pragma once

#include <boost/json/object.hpp>

#include "jobs/job_record.hpp"

namespace tarn::flink {

// An entry of /jobs/overview.
boost::json::object job_in_short(const jobs::JobRecord& job, WallTime now);

boost::json::object job_page(const jobs::JobRecord& job, WallTime now);
boost::json::object plan_page(const jobs::JobRecord& job);
boost::json::object job_config_page(const jobs::JobRecord& job);

// The last failures, not more than `max`, the newest first.
boost::json::object exceptions_page(const jobs::JobRecord& job, size_t max);

}  // namespace tarn::flink
