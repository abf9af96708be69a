// What puts rows in the order of a step.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "sql/expressions/evaluate.hpp"
#include "sql/plan/plan.hpp"

namespace tarn::sql {

// Bytes for each row, which compare as the rows do.
std::vector<std::string> order_keys(std::span<const SortKey> order, const Batch& rows);

}  // namespace tarn::sql
