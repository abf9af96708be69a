// The JSON functions, whose calls have clauses of their own: RETURNING, … ON EMPTY, WITH WRAPPER.
#pragma once

#include "sql/functions/function.hpp"
#include "sql/syntax/expression.hpp"

namespace tarn::sql {

// The expressions among what the call says, in the order in which its resolver takes them.
std::vector<Expression> json_arguments(const FunctionCall& call);

// Nothing when no function of that name has clauses.
std::optional<Resolver> json_resolver(const std::string& name, const FunctionCall& call);

}  // namespace tarn::sql
