// The operators of a job for those who look at it: each once, after those that it reads from.
#pragma once

#include <string>
#include <vector>

#include "sql/stream/stream_plan.hpp"

namespace tarn::jobs {

struct JobOperator {
    std::string name;                 // "GroupAggregate"
    std::string text;                 // as EXPLAIN shows it
    std::vector<size_t> inputs = {};  // places of others in the list
    bool is_source = false;
};

std::vector<JobOperator> operators_of(const std::vector<sql::StreamPlanPtr>& inserts);

}  // namespace tarn::jobs
