// What a call of the tests was refused with.
#pragma once

#include <string>

#include "s3/refusal.hpp"

namespace tarn::s3::testing {

// The code, or "" when the call went through.
template <typename Call>
std::string refused_as(Call&& call) {
    try {
        call();
    } catch (const Refusal& refusal) {
        return std::string(name_of(refusal.refused()));
    }
    return "";
}

}  // namespace tarn::s3::testing
