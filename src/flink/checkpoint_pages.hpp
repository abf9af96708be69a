// The epochs of a job as Flink's checkpoints; those that somebody asked for are its savepoints.
#pragma once

#include <boost/json/object.hpp>

#include "jobs/job_record.hpp"

namespace tarn::flink {

boost::json::object checkpoints_page(const jobs::JobRecord& job);

// Throws NotFound when the number is not among those that are remembered.
boost::json::object checkpoint_page(const jobs::JobRecord& job, int64_t number);

boost::json::object checkpoint_config_page(const jobs::JobRecord& job);

}  // namespace tarn::flink
