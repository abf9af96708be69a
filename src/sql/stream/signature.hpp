// What an operator is, as text: two operators with the same signature mean the same by what they
// remember, so that one goes on where the other stood.
#pragma once

#include "sql/stream/stream_plan.hpp"

namespace tarn::sql {

// Of the operator alone: what it does with columns of such types, whatever they come from.
std::string own_signature(const StreamPlan& plan);

// Together with all that its rows come from.
std::string whole_signature(const StreamPlan& plan);

}  // namespace tarn::sql
