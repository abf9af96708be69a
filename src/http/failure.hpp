// What a client is told when its request did not work: a status, a code to branch on, a message and
// what to do. One place turns an error of ours into it; a router's error shape turns it into the
// JSON of its protocol.
#pragma once

#include <string>
#include <string_view>

#include "base/error.hpp"

namespace tarn::http {

struct Failure {
    int status;
    std::string code;  // "not_found"
    std::string message;
    std::string hint = {};
};

// The one mapping from our errors to HTTP.
int status_of(ErrorCode code);
Failure failure_of(const Error& error);

// The other way, for clients: what an answer of this status means to us.
ErrorCode error_code_of(int status);

// "Not Found"; "Unknown" for a status without a name.
std::string_view reason_of(int status);

}  // namespace tarn::http
