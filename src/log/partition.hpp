// A partition's log: batches in the order in which they were appended, each record under an offset
// of its own, kept in segments of which the last one grows.
//
// One shard owns a partition and calls it; nothing here waits. Two things happen elsewhere: readers
// take bytes out of the slices that read() answers, and a blocking thread runs the FlushWork. Both
// hold the files they need, so a segment may be removed meanwhile.
//
// Offsets, from old to new:  start <= last_stable <= high_watermark <= end.  Below start everything
// is gone. Up to the high watermark consumers may read: where the log promises to flush, that is
// what has been flushed, so that no consumer sees a record that a loss of power takes back. Up to
// the last stable offset no transaction is open.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "base/clock.hpp"
#include "base/steady_time.hpp"
#include "log/flush_work.hpp"
#include "log/log_state.hpp"
#include "log/partition_settings.hpp"
#include "log/producer_states.hpp"
#include "log/record_batch.hpp"
#include "log/recovery.hpp"
#include "log/refusal.hpp"
#include "log/segment_folder.hpp"
#include "log/segment_list.hpp"
#include "log/slice.hpp"
#include "runtime/event.hpp"
#include "storage/file_system.hpp"

namespace tarn::log {

// When what was appended counts as kept.
enum class FlushPolicy {
    EachBatch,  // once it is on the disk: survives a loss of power
    Interval,   // at once; flushed every now and then
    Os,         // at once; the operating system flushes when it likes
};

struct Appended {
    Offset base_offset;
    Offset next_offset = 0;                   // acknowledged once this is flushed
    Timestamp log_append_time = NoTimestamp;  // NoTimestamp where producers set the time
    bool is_duplicate = false;                // stored before; base_offset says where
};

// Who appends. A coordinator writes offsets into the transaction of a producer that never sent
// them, so there is no sequence to check.
enum class Origin { Producer, Coordinator };

enum class Isolation { Uncommitted, Committed };

struct AbortedTransaction {
    ProducerId producer_id = NoProducer;
    Offset first_offset;

    bool operator==(const AbortedTransaction&) const = default;
};

struct Batches {
    std::vector<Slice> slices;  // whole batches, the first of them holding the offset asked for
    int64_t size = 0;
    std::vector<AbortedTransaction> aborted;  // for Isolation::Committed, by first_offset
};

struct ReadLimits {
    int64_t bytes_max;
    bool at_least_one_batch = true;  // even if it is larger than bytes_max
    Isolation isolation = Isolation::Uncommitted;
};

// A record found by its time.
struct TimedOffset {
    Offset offset;
    Timestamp timestamp = NoTimestamp;
    int32_t leader_epoch;
};

class Compaction;
struct CompactionPlan;

// Keeps retention from removing what a reader inside this process has yet to read. The reader moves
// it on, on the partition's shard, and lets it go when it has fallen too far behind.
struct Pin {
    Offset offset;
};

class Partition {
public:
    struct Place {
        storage::Disk& disk;
        std::string folder;
        const Clock& clock;
        AcceptTruncation truncation = AcceptTruncation::No;
    };

    // Opens the partition in `place.folder`, or starts one there, which leaves no trace before its
    // first batch. Blocks, on reading, when it was not closed in order. Cuts off a torn last batch,
    // which nobody was promised. Throws Corrupt when good batches stand behind a damaged one.
    // `leader_epoch` is larger at each start of Tarn; batches appended from now on carry it.
    static std::unique_ptr<Partition> open(Place place, const PartitionSettings& settings,
                                           FlushPolicy flush, int32_t leader_epoch);

    Partition(const Partition&) = delete;
    Partition& operator=(const Partition&) = delete;

    // Takes one batch that check_batch() has passed, or says why not; writes offset, epoch and,
    // where the settings say so, time over its header. Throws StorageFull, after which reading goes
    // on and a later append may succeed, and Unavailable once failure() is set or it is closed.
    std::variant<Appended, Refusal> append(std::span<std::byte> batch,
                                           Origin origin = Origin::Producer);

    // Ends the transaction that a producer has open here, if any, by a control batch. Markers are
    // written by the transaction coordinator alone; ProducerStates::check_marker() is for others.
    Appended append_marker(ProducerId producer, int16_t producer_epoch, EndMarker marker);

    Offset start_offset() const { return start_; }
    Offset last_stable_offset() const;
    Offset high_watermark() const;
    Offset end_offset() const { return segments_.active().next_offset(); }
    Offset flushed_offset() const { return flushed_; }
    int32_t leader_epoch() const { return leader_epoch_; }
    FlushPolicy flush_policy() const { return policy_; }

    // Why nothing can be appended until the partition is opened anew: a sync has failed, so what is
    // on the disk is not known. Reading goes on.
    const std::optional<std::string>& failure() const { return failure_; }

    // From the batch that holds `from` on. `from` lies between start_offset() and end_offset();
    // nothing is read past the end that the isolation allows.
    Batches read(Offset from, const ReadLimits& limits) const;
    // How many bytes read() could give, without looking further than `enough`.
    int64_t bytes_after(Offset from, Isolation isolation, int64_t enough) const;

