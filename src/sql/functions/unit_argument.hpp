// The words among arguments, such as the HOUR of EXTRACT(HOUR FROM t). They come as constant texts.
#pragma once

#include <optional>

#include "sql/functions/function.hpp"
#include "sql/functions/time_units.hpp"

namespace tarn::sql {

// Nothing when what stands there is no unit of time.
std::optional<Unit> unit_argument(Arguments arguments, size_t place);

// A signature of the arguments behind the first, which is such a word, made one of all of them.
std::optional<Signature> with_symbol_first(Arguments arguments, std::optional<Signature> rest);

}  // namespace tarn::sql
