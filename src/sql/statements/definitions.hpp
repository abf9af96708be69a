// Statements that define something, carried out in a workspace.
#pragma once

#include "sql/statements/workspace.hpp"
#include "sql/syntax/statement.hpp"

namespace tarn::sql {

// What is wrong with the statement, all at once; it is carried out as far as it is right, so that
// what follows it can be read. Statements that define nothing do nothing. Throws MaybeElsewhere
// where that is not known here.
std::vector<Problem> define(const Statement& statement, Workspace& workspace);

}  // namespace tarn::sql
