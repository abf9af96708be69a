// What the operating system lets the process have. A log with thousands of segments and a thousand
// clients needs more open files than the usual 1,024.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace tarn::runtime {

constexpr uint64_t OpenFilesWanted = 65536;

struct OpenFiles {
    uint64_t allowed;  // after raising
    uint64_t hard_limit;
};

// Raises the soft limit of open files to `wanted` or as far as the hard limit lets it.
OpenFiles raise_open_files(uint64_t wanted = OpenFilesWanted);

// A sentence for the log and for `tarn doctor` when the limit is lower than wanted.
std::optional<std::string> complaint_about(const OpenFiles& limit,
                                           uint64_t wanted = OpenFilesWanted);

}  // namespace tarn::runtime
