#include "cli/exit_code.hpp"

namespace tarn::cli {

ExitCode exit_code_of(ErrorCode code) {
    switch (code) {
        case ErrorCode::InvalidInput:
            return ExitUsage;
        case ErrorCode::NotFound:
            return ExitNotFound;
        case ErrorCode::Conflict:
            return ExitConflict;
        case ErrorCode::Timeout:
            return ExitTimeout;
        case ErrorCode::Unavailable:
            return ExitCannotConnect;
        case ErrorCode::Unauthorized:
        case ErrorCode::Forbidden:
        case ErrorCode::TooLarge:
        case ErrorCode::StorageFull:
        case ErrorCode::Corrupt:
        case ErrorCode::Internal:
            return ExitFailed;
    }
    return ExitFailed;
}

}  // namespace tarn::cli
