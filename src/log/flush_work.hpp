// The file syncs that make a partition's appended batches last. Taken from Partition::flush_work()
// on the shard, run on a blocking thread, and reported back by Partition::flushed() on the shard.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "log/segment_folder.hpp"

namespace tarn::log {

// The file that says which segments are on the disk, whole: all that begin before it. Flushes may
// overlap, on several threads, so the older one must not put it back.
class RecoveryPoint {
public:
    RecoveryPoint(const SegmentFolder& folder, Offset written)
        : disk_(folder.disk()), path_(folder.recovery_point()), written_(written) {}

    // Blocks; on the disk on return.
    void raise(Offset offset);

private:
    storage::Disk& disk_;
    std::string path_;
    std::mutex writing_;
    Offset written_;
};

class FlushWork {
public:
    // Blocks. A failure is kept for Partition::flushed() to find.
    void run();

    const std::optional<std::string>& failure() const { return failure_; }

private:
    friend class Partition;

    explicit FlushWork(const SegmentFolder& folder)
        : disk_(folder.disk()), folder_path_(folder.path()) {}

    void sync_all();

    storage::Disk& disk_;
    std::string folder_path_;
    Offset flushed_offset_ = 0;                          // once it has run
    std::vector<std::shared_ptr<storage::File>> files_;  // from the oldest segment on
    std::vector<std::string> caches_;                    // of segments that were sealed
    int names_made_ = 0;                                 // of new files, up to this count
    bool syncs_folder_ = false;
    Offset recovery_point_ = 0;
    std::shared_ptr<RecoveryPoint> raises_;  // unless null
    bool has_run_ = false;
    std::optional<std::string> failure_;
};

}  // namespace tarn::log
