#include "runtime/limits.hpp"

#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/error.hpp"

namespace tarn::runtime {

OpenFiles raise_open_files(uint64_t wanted) {
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) {
        throw Error(ErrorCode::Internal, "cannot read the limit of open files: {}",
                    std::strerror(errno));
    }
    if (limit.rlim_cur < wanted) {
        rlimit raised = limit;
        raised.rlim_cur = std::min<rlim_t>(wanted, limit.rlim_max);
        if (setrlimit(RLIMIT_NOFILE, &raised) == 0) limit = raised;
    }
    return {.allowed = limit.rlim_cur, .hard_limit = limit.rlim_max};
}

std::optional<std::string> complaint_about(const OpenFiles& limit, uint64_t wanted) {
    if (limit.allowed >= wanted) return std::nullopt;
    return fmt::format(
        "{} files may be open at once where {} are wanted; raise the hard limit (now {}) with "
        "`ulimit -Hn {}` or LimitNOFILE= of the service",
        limit.allowed, wanted, limit.hard_limit, wanted);
}

}  // namespace tarn::runtime
