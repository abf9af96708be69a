#include "log/recovery.hpp"

#include <algorithm>

#include "base/byte_reader.hpp"
#include "base/error.hpp"
#include "base/log.hpp"
#include "log/batch_walk.hpp"
#include "log/segment_scan.hpp"
#include "log/state_file.hpp"

namespace tarn::log {

namespace {

struct CleanNote {
    std::map<Offset, int64_t> log_sizes;
    Offset end_offset;
    LogState state;
};

std::optional<CleanNote> read_clean_note(const SegmentFolder& folder) {
    auto content = folder.read_state(folder.clean(), CleanKind);
    if (!content) return std::nullopt;
    try {
        ByteReader in(*content, folder.clean());
        CleanNote note;
        auto count = in.take_little_endian<uint32_t>();
        for (uint32_t i = 0; i < count; ++i) {
            auto base = in.take_little_endian<Offset>();
            note.log_sizes[base] = in.take_little_endian<int64_t>();
        }
        note.end_offset = in.take_little_endian<Offset>();
        auto state = LogState::from_snapshot(in.take(in.remaining()));
        if (!state) return std::nullopt;
        note.state = *std::move(state);
        return note;
    } catch (const Error&) {
        return std::nullopt;
    }
}

std::optional<LogState> read_snapshot(const SegmentFolder& folder, Offset offset) {
    auto content = folder.read_state(folder.snapshot(offset), SnapshotKind);
    return content ? LogState::from_snapshot(*content) : std::nullopt;
}

// The latest state that is known without reading batches, where one of the first `count` segments
// begins. Before the first segment nothing is known, unless a snapshot says more.
struct KnownState {
    size_t segment = 0;
    LogState state;
};

KnownState known_state(const SegmentFolder& folder, std::span<const SegmentExtent> segments,
                       size_t count) {
    for (size_t i = count; i-- > 0;) {
        if (auto state = read_snapshot(folder, segments[i].base_offset)) {
            return {i, *std::move(state)};
        }
    }
    return {.segment = 0, .state = LogState()};
}

// Goes through the headers of a segment that has been checked before.
template <typename Visit>
void replay(const SegmentFolder& folder, const SegmentExtent& segment, LogState& state,
            Timestamp now, Visit visit) {
    if (segment.size == 0) return;
    std::string name = folder.log(segment.base_offset);
    auto file = folder.disk().open_reader(name);
    BatchWalk batches(*file, name, 0, segment.size);
    while (auto batch = batches.next()) {
        Bytes control = batch->header.is_control() ? read_batch(*file, name, *batch) : Bytes();
        visit(batch->header, state.note(batch->header, control, now));
    }
}

// One recovery, from what the folder holds to what can be trusted of it.
class Recovery {
public:
    Recovery(const SegmentFolder& folder, const RecoveryOptions& options)
        : folder_(folder), options_(options), content_(tidy_up(folder)) {}

    RecoveredLog run();

private:
    void take_start();
    bool take_note();
    void check_batches();
    void write_cache(const std::string& path, BytesView content, storage::Durability durability);
    void write_recovery_point(Offset offset);
    bool check_segment(size_t index);
    void cut(size_t index, const Scan& scan, bool was_flushed);
    void drop_from(size_t index);
    void sync_from(size_t index);
    void end_at_start_at_least();
    void remove_segment(Offset base);
    void remove_stale_snapshots();
    std::string name(size_t index) const { return folder_.log(log_.segments[index].base_offset); }

