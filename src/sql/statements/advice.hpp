// What is right and may surprise all the same: where a real Flink 1.20 would do something else,
// and where both do what few expect.
#pragma once

#include "sql/plan/plan.hpp"
#include "sql/statements/workspace.hpp"

namespace tarn::sql {

// Of a statement that has been carried out in the workspace.
void add_advice(const Statement& statement, const Workspace& workspace,
                std::vector<Problem>& notes);

// Of a query or an INSERT.
void add_advice(const Plan& plan, const Workspace& workspace, std::vector<Problem>& notes);

}  // namespace tarn::sql
