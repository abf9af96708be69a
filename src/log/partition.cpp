#include "log/partition.hpp"

#include <algorithm>

#include "base/assert.hpp"
#include "base/error.hpp"
#include "base/log.hpp"
#include "log/control_record.hpp"
#include "log/state_file.hpp"

namespace tarn::log {

std::unique_ptr<Partition> Partition::open(Place place, const PartitionSettings& settings,
                                           FlushPolicy flush, int32_t leader_epoch) {
    std::unique_ptr<Partition> partition;
    SegmentFolder folder(place.disk, place.folder);
    RecoveredLog recovered = recover(folder, {.truncation = place.truncation,
                                              .index_interval_bytes = settings.index_interval_bytes,
                                              .now = unix_ms(place.clock.now())});
    partition.reset(new Partition(place, settings, flush, leader_epoch, std::move(recovered)));
    return partition;
}

Partition::Partition(const Place& place, const PartitionSettings& settings, FlushPolicy flush,
                     int32_t leader_epoch, RecoveredLog recovered)
    : folder_(place.disk, place.folder),
      clock_(place.clock),
      steady_(place.clock),
      settings_(settings),
      policy_(flush),
      leader_epoch_(leader_epoch),
      start_(recovered.start_offset),
      flushed_(recovered.end_offset),
      segments_(folder_, recovered.segments, recovered.end_offset, settings.index_interval_bytes),
      state_(std::move(recovered.state)),
      recovery_point_(std::make_shared<RecoveryPoint>(folder_, recovered.recovery_point)),
      recovered_index_(std::move(recovered.active_index)),
      has_current_note_(recovered.is_clean ||
                        (recovered.segments.empty() && recovered.end_offset == 0)),
      active_since_(steady_now()) {
    state_.epochs.note(leader_epoch, end_offset());
}

std::variant<Appended, Refusal> Partition::append(std::span<std::byte> batch, Origin origin) {
    refuse_if_unwritable();
    auto header = BatchHeader::read(batch);
    TARN_ASSERT(header && header->size() == static_cast<int64_t>(batch.size()));

    SequenceCheck check = InSequence{};
    if (origin == Origin::Producer) check = state_.producers.check(*header);
    if (const auto* refusal = std::get_if<Refusal>(&check)) return *refusal;
    if (const auto* stored = std::get_if<StoredBefore>(&check)) {
        bool sets_time = settings_.timestamp_type == TimestampType::LogAppendTime;
        return Appended{.base_offset = stored->base_offset,
                        .next_offset = stored->last_offset + 1,
                        .log_append_time = sets_time ? stored->max_timestamp : NoTimestamp,
                        .is_duplicate = true};
    }
    set_base_offset(batch, end_offset(), leader_epoch_);
    if (settings_.timestamp_type == TimestampType::LogAppendTime) {
        set_max_timestamp(batch, TimestampType::LogAppendTime, now());
    }
    return store(batch);
}

Appended Partition::append_marker(ProducerId producer, int16_t producer_epoch, EndMarker marker) {
    refuse_if_unwritable();
    Bytes batch = marker_batch({.producer_id = producer,
                                .producer_epoch = producer_epoch,
                                .base_offset = end_offset(),
                                .leader_epoch = leader_epoch_,
                                .timestamp = now()},
                               marker);
    return store(batch);
}

// The batch is complete, down to its checksum.
Appended Partition::store(std::span<std::byte> batch) {
    BatchHeader header = *BatchHeader::read(batch);
    forget_note();
    if (is_due_to_roll(header)) roll();
    write(batch, header);
    note(header, batch);
    bool sets_time = header.timestamp_type() == TimestampType::LogAppendTime;
    return {.base_offset = header.base_offset,
            .next_offset = header.next_offset(),
            .log_append_time = sets_time ? header.max_timestamp : NoTimestamp};
}

void Partition::write(std::span<std::byte> batch, const BatchHeader& header) {
    Segment& active = segments_.active();
    if (!active.grows()) {
        if (active.size() == 0) ++unsynced_.names_made;
        active.grow(settings_.index_interval_bytes, std::exchange(recovered_index_, std::nullopt));
    }
    try {
        active.append(batch, header);
    } catch (const Error& error) {
        if (active.is_broken()) fail(error.full_text());
        throw;
    }
}

void Partition::note(const BatchHeader& header, BytesView batch) {
    auto ended = state_.note(header, batch, steady_now());
    if (ended && ended->aborted) segments_.active().note_aborted(range_of(*ended));
    if (ended && high_watermark() <= ended->last_offset) {
        ended_unseen_.push_back({ended->first_offset, ended->last_offset});
    }
    if (policy_ != FlushPolicy::EachBatch) notify();
}

bool Partition::is_due_to_roll(const BatchHeader& next) const {
    const Segment& active = segments_.active();
    if (active.size() == 0) return false;
    if (active.size() + next.size() > settings_.segment_bytes_max) return true;
    if (!active.has_room(next)) return true;
    // The age is that of the records, as Kafka has it, so that old records sent today fill segments
    // as they did then.
    Timestamp first = active.summary().first_timestamp;
    bool have_times = first >= 0 && next.max_timestamp >= 0;
    int64_t age = have_times ? next.max_timestamp - first : steady_now() - active_since_;
    return age > settings_.segment_age_max.count();
}

void Partition::roll() {
    Segment& old = segments_.active();
    TARN_ASSERT(old.size() > 0);
    old.grow(settings_.index_interval_bytes, std::exchange(recovered_index_, std::nullopt));
    unsynced_.files.push_back(old.file());
    unsynced_.caches.push_back(folder_.index(old.base_offset()));
    old.seal();
    write_snapshot();
    segments_.start_new(old.next_offset());
    active_since_ = steady_now();
}

// As far as the disk lets it: the batches say the same.
void Partition::write_snapshot() {
    std::string path = folder_.snapshot(end_offset());
    try {
        folder_.disk().write(path, state_file(SnapshotKind, state_.snapshot()),
                             {.durability = storage::Durability::Buffered});
        unsynced_.caches.push_back(path);
    } catch (const Error& error) {
        TARN_LOG_WARN("going on without {}: {}", path, error.what());
    }
}

// The note is no longer true once anything changes.
void Partition::forget_note() {
    if (has_current_note_) folder_.disk().remove(folder_.clean());
    has_current_note_ = false;
}

void Partition::change_settings(const PartitionSettings& settings) {
    settings_ = settings;
    segments_.set_index_interval(settings.index_interval_bytes);
    segments_.active().set_index_interval(settings.index_interval_bytes);
}

Offset Partition::high_watermark() const {
    return policy_ == FlushPolicy::EachBatch ? flushed_ : end_offset();
}

Offset Partition::last_stable_offset() const {
    Offset stable = high_watermark();
    if (auto open = state_.producers.first_open_transaction()) stable = std::min(stable, *open);
    for (const EndedTransaction& ended : ended_unseen_) {
        stable = std::min(stable, ended.first_offset);
    }
    // A transaction may have been trimmed away while it was open.
    return std::max(stable, start_);
}

// Transactions whose markers consumers can see by now are over for them, too.
void Partition::settle_transactions() {
    std::erase_if(ended_unseen_, [end = high_watermark()](const EndedTransaction& ended) {
        return ended.marker_offset < end;
    });
}

EpochEnd Partition::end_of_epoch(int32_t leader_epoch) const {
    return state_.epochs.end_of(leader_epoch, end_offset());
}

int32_t Partition::epoch_at(Offset offset) const {
    return state_.epochs.epoch_at(offset).value_or(leader_epoch_);
}

std::vector<ActiveProducer> Partition::active_producers() const {
    return state_.producers.active_producers();
}

void Partition::watch(std::weak_ptr<runtime::Event> event) {
    // Where nothing ever happens, those who have given up must not pile up.
    if (watchers_.size() >= watchers_swept_at_) {
        std::erase_if(watchers_, [](const auto& each) { return each.expired(); });
        watchers_swept_at_ = std::max<size_t>(16, 2 * watchers_.size());
    }
    watchers_.push_back(std::move(event));
}

void Partition::notify() {
    for (const auto& watcher : std::exchange(watchers_, {})) {
        if (auto event = watcher.lock()) event->notify();
    }
}

void Partition::refuse_if_unwritable() const {
    if (failure_) {
        throw Error(ErrorCode::Unavailable, "{} takes no more batches: {}", folder_.path(),
                    *failure_)
            .with_hint("mend the disk and start Tarn again");
    }
    if (is_closed_) throw Error(ErrorCode::Unavailable, "{} is closed", folder_.path());
}

void Partition::fail(std::string reason) {
    TARN_LOG_ERROR("{} takes no more batches until Tarn is started again: {}", folder_.path(),
                   reason);
    failure_ = std::move(reason);
    notify();
}

Timestamp Partition::now() const {
    return unix_ms(clock_.now());
}

}  // namespace tarn::log
