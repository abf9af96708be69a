// Brings a partition's folder back to a state that can be trusted. After an orderly end a note says
// what is there; otherwise everything behind the recovery point, up to which all segments are known
// to be on the disk, is read and checked.
#pragma once

#include <optional>
#include <vector>

#include "log/log_state.hpp"
#include "log/segment_folder.hpp"
#include "log/segment_index.hpp"

namespace tarn::log {

// Whether a log may be cut where it is damaged although good batches stand behind the damage.
enum class AcceptTruncation { No, Yes };

struct RecoveryOptions {
    AcceptTruncation truncation = AcceptTruncation::No;
    int64_t index_interval_bytes = 4096;
    Timestamp now = 0;
};

struct SegmentExtent {
    Offset base_offset = 0;
    Offset next_offset = 0;
    int64_t size = 0;

    bool operator==(const SegmentExtent&) const = default;
};

struct RecoveredLog {
    Offset start_offset = 0;
    Offset end_offset = 0;
    std::vector<SegmentExtent> segments;  // may be none
    LogState state;
    bool is_clean = false;                     // by the note
    std::optional<SegmentIndex> active_index;  // of the last segment, where it has been read
    Offset recovery_point = 0;
};

// Everything in the answer is on the disk. Throws Corrupt, with the place and what to do.
RecoveredLog recover(const SegmentFolder& folder, const RecoveryOptions& options);

// The index of one segment from its batches, for whoever finds it missing. `segments` are all those
// before it and itself.
SegmentIndex index_from_batches(const SegmentFolder& folder,
                                std::span<const SegmentExtent> segments,
                                int64_t index_interval_bytes);

// The state behind the last batch of these segments, which are all there are from the first on.
LogState state_behind(const SegmentFolder& folder, std::span<const SegmentExtent> segments,
                      Timestamp now);

// The note of an orderly end. It holds the state, too.
Bytes clean_note(std::span<const SegmentExtent> segments, Offset end_offset, const LogState& state);

}  // namespace tarn::log
