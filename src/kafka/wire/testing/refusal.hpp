// What a call is refused with: for tests that pin the text, and for those that give it any bytes.
#pragma once

#include <string>

#include "base/assert.hpp"
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

// Lets the call refuse what it is given as damaged, and in no other way.
template <typename Call>
void accept_or_refuse(Call call) {
    try {
        call();
    } catch (const Error& error) {
        TARN_ASSERT(error.code() == ErrorCode::Corrupt);
    }
}

}  // namespace tarn::kafka
