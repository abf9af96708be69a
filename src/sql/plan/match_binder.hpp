// FROM t MATCH_RECOGNIZE (…).
#pragma once

#include "sql/plan/context.hpp"

namespace tarn::sql {

Relation bind_match(const MatchRecognize& match, Span span, const Context& context);

}  // namespace tarn::sql
