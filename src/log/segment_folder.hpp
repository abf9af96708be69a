// The names of a partition's files, and what stands in its folder at start. Segments are named by
// the offset of their first batch: 20 digits, so that they sort.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "log/record_batch.hpp"
#include "storage/file_system.hpp"

namespace tarn::log {

// A segment that compaction has written whole to stand for all segments that begin in
// [base_offset, next_offset). Its name says so, since a crash may come before they are removed.
struct SwapName {
    Offset base_offset = 0;
    Offset next_offset = 0;
};

class SegmentFolder {
public:
    SegmentFolder(storage::Disk& disk, std::string path) : disk_(disk), path_(std::move(path)) {}

    storage::Disk& disk() const { return disk_; }
    const std::string& path() const { return path_; }

    std::string log(Offset base) const { return segment_file(base, "log"); }
    std::string index(Offset base) const { return segment_file(base, "index"); }
    std::string snapshot(Offset offset) const { return segment_file(offset, "snap"); }
    std::string cleaned(SwapName name) const { return swap_file(name, "cleaned"); }
    std::string swap(SwapName name) const { return swap_file(name, "swap"); }
    std::string start() const { return path_ + "/start"; }
    std::string recovery_point() const { return path_ + "/recovery-point"; }
    std::string compacted() const { return path_ + "/compacted"; }
    std::string clean() const { return path_ + "/clean"; }

    // Nothing when the file is missing or not intact.
    std::optional<Bytes> read_state(const std::string& file, std::string_view kind) const;
    std::optional<Offset> read_offset(const std::string& file, std::string_view kind) const;

private:
    std::string segment_file(Offset base, std::string_view ending) const;
    std::string swap_file(SwapName name, std::string_view ending) const;

    storage::Disk& disk_;
    std::string path_;
};

// What a folder holds, by base offset, once the leftovers of a crash have been dealt with.
struct FolderContent {
    std::map<Offset, int64_t> log_sizes;
    std::set<Offset> indexes;
    std::set<Offset> snapshots;
    bool has_clean_note = false;
    bool has_recovery_point = false;
};

// Finishes or undoes what a crash has left half done: completes swaps, removes unfinished files.
FolderContent tidy_up(const SegmentFolder& folder);

// Kinds of state files.
constexpr std::string_view StartKind = "tarnstrt";
constexpr std::string_view RecoveryPointKind = "tarnrcvr";
constexpr std::string_view SnapshotKind = "tarnsnap";
constexpr std::string_view CleanKind = "tarnclen";

Bytes offset_file(std::string_view kind, Offset offset);

}  // namespace tarn::log
