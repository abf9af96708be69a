// CAST and TRY_CAST between all types that sql/types lets through.
#pragma once

#include <optional>

#include "sql/functions/kernel.hpp"

namespace tarn::sql {

// A value that has no counterpart makes CAST fail and TRY_CAST NULL. Nothing when the types do not
// go together.
std::optional<Kernel> cast_kernel(const Type& from, const Type& to, bool is_try);

// The parts of it, each for its own types.
std::optional<Kernel> number_cast(const Type& from, const Type& to);
std::optional<Kernel> text_to_number(const Type& to, bool is_try);
std::optional<Kernel> number_to_text(const Type& from);
std::optional<Kernel> nested_cast(const Type& from, const Type& to, bool is_try);
std::optional<Kernel> nested_to_text(const Type& from);

// Cut or padded to the length of a CHAR, VARCHAR, BINARY or VARBINARY.
Kernel fitted(Kernel kernel, const Type& to);

}  // namespace tarn::sql
