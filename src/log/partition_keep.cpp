// Partition: flushing, closing, and forgetting what is old.
#include <algorithm>

#include "base/assert.hpp"
#include "base/error.hpp"
#include "base/log.hpp"
#include "log/partition.hpp"
#include "log/state_file.hpp"

namespace tarn::log {

bool Partition::needs_flush() const {
    if (failure_) return false;
    bool ends_later = policy_ != FlushPolicy::Os && flushed_ < end_offset();
    return ends_later || !unsynced_.files.empty();
}

std::shared_ptr<FlushWork> Partition::flush_work() {
    if (failure_) return nullptr;
    return collect_unflushed(policy_ != FlushPolicy::Os);
}

std::shared_ptr<FlushWork> Partition::collect_unflushed(bool with_active) {
    const Segment& active = segments_.active();
    Offset up_to = with_active ? end_offset() : std::max(flushed_, active.base_offset());
    if (up_to == flushed_ && unsynced_.files.empty()) return nullptr;

    std::shared_ptr<FlushWork> work(new FlushWork(folder_));
    work->flushed_offset_ = up_to;
    work->files_ = unsynced_.files;
    work->caches_ = unsynced_.caches;
    if (with_active && active.grows()) work->files_.push_back(active.file());
    work->names_made_ = unsynced_.names_made;
    work->syncs_folder_ = unsynced_.names_made != unsynced_.names_synced;
    if (!unsynced_.files.empty()) {
        work->raises_ = recovery_point_;
        work->recovery_point_ = active.base_offset();
    }
    return work;
}

void Partition::flushed(const FlushWork& work) {
    TARN_ASSERT(work.has_run_);
    if (failure_) return;
    if (work.failure_) {
        fail(*work.failure_);
        return;
    }
    auto is_done = [&](const auto& each) {
        return std::find(work.files_.begin(), work.files_.end(), each) != work.files_.end();
    };
    std::erase_if(unsynced_.files, is_done);
    std::erase_if(unsynced_.caches, [&](const std::string& each) {
        return std::find(work.caches_.begin(), work.caches_.end(), each) != work.caches_.end();
    });
    unsynced_.names_synced = std::max(unsynced_.names_synced, work.names_made_);
    if (work.flushed_offset_ <= flushed_) return;
    flushed_ = work.flushed_offset_;
    settle_transactions();
    notify();
}

void Partition::close() {
    if (is_closed_) return;
    is_closed_ = true;
    notify();
    if (failure_) return;
    if (auto work = collect_unflushed(true)) {
        work->run();
        flushed(*work);
        if (failure_) {
            throw Error(ErrorCode::Unavailable, "{} could not be flushed: {}", folder_.path(),
                        *failure_);
        }
    }
    if (has_current_note_) return;
    write_note();
}

// Without syncs, and as far as the disk lets it: without the note the next start reads the batches.
void Partition::write_note() {
    segments_.active().write_index();
    try {
        folder_.disk().write(folder_.clean(), clean_note(segments_.extents(), end_offset(), state_),
                             {.durability = storage::Durability::Buffered});
        has_current_note_ = true;
    } catch (const Error& error) {
        TARN_LOG_WARN("going on without {}: {}", folder_.clean(), error.what());
    }
}

void Partition::trim(Offset offset) {
    TARN_ASSERT(offset <= high_watermark());
    if (offset <= start_) return;
    move_start(offset);
}

void Partition::move_start(Offset offset) {
    move_start(offset, missing_snapshot(segments_.index_of(offset)));
}

// First the new start, then the files before it: after a crash in between they are removed then.
void Partition::move_start(Offset offset, const std::optional<Bytes>& snapshot) {
    forget_note();
    size_t first_kept = segments_.index_of(offset);
    if (first_kept > 0) make_snapshot_last(segments_.at(first_kept).base_offset(), snapshot);
    folder_.disk().write(folder_.start(), offset_file(StartKind, offset));
    start_ = offset;
    state_.epochs.trim(offset);
    remove_oldest(first_kept);
    notify();
}

// Where the start is not written, it is the beginning of the first segment that is left. So on a
// full disk room is made first, of all segments but one.
void Partition::move_start_on_full_disk(Offset offset) {
    size_t first_kept = segments_.index_of(offset);
    auto snapshot = missing_snapshot(first_kept);
    forget_note();
    remove_oldest(first_kept - 1);
    start_ = std::max(start_, segments_.at(0).base_offset());
    folder_.disk().sync_folder(folder_.path());
    move_start(offset, snapshot);
}

// What the batches before a segment have said of producers and transactions is kept by its snapshot
// alone, once they are gone. Where the disk was full when it was due, it is made up for.
std::optional<Bytes> Partition::missing_snapshot(size_t segment) const {
    Offset base = segments_.at(segment).base_offset();
    if (segment == 0 || folder_.read_state(folder_.snapshot(base), SnapshotKind)) {
        return std::nullopt;
    }
    std::vector<SegmentExtent> before = segments_.extents();
    std::erase_if(before, [&](const SegmentExtent& each) { return each.base_offset >= base; });
    return state_file(SnapshotKind, state_behind(folder_, before, steady_now()).snapshot());
}

void Partition::make_snapshot_last(Offset base, const std::optional<Bytes>& missing) {
    std::string path = folder_.snapshot(base);
    if (missing) {
        folder_.disk().write(path, *missing);
        return;
    }
    // It may have been written before a crash, so nobody remembers whether it was synced.
    folder_.disk().open_file(path)->sync();
    folder_.disk().sync_folder(folder_.path());
}

void Partition::remove_oldest(size_t count) {
    for (size_t i = 0; i < count; ++i) {
        folder_.disk().remove(folder_.snapshot(segments_.at(i).base_offset()));
    }
    segments_.remove(0, count);
}

int Partition::apply_retention() {
    if (failure_ || is_closed_) return 0;
    state_.producers.expire(steady_now() - settings_.producer_expiry.count());
    if (!settings_.deletes_old) return 0;

    std::optional<int64_t> excess_bytes;
    if (settings_.retention_bytes) excess_bytes = size_bytes() - *settings_.retention_bytes;
    Offset bound = retention_bound();
    size_t over = 0;
    for (; over < segments_.size(); ++over) {
        const Segment& segment = segments_.at(over);
        if (segment.size() == 0 || segment.next_offset() > bound) break;
        if (!is_over(segment, excess_bytes)) break;
        if (excess_bytes) *excess_bytes -= segment.size();
    }
    if (over == 0) return 0;
    // The last segment has to stay, so an empty one takes its place.
    if (over == segments_.size()) roll();
    Offset start = segments_.at(over - 1).next_offset();
    try {
        move_start(start);
    } catch (const Error& error) {
        if (error.code() != ErrorCode::StorageFull) throw;
        move_start_on_full_disk(start);
    }
    return static_cast<int>(over);
}

Offset Partition::retention_bound() const {
    Offset bound = last_stable_offset();
    for (const auto& each : pins_) {
        if (auto pin = each.lock()) bound = std::min(bound, pin->offset);
    }
    return bound;
}

bool Partition::is_over(const Segment& segment, std::optional<int64_t> excess_bytes) const {
    bool is_active = &segment == &segments_.active();
    if (!is_active && excess_bytes && *excess_bytes >= segment.size()) return true;
    if (!settings_.retention) return false;
    Timestamp newest = segment.summary().max_timestamp;
    if (newest < 0) {
        auto file = folder_.disk().stat(segment.name());
        if (!file) return false;
        newest = unix_ms(file->modified_at);
    }
    return now() - newest > settings_.retention->count();
}

std::shared_ptr<Pin> Partition::pin(Offset offset) {
    std::erase_if(pins_, [](const auto& each) { return each.expired(); });
    auto pin = std::make_shared<Pin>(Pin{offset});
    pins_.push_back(pin);
    return pin;
}

std::vector<SegmentExtent> Partition::sealed_segments() const {
    auto extents = segments_.extents();
    if (segments_.active().size() > 0) extents.pop_back();
    return extents;
}

void Partition::replace_segments(SwapName name) {
    refuse_if_unwritable();
    size_t first = segments_.index_of(name.base_offset);
    size_t last = first;
    while (last + 1 < segments_.size() && segments_.at(last).next_offset() <= name.next_offset) {
        ++last;
    }
    TARN_ASSERT(last > first && segments_.at(first).base_offset() == name.base_offset);
    TARN_ASSERT(segments_.at(last - 1).next_offset() == name.next_offset);
    TARN_ASSERT(name.next_offset <= flushed_);
    auto& disk = folder_.disk();
    forget_note();
    try {
        recovery_point_->raise(name.next_offset);
        disk.rename(folder_.cleaned(name), folder_.swap(name));
        disk.sync_folder(folder_.path());
        for (size_t i = first + 1; i < last; ++i) {
            disk.remove(folder_.snapshot(segments_.at(i).base_offset()));
        }
        segments_.remove(first, last);
        std::string path = folder_.log(name.base_offset);
        disk.rename(folder_.swap(name), path);
        disk.sync_folder(folder_.path());
        auto file = disk.stat(path);
        TARN_ASSERT(file.has_value());
        segments_.replace(first, first, {name.base_offset, name.next_offset, file->size});
    } catch (const Error& error) {
        // Where it stopped is for the next start to find out.
        fail(error.full_text());
        throw;
    }
}

}  // namespace tarn::log