    // The first record whose time is `time` or later, below the end that the isolation allows.
    std::optional<TimedOffset> find_time(Timestamp time, Isolation isolation) const;
    // The record below the high watermark with the largest time; of several, the first.
    std::optional<TimedOffset> latest_time() const;
    EpochEnd end_of_epoch(int32_t leader_epoch) const;
    // The epoch that the record at `offset` was or will be appended in.
    int32_t epoch_at(Offset offset) const;

    // Forgets what stands before `offset`, which is at most the high watermark. Durable on return.
    void trim(Offset offset);

    // Removes segments whose time, by the wall clock, or size is over what the settings keep, up to
    // the last stable offset and the lowest pin. Answers how many. Forgets producers that have
    // expired, too.
    int apply_retention();
    std::shared_ptr<Pin> pin(Offset offset);
    void change_settings(const PartitionSettings& settings);

    // Work to make all that is appended by now last; nothing when it is so already. Where the
    // operating system decides when to flush, that is the sealed segments only.
    std::shared_ptr<FlushWork> flush_work();
    bool needs_flush() const;
    void flushed(const FlushWork& work);

    // `event` is notified once, when the high watermark, the last stable offset, the flushed offset
    // or the start next move, or the partition fails or is closed. Whoever watches looks again by
    // himself.
    void watch(std::weak_ptr<runtime::Event> event);

    int64_t size_bytes() const { return segments_.size_bytes(); }
    std::vector<ActiveProducer> active_producers() const;
    const ProducerStates& producers() const { return state_.producers; }

    // The two ends of a compaction, see compaction.hpp. A plan is made when enough is new. False
    // when what was written does not fit any more and stays beside.
    std::optional<CompactionPlan> plan_compaction();
    bool finish_compaction(const Compaction& compaction);

    // Puts a segment that stands for several sealed ones, and was written and synced as
    // SegmentFolder::cleaned(name), in their place, in steps that a crash may come between. The
    // name covers whole sealed segments below the flushed offset. In the new segment offsets stay,
    // the last batch of each producer and all markers of transactions that left a batch do too, and
    // headers tell the largest time of the records that are left. Blocks for two syncs of the
    // folder.
    std::vector<SegmentExtent> sealed_segments() const;
    void replace_segments(SwapName name);
    const SegmentFolder& folder() const { return folder_; }

    // Flushes, leaves a note that all is in order, and refuses appends. Blocks.
    void close();

private:
    // What was written since the last flush, besides the segment that grows.
    struct Unsynced {
        std::vector<std::shared_ptr<storage::File>> files;
        std::vector<std::string> caches;
        int names_made = 0;
        int names_synced = 0;
    };

    // A transaction whose marker consumers cannot see yet: to them it is still open.
    struct EndedTransaction {
        Offset first_offset;
        Offset marker_offset;
    };

    Partition(const Place& place, const PartitionSettings& settings, FlushPolicy flush,
              int32_t leader_epoch, RecoveredLog recovered);

    void refuse_if_unwritable() const;
    Appended store(std::span<std::byte> batch);
    void write(std::span<std::byte> batch, const BatchHeader& header);
    void note(const BatchHeader& header, BytesView batch);
    bool is_due_to_roll(const BatchHeader& next) const;
    void roll();
    void write_snapshot();
    void write_note();
    void forget_note();
    void move_start(Offset offset);
    void move_start(Offset offset, const std::optional<Bytes>& snapshot);
    void move_start_on_full_disk(Offset offset);
    void remove_oldest(size_t count);
    std::optional<Bytes> missing_snapshot(size_t segment) const;
    void make_snapshot_last(Offset base, const std::optional<Bytes>& missing);
    std::shared_ptr<FlushWork> collect_unflushed(bool with_active);
    void settle_transactions();
    void fail(std::string reason);
    void notify();
    Timestamp now() const;
    Timestamp steady_now() const { return unix_ms(steady_.now()); }

    Offset readable_end(Isolation isolation) const;
    std::vector<AbortedTransaction> aborted_between(Offset from, Offset end) const;
    bool is_over(const Segment& segment, std::optional<int64_t> excess_bytes) const;
    Offset retention_bound() const;
    bool is_worth_compacting(const CompactionPlan& plan) const;

    SegmentFolder folder_;
    const Clock& clock_;
    SteadyTime steady_;  // for the age of producers and segments
    PartitionSettings settings_;
    FlushPolicy policy_;
    int32_t leader_epoch_;
    Offset start_;
    Offset flushed_;
    SegmentList segments_;
    LogState state_;
    std::vector<EndedTransaction> ended_unseen_;
    Unsynced unsynced_;
    std::shared_ptr<RecoveryPoint> recovery_point_;
    std::optional<SegmentIndex> recovered_index_;  // until the first append
    bool has_current_note_;
    Timestamp active_since_;
    std::vector<std::weak_ptr<runtime::Event>> watchers_;
    size_t watchers_swept_at_ = 16;
    std::vector<std::weak_ptr<Pin>> pins_;
    std::optional<Offset> compacted_;  // what stands before is; read when first needed
    std::optional<std::string> failure_;
    bool is_closed_ = false;
};

}  // namespace tarn::log
