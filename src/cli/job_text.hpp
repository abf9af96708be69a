// Jobs as a running Tarn tells of them in JSON, for people.
#pragma once

#include <boost/json/value.hpp>

#include <string>

#include "base/error.hpp"

namespace tarn::cli {

std::string job_id(const boost::json::value& job);
std::string job_name(const boost::json::value& job);
std::string job_state(const boost::json::value& job);  // "RUNNING"
bool is_over(const boost::json::value& job);

// "job trades is RUNNING after epoch 3: 1200 rows read".
std::string job_line(const boost::json::value& job);

// What {"message", "hint"} stands for, with a status of HTTP.
Error failure_in(const boost::json::value& failure, int status);

}  // namespace tarn::cli