    const SegmentFolder& folder_;
    const RecoveryOptions& options_;
    FolderContent content_;
    RecoveredLog log_;
    // Segments before it were on the disk, whole, when the recovery point was written.
    size_t first_unflushed_ = 0;
};

RecoveredLog Recovery::run() {
    for (const auto& [base, size] : content_.log_sizes) {
        log_.segments.push_back({.base_offset = base, .next_offset = base, .size = size});
    }
    for (size_t i = 0; i + 1 < log_.segments.size(); ++i) {
        log_.segments[i].next_offset = log_.segments[i + 1].base_offset;
    }
    take_start();
    if (take_note()) return std::move(log_);
    check_batches();
    end_at_start_at_least();
    remove_stale_snapshots();
    return std::move(log_);
}

void Recovery::take_start() {
    auto start = folder_.read_offset(folder_.start(), StartKind);
    auto& segments = log_.segments;
    if (!start) start = segments.empty() ? 0 : segments.front().base_offset;
    log_.start_offset = *start;
    // Removal came so far only. The last one stays: it knows where the log ends.
    while (segments.size() > 1 && segments.front().next_offset <= *start) {
        remove_segment(segments.front().base_offset);
        segments.erase(segments.begin());
    }
    // The start may have been lost, the segments before it not be there all the same.
    if (!segments.empty()) {
        log_.start_offset = std::max(log_.start_offset, segments.front().base_offset);
    }
    log_.end_offset = log_.start_offset;
}

bool Recovery::take_note() {
    if (!content_.has_clean_note) return false;
    auto note = read_clean_note(folder_);
    std::map<Offset, int64_t> sizes;
    for (const auto& segment : log_.segments) {
        if (segment.size > 0) sizes[segment.base_offset] = segment.size;
    }
    if (!note || note->log_sizes != sizes || note->end_offset < log_.start_offset) {
        folder_.disk().remove(folder_.clean());
        folder_.disk().sync_folder(folder_.path());
        return false;
    }
    if (!log_.segments.empty()) log_.segments.back().next_offset = note->end_offset;
    log_.end_offset = note->end_offset;
    log_.state = std::move(note->state);
    log_.is_clean = true;
    log_.recovery_point = log_.segments.empty() ? 0 : log_.segments.back().base_offset;
    return true;
}

void Recovery::check_batches() {
    auto& segments = log_.segments;
    // A point that was written and cannot be read any more: better refuse to cut than cut too much.
    Offset unreadable = content_.has_recovery_point ? OffsetMax : 0;
    Offset point =
        folder_.read_offset(folder_.recovery_point(), RecoveryPointKind).value_or(unreadable);
    first_unflushed_ = 0;
    while (first_unflushed_ + 1 < segments.size() &&
           segments[first_unflushed_ + 1].base_offset <= point) {
        ++first_unflushed_;
    }
    KnownState known =
        known_state(folder_, segments, std::min(first_unflushed_ + 1, segments.size()));
    log_.state = std::move(known.state);
    for (size_t i = known.segment; i < segments.size(); ++i) {
        // Others than the first may be missing; once the first is removed they are needed.
        if (i > known.segment) {
            write_cache(folder_.snapshot(segments[i].base_offset),
                        state_file(SnapshotKind, log_.state.snapshot()),
                        storage::Durability::Synced);
        }
        if (!check_segment(i)) break;
    }
    if (segments.empty()) {
        log_.recovery_point = 0;
        if (auto state = read_snapshot(folder_, log_.start_offset)) log_.state = *std::move(state);
        return;
    }
    log_.end_offset = segments.back().next_offset;
    sync_from(std::min(first_unflushed_, segments.size() - 1));
}

// A full disk does not keep the log from being opened: it has to be, for room to be made.
void Recovery::write_cache(const std::string& path, BytesView content,
                           storage::Durability durability) {
    try {
        folder_.disk().write(path, content, {.durability = durability});
    } catch (const Error& error) {
        if (error.code() != ErrorCode::StorageFull) throw;
        TARN_LOG_WARN("going on without {}: {}", path, error.what());
    }
}

// Answers whether the log goes on behind this segment.
bool Recovery::check_segment(size_t index) {
    SegmentExtent& segment = log_.segments[index];
    bool was_flushed = index < first_unflushed_;
    SegmentIndex entries(segment.base_offset, options_.index_interval_bytes);
    auto file = folder_.disk().open_reader(folder_.log(segment.base_offset));
    Scan scan =
        scan_segment(*file, segment.base_offset, [&](const BatchHeader& header, BytesView batch) {
            auto ended = log_.state.note(header, batch, options_.now);
            entries.note(header);
            if (ended && ended->aborted) entries.note_aborted(range_of(*ended));
        });
    bool is_last = index + 1 == log_.segments.size();
    Offset end_expected = is_last ? scan.next_offset : segment.next_offset;
    // Compaction leaves gaps between flushed segments; elsewhere the next batch follows at once.
    bool reaches_next =
        was_flushed ? scan.next_offset <= end_expected : scan.next_offset == end_expected;
    bool is_good = scan.is_whole && reaches_next;
    if (!is_good) cut(index, scan, was_flushed);
    if (is_good && !is_last) {
        write_cache(folder_.index(segment.base_offset), entries.encode(),
                    storage::Durability::Buffered);
        return true;
    }
    segment.next_offset = scan.next_offset;
    segment.size = scan.good_size;
    folder_.disk().remove(folder_.index(segment.base_offset));
    log_.active_index = std::move(entries);
    return false;
}

void Recovery::cut(size_t index, const Scan& scan, bool was_flushed) {
    bool is_damage = scan.good_batch_behind || was_flushed;
    if (is_damage && options_.truncation == AcceptTruncation::No) {
        std::string behind = scan.good_batch_behind
                                 ? fmt::format("good batches stand behind it, from byte {} on",
                                               *scan.good_batch_behind)
                                 : "it had been flushed";
        throw Error(ErrorCode::Corrupt, "{}: the batch at byte {} (offset {}) is damaged, and {}",
                    name(index), scan.good_size, scan.next_offset, behind)
            .with_hint(
                "restore the file from a copy, or start with --accept-truncation, which "
                "drops all records of this partition from that offset on");
    }
    auto file = folder_.disk().open_file(name(index));
    int64_t cut_bytes = file->size() - scan.good_size;
    if (is_damage) {
        TARN_LOG_WARN("{}: cut at offset {}, as was asked for: {} bytes of it are dropped",
                      name(index), scan.next_offset, cut_bytes);
    } else if (cut_bytes > 0) {
        TARN_LOG_INFO("{}: cut off {} bytes of an unfinished write at offset {}", name(index),
                      cut_bytes, scan.next_offset);
    }
    if (cut_bytes > 0) {
        file->truncate(scan.good_size);
        file->sync();
    }
    drop_from(index + 1);
}

void Recovery::drop_from(size_t index) {
    for (size_t i = index; i < log_.segments.size(); ++i) {
        TARN_LOG_INFO("{}: removed, since what stood before it never reached the disk", name(i));
        remove_segment(log_.segments[i].base_offset);
    }
    log_.segments.resize(index);
    first_unflushed_ = std::min(first_unflushed_, index - 1);
}

// What was found in the page cache has not been on the disk for certain.
void Recovery::sync_from(size_t index) {
    for (size_t i = index; i < log_.segments.size(); ++i) {
        folder_.disk().open_file(name(i))->sync();
    }
    folder_.disk().sync_folder(folder_.path());
    write_recovery_point(log_.segments.back().base_offset);
}

// It may be behind for lack of room, but not ahead, as after a cut that was asked for.
void Recovery::write_recovery_point(Offset offset) {
    if (offset == log_.recovery_point) return;
    try {
        folder_.disk().write(folder_.recovery_point(), offset_file(RecoveryPointKind, offset));
        log_.recovery_point = offset;
    } catch (const Error& error) {
        if (error.code() != ErrorCode::StorageFull || offset < log_.recovery_point) throw;
        TARN_LOG_WARN("{} stays behind: {}", folder_.recovery_point(), error.what());
    }
}

// Where nothing is promised of flushing, the log may have been trimmed behind what is left of it.
void Recovery::end_at_start_at_least() {
    if (log_.end_offset >= log_.start_offset) return;
    for (const auto& segment : log_.segments) remove_segment(segment.base_offset);
    folder_.disk().sync_folder(folder_.path());
    log_.segments.clear();
    log_.active_index.reset();
    log_.state = LogState();
    log_.end_offset = log_.start_offset;
}

void Recovery::remove_segment(Offset base) {
    folder_.disk().remove(folder_.index(base));
    folder_.disk().remove(folder_.log(base));
}

// Those where no segment begins any more. Left alone, one could be taken later for the state at an
// offset that the log has reached again, by other batches.
void Recovery::remove_stale_snapshots() {
    std::set<Offset> stale = content_.snapshots;
    for (const auto& segment : log_.segments) stale.erase(segment.base_offset);
    if (log_.segments.empty()) stale.erase(log_.start_offset);
    for (Offset offset : stale) folder_.disk().remove(folder_.snapshot(offset));
    if (!stale.empty()) folder_.disk().sync_folder(folder_.path());
}

}  // namespace

RecoveredLog recover(const SegmentFolder& folder, const RecoveryOptions& options) {
    return Recovery(folder, options).run();
}

SegmentIndex index_from_batches(const SegmentFolder& folder,
                                std::span<const SegmentExtent> segments,
                                int64_t index_interval_bytes) {
    KnownState known = known_state(folder, segments, segments.size());
    const SegmentExtent& wanted = segments.back();
    SegmentIndex index(wanted.base_offset, index_interval_bytes);
    for (const SegmentExtent& segment : segments.subspan(known.segment)) {
        bool is_wanted = &segment == &wanted;
        replay(folder, segment, known.state, 0, [&](const BatchHeader& header, const auto& ended) {
            if (is_wanted) index.note(header);
            if (is_wanted && ended && ended->aborted) index.note_aborted(range_of(*ended));
        });
    }
    return index;
}

LogState state_behind(const SegmentFolder& folder, std::span<const SegmentExtent> segments,
                      Timestamp now) {
    KnownState known = known_state(folder, segments, segments.size());
    for (const SegmentExtent& segment : segments.subspan(known.segment)) {
        replay(folder, segment, known.state, now, [](const BatchHeader&, const auto&) {});
    }
    return std::move(known.state);
}

Bytes clean_note(std::span<const SegmentExtent> segments, Offset end_offset,
                 const LogState& state) {
    Bytes content;
    put_little_endian(content, static_cast<uint32_t>(segments.size()));
    for (const SegmentExtent& segment : segments) {
        put_little_endian(content, segment.base_offset);
        put_little_endian(content, segment.size);
    }
    put_little_endian(content, end_offset);
    Bytes snapshot = state.snapshot();
    content.insert(content.end(), snapshot.begin(), snapshot.end());
    return state_file(CleanKind, content);
}

}  // namespace tarn::log
