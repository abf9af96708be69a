// "Did you mean …?" for every place where a person types a name.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace tarn {

// The known name closest to what was typed, if one is close enough to be a likely slip.
std::optional<std::string> nearest_name(std::string_view typed, std::span<const std::string> known);

// "did you mean 'port'?", or "known: a, b, c" when nothing is near, shortened to a line.
std::string name_hint(std::string_view typed, std::span<const std::string> known);

}  // namespace tarn
