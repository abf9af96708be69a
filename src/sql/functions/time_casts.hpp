// Casts among texts and times, and from one kind of time to another.
#pragma once

#include <optional>

#include "sql/functions/kernel.hpp"

namespace tarn::sql {

// Nothing when there is no such cast, or none that has to do with times. A text that is no time
// makes Flink's CAST fail and its TRY_CAST NULL. A text comes out as long as it is: that CHAR(n)
// and VARCHAR(n) cut and pad is up to the caller.
std::optional<Kernel> time_cast(const Type& from, const Type& to, bool is_try);

}  // namespace tarn::sql
