// The functions of each topic; function.cpp joins them to the registry.
#pragma once

#include "sql/functions/function.hpp"

namespace tarn::sql {

std::vector<Function> text_functions();

}  // namespace tarn::sql
