#include "base/error.hpp"

namespace tarn {

std::string_view name_of(ErrorCode code) {
    switch (code) {
        case ErrorCode::InvalidInput:
            return "invalid_input";
        case ErrorCode::Unauthorized:
            return "unauthorized";
        case ErrorCode::Forbidden:
            return "forbidden";
        case ErrorCode::NotFound:
            return "not_found";
        case ErrorCode::Conflict:
            return "conflict";
        case ErrorCode::TooLarge:
            return "too_large";
        case ErrorCode::Timeout:
            return "timeout";
        case ErrorCode::Unavailable:
            return "unavailable";
        case ErrorCode::StorageFull:
            return "storage_full";
        case ErrorCode::Corrupt:
            return "corrupt";
        case ErrorCode::Internal:
            return "internal";
    }
    return "internal";
}

std::string Error::full_text() const {
    return hint_.empty() ? what() : fmt::format("{}; {}", what(), hint_);
}

}  // namespace tarn
