// What a command's exit code means. Scripts rely on these; docs/cli.md lists them.
#pragma once

#include "base/error.hpp"

namespace tarn::cli {

enum ExitCode {
    ExitOk = 0,
    ExitFailed = 1,
    ExitUsage = 2,
    ExitNotFound = 3,
    ExitSqlError = 4,
    ExitCannotConnect = 5,
    ExitTimeout = 6,
    ExitConflict = 7,
    ExitCheckFailed = 8,
    ExitInterrupted = 130
};

ExitCode exit_code_of(ErrorCode code);

}  // namespace tarn::cli
