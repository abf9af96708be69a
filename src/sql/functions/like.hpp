// LIKE and SIMILAR TO: of a text and a pattern, or with an escape character as a third argument.
#pragma once

#include "sql/functions/function.hpp"

namespace tarn::sql {

Resolver like_resolver();
Resolver similar_resolver();

}  // namespace tarn::sql
