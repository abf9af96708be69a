// The expressions that an expression is made of.
#pragma once

#include <functional>

#include "sql/syntax/query.hpp"

namespace tarn::sql {

// Calls `visit` with each of them, in the order of the text; not with those of subqueries.
void for_each_part(const Expression& expression,
                   const std::function<void(const Expression&)>& visit);

}  // namespace tarn::sql
