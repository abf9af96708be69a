// The rows that a plan comes to when all of its tables are there in full.
#pragma once

#include <functional>

#include "sql/expressions/evaluate.hpp"
#include "sql/plan/plan.hpp"

namespace tarn::sql {

// The rows of a table as its connector would bring them, with all stored columns: answer() takes
// those that the scan reads, and needs none of its filters.
using TableReader = std::function<Batch(const Scan& scan)>;

// In an order that is meant only where the plan sorts. A column may be constant. Throws
// EvaluationError and RowError for what makes Flink fail.
Batch answer(const Plan& plan, const TableReader& tables, const Session& session);

}  // namespace tarn::sql
