// What a call is refused with, for tests that pin the text.
#pragma once

#include <string>

#include "base/error.hpp"

namespace tarn::kafka {

// "corrupt: kafka: ..."; "accepted" when it is not refused.
template <typename Call>
std::string refusal_of(Call call) {
    try {
        call();
    } catch (const Error& error) {
        return std::string(name_of(error.code())) + ": " + error.what();
    }
    return "accepted";
}

}  // namespace tarn::kafka
