// A piece of a file that holds record batches: what a read of the log answers. The bytes stay where
// they are until someone needs them, so that a fetch can go from the page cache to the socket
// without a copy of ours. Holding the file keeps it readable after retention has removed its name.
#pragma once

#include <cstdint>
#include <memory>

#include "storage/file.hpp"

namespace tarn::log {

struct Slice {
    std::shared_ptr<const storage::Reader> file;
    int64_t offset = 0;  // in the file
    int64_t size = 0;
};

}  // namespace tarn::log
