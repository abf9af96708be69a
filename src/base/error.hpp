// The one exception that Tarn throws. It says what went wrong and where; the hint says what to do.
// It is caught where someone can answer for it: one connection, one request, one statement, one job
// task, main. The code picks the HTTP status, Kafka error or exit code there.
#pragma once

#include <fmt/format.h>

#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace tarn {

enum class ErrorCode {
    InvalidInput,  // what arrived cannot be used; sending it again will not help
    Unauthorized,  // no or wrong credentials
    Forbidden,     // known, but not allowed
    NotFound,
    Conflict,  // it exists already, or someone else changed it first
    TooLarge,  // past a named limit
    Timeout,
    Unavailable,  // not now; trying again may help
    StorageFull,
    Corrupt,  // stored bytes are not what was written
    Internal
};

// The code as users and JSON see it: "invalid_input".
std::string_view name_of(ErrorCode code);

class Error : public std::runtime_error {
public:
    template <typename... Args>
    Error(ErrorCode code, fmt::format_string<Args...> text, Args&&... args)
        : std::runtime_error(fmt::format(text, std::forward<Args>(args)...)), code_(code) {}

    // What the reader can do about it: `throw Error(...).with_hint("run tarn doctor")`.
    Error&& with_hint(std::string hint) && {
        hint_ = std::move(hint);
        return std::move(*this);
    }

    ErrorCode code() const { return code_; }
    const std::string& hint() const { return hint_; }

    // Message and hint in one line, for logs and terminals.
    std::string full_text() const;

private:
    ErrorCode code_;
    std::string hint_;
};

}  // namespace tarn
