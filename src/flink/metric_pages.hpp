// Metrics under Flink's names, as far as Tarn has them.
#pragma once

#include <boost/json/array.hpp>

#include <optional>
#include <string>
#include <vector>

#include "jobs/job_record.hpp"

namespace tarn::flink {

struct Metric {
    std::string id;
    std::string value;
};

std::vector<Metric> metrics_of_job(const jobs::JobRecord& job, WallTime now);
std::vector<Metric> metrics_of_cluster(const std::vector<jobs::JobRecord>& jobs);

// Those whose ids `get` has between its commas, with their values; all ids where it is not given.
boost::json::array metrics_page(const std::vector<Metric>& metrics,
                                const std::optional<std::string>& get);

// The numbers of several jobs put together in the ways that `ways` has between its commas: "min",
// "max", "sum", "avg", "skew". Throws InvalidInput for another.
boost::json::array job_aggregates_page(const std::vector<jobs::JobRecord>& jobs, WallTime now,
                                       const std::optional<std::string>& get,
                                       const std::optional<std::string>& ways);

}  // namespace tarn::flink
