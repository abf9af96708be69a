// Reads a segment file that nobody vouches for: batch by batch, checksums and all, up to the first
// byte that is no good batch. What stands there tells a torn tail, which is what a crash in
// mid-write leaves, from damage, behind which good batches stand.
#pragma once

#include <functional>
#include <optional>

#include "log/record_batch.hpp"
#include "storage/file.hpp"

namespace tarn::log {

struct Scan {
    int64_t good_size = 0;   // up to the end of the last good batch
    Offset next_offset = 0;  // behind the last good batch
    bool is_whole = true;    // the good batches are all that is in the file
    // Where a good batch starts behind the first bad byte.
    std::optional<int64_t> good_batch_behind;
};

using VisitBatch = std::function<void(const BatchHeader& header, BytesView batch)>;

// `visit` sees each good batch once. Offsets must grow, from `base_offset` on.
Scan scan_segment(const storage::Reader& file, Offset base_offset, const VisitBatch& visit);

}  // namespace tarn::log
