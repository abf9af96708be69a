// The segments of one partition, from the oldest to the one that grows. There is always one to
// grow, if only by name: its file comes with its first batch. Of the sealed ones only those are
// held open that were read last.
#pragma once

#include <array>
#include <memory>
#include <span>
#include <vector>

#include "log/recovery.hpp"
#include "log/segment.hpp"

namespace tarn::log {

class SegmentList {
public:
    SegmentList(const SegmentFolder& folder, std::span<const SegmentExtent> extents,
                Offset end_offset, int64_t index_interval_bytes);
    SegmentList(const SegmentList&) = delete;
    SegmentList& operator=(const SegmentList&) = delete;

    Segment& active() { return *segments_.back(); }
    const Segment& active() const { return *segments_.back(); }
    size_t size() const { return segments_.size(); }
    // For reading; closes those that were read longer ago.
    const Segment& at(size_t index) const;
    // Which segment holds `offset`, or would.
    size_t index_of(Offset offset) const;

    void start_new(Offset base_offset);
    // Takes out those in [first, last) and removes their files. Slices of them stay readable.
    void remove(size_t first, size_t last);
    // One in their place, whose file is there already.
    void replace(size_t first, size_t last, const SegmentExtent& by);

    // Those that have a file.
    std::vector<SegmentExtent> extents() const;
    int64_t size_bytes() const;
    void set_index_interval(int64_t bytes) { index_interval_bytes_ = bytes; }

private:
    static constexpr size_t OpenMax = 4;

    SegmentIndex rebuild_index(const Segment& segment) const;

    const SegmentFolder& folder_;
    int64_t index_interval_bytes_;
    Segment::IndexFromBatches index_from_batches_;
    std::vector<std::unique_ptr<Segment>> segments_;
    mutable std::array<const Segment*, OpenMax> recent_{};  // the last read first
};

}  // namespace tarn::log
