// The JSON functions, whose calls have clauses of their own: RETURNING, … ON EMPTY, WITH WRAPPER.
#pragma once

#include "sql/functions/function.hpp"
#include "sql/functions/json_options.hpp"
#include "sql/syntax/expression.hpp"

namespace tarn::sql {

// The expressions among what the call says, in the order in which its resolver takes them.
std::vector<Expression> json_arguments(const FunctionCall& call);

// Nothing when no function of that name has clauses.
std::optional<Resolver> json_resolver(const std::string& name, const FunctionCall& call);

// Of the constructors and aggregates that make JSON: what the call says of NULL, and which of its
// arguments are JSON already.
JsonConstructorOptions constructor_options(const FunctionCall& call, bool leaves_out_null);

}  // namespace tarn::sql
