// What a call throws, for tests to look at.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "base/error.hpp"

namespace tarn::storage::testing {

struct Failure {
    ErrorCode code;
    std::string text;  // message and hint
};

inline Failure failure_of(const std::function<void()>& work) {
    try {
        work();
    } catch (const Error& error) {
        return {error.code(), error.full_text()};
    }
    ADD_FAILURE() << "nothing was thrown";
    return {ErrorCode::Internal, ""};
}

inline ErrorCode code_of(const std::function<void()>& work) {
    return failure_of(work).code;
}

}  // namespace tarn::storage::testing
