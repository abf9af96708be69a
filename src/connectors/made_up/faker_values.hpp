// The columns of `faker`: texts of their expressions, cast to their types.
#pragma once

#include "connectors/made_up/value_maker.hpp"

namespace tarn::connectors {

// Throws InvalidInput for a column without an expression, and for one whose texts are no values of
// its type.
ValueMakerPtr faker_values(const MadeColumn& column);

}  // namespace tarn::connectors
