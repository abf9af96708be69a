// Queries of syntax trees to plans.
#pragma once

#include "sql/catalog/namespace.hpp"
#include "sql/functions/kernel.hpp"
#include "sql/plan/plan.hpp"

namespace tarn::sql {

// How many tables one query may read, each view and each common table with all of its own: what
// walks a plan may take as many steps.
inline constexpr int TablesOfAQueryMax = 2000;

// These throw SqlError with the span of what has no meaning.
PlanPtr bind_query(const Query& query, const Namespace& names, const Session& session);
// To a WriteRows.
PlanPtr bind_insert(const Insert& insert, const Namespace& names, const Session& session);

}  // namespace tarn::sql
