// What is told of a whole Tarn: it is its one job manager and its one task manager.
#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <string>
#include <vector>

#include "base/config.hpp"
#include "jobs/job_record.hpp"

namespace tarn::flink {

struct Build {
    std::string version;
    std::string commit;
};

boost::json::object overview_page(const std::vector<jobs::JobRecord>& jobs, const Build& build);
boost::json::object config_page(const Build& build);
boost::json::array settings_page(const Config& config);

boost::json::object task_managers_page(const std::vector<jobs::JobRecord>& jobs, WallTime now);

// Throws NotFound for another id than that of the one there is.
boost::json::object task_manager_page(const std::vector<jobs::JobRecord>& jobs, std::string_view id,
                                      WallTime now);

}  // namespace tarn::flink
