// Which kernel an operator of the syntax comes to for its operands' types.
#pragma once

#include "sql/functions/function.hpp"
#include "sql/syntax/expression.hpp"

namespace tarn::sql {

// Of all operators but those whose operands are evaluated one after the other, or that name a
// field. NOT and the like are in it when negates_itself() says so. Nothing for types it does not
// take.
std::optional<Signature> operation_signature(const Operation& operation, Arguments arguments);

bool negates_itself(Operator op);

// As messages and plans show it.
std::string name_of(Operator op);

// What to do about operands that do not go together.
std::string cast_hint(Operator op);

}  // namespace tarn::sql
