// Which rows an operator wants to see together, and so on one worker.
#pragma once

#include <optional>
#include <vector>

#include "sql/stream/stream_plan.hpp"

namespace tarn::engine {

// The columns of an input whose rows come to one worker when they are equal in them: those by which
// the operator keeps what it remembers, in its order. None: all rows come to one worker. Nothing:
// each row may be on any.
std::optional<std::vector<size_t>> keys_of_input(const sql::StreamPlan& plan, size_t input);

}  // namespace tarn::engine
