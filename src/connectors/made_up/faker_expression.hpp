// The expressions of `faker`: texts with calls in them, as "Dear #{name.firstName}, it is
// #{number.numberBetween '1','12'} o'clock".
#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace tarn::connectors {

struct FakerCall {
    std::string provider;  // as it was written
    std::vector<std::string> arguments;
};

using FakerPiece = std::variant<std::string, FakerCall>;

// Throws InvalidInput for a call that does not end.
std::vector<FakerPiece> parse_faker_expression(std::string_view text);

}  // namespace tarn::connectors
