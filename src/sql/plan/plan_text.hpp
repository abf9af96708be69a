// Plans as text, as EXPLAIN shows them: a line for each step, those that it reads below it, in the
// shape of what Flink calls the abstract syntax tree.
//
//   LogicalProject(a=[$0], twice=[*($1, 2)])
//   +- LogicalFilter(condition=[>($1, 3)])
//      +- LogicalTableScan(table=[[default_catalog, default_database, t]])
#pragma once

#include <functional>
#include <string>

#include "sql/plan/plan.hpp"

namespace tarn::sql {

// Every line with an end.
std::string text_of(const Plan& plan);

// AND(>($0, 1), IS NULL($2)): columns of the input by their places.
std::string text_of(const Bound& bound);
// With columns named otherwise.
using NameOfColumn = std::function<std::string(size_t place)>;
std::string text_of(const Bound& bound, const NameOfColumn& name_of_column);

}  // namespace tarn::sql
