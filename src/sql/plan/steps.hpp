// Steps of plans with the columns that follow from what is below them.
#pragma once

#include "sql/plan/plan.hpp"

namespace tarn::sql {

// Names for columns of which several may be called the same: a, a0, a1.
std::vector<std::string> told_apart(std::vector<std::string> names);

Bound column_of(const Plan& plan, size_t place, Span span);
std::vector<Bound> columns_of(const Plan& plan, Span span);

PlanPtr projected(const PlanPtr& input, std::vector<Bound> values,
                  const std::vector<std::string>& names);
// The first columns alone; the plan itself when it has no more.
PlanPtr first_columns(const PlanPtr& input, size_t count);
// Behind its columns those values that are none of them yet, and where each of them stands.
std::pair<PlanPtr, std::vector<size_t>> with_values(const PlanPtr& input,
                                                    const std::vector<Bound>& values);
PlanPtr filtered(const PlanPtr& input, Bound condition);
PlanPtr joined(JoinKind kind, const PlanPtr& left, const PlanPtr& right, Bound condition);
// The span is that of the clause, for errors of those who cannot run it.
PlanPtr aggregated(const PlanPtr& input, std::vector<size_t> keys, std::vector<AggregateCall> calls,
                   Span span);
PlanPtr distinct(const PlanPtr& input, Span span);
PlanPtr sorted(const PlanPtr& input, std::vector<SortKey> keys, Span span, int64_t offset = 0,
               std::optional<int64_t> limit = {});

// The same columns, named otherwise.
PlanPtr renamed(const PlanPtr& input, const std::vector<std::string>& names);

// With a number added to the places of all input columns.
Bound shifted(const Bound& bound, int64_t by);

// Refuses values that have no order, for what sorts or groups by them.
void want_order(const Bound& value, std::string_view where);

// NULL and TRUE as constants.
Bound null_of(const Type& type, Span span);
Bound always_true(Span span);
bool is_always_true(const Bound& condition);

// All of them in that order; at least one.
Bound conjunction(const std::vector<Bound>& conditions);

// What has to hold for all of it to hold.
std::vector<Bound> conjuncts_of(const Bound& condition);

}  // namespace tarn::sql
