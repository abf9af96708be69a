// Compaction keeps of each key the last record. It writes sealed segments anew without what later
// records have replaced; offsets stay as they are, so consumers notice nothing but gaps.
//
// A pass has three steps: Partition::plan_compaction() on the partition's shard, Compaction::run()
// on a thread that may block, and Partition::finish_compaction() on the shard again. The partition
// is written, read and trimmed meanwhile; a pass that no longer fits is thrown away.
//
// What stays besides the last of each key: deletions (a null value) until delete.retention.ms has
// passed since they were first seen here; the last batch of each producer, empty if need be,
// because sequences are known by it; and the markers of transactions that left a batch. What an
// aborted transaction wrote goes. Records without a key go.
#pragma once

#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "log/partition_settings.hpp"
#include "log/recovery.hpp"
#include "log/segment_folder.hpp"
#include "log/segment_index.hpp"

namespace tarn::log {

// What to do in one pass; all of it is below the last stable offset and on the disk.
struct CompactionPlan {
    std::vector<SegmentExtent> segments;  // all sealed ones from the first on
    Offset dirty_from = 0;                // what stands before has been compacted
    Offset dirty_end = 0;
    std::vector<AbortedRange> aborted = {};
    std::unordered_set<ProducerId> producers = {};  // that may still go on with their sequences
    PartitionSettings settings;
    Timestamp now = 0;
};

class Compaction {
public:
    // The keys of one pass take at most about this much memory; what is further on waits for the
    // next pass.
    static constexpr int64_t KeyBytesMax = 64 << 20;

    struct Written {
        SwapName name;
        std::vector<SegmentExtent> replaced;
    };

    // Folder is borrowed and outlives this.
    Compaction(const SegmentFolder& folder, CompactionPlan plan,
               int64_t key_bytes_max = KeyBytesMax);
    // Removes what was written and is not in its place.
    ~Compaction();
    Compaction(const Compaction&) = delete;
    Compaction& operator=(const Compaction&) = delete;

    // Writes the new segments beside the old ones. Blocks for as long as reading and writing takes.
    void run();

    const std::vector<Written>& written() const { return written_; }
    // What stands before is compacted once the new segments are in place.
    Offset compacted_end() const { return compacted_end_; }

private:
    void collect_keys();
    bool collect_keys_of(BytesView batch);
    void note_last_batches();
    std::vector<std::vector<SegmentExtent>> groups() const;
    void write(const std::vector<SegmentExtent>& group);
    Bytes cleaned(BytesView batch, const BatchHeader& header);
    Bytes cleaned_data(BytesView batch, const BatchHeader& header);
    Bytes cleaned_marker(BytesView batch, const BatchHeader& header);
    bool is_aborted(const BatchHeader& header) const;
    bool is_last_of_producer(const BatchHeader& header) const;

    // Calls visit(batch, header) for each batch of a segment, until it answers false.
    template <typename Visit>
    void for_each_batch(const SegmentExtent& segment, const Visit& visit) const;

    const SegmentFolder& folder_;
    CompactionPlan plan_;
    int64_t key_bytes_max_;
    Offset compacted_end_;
    std::unordered_map<std::string, Offset> last_of_key_;
    int64_t key_bytes_ = 0;
    std::unordered_map<ProducerId, Offset> last_of_producer_;  // base offset of its last data batch
    // Producers with a batch of their transaction left, whose marker has to stay.
    std::unordered_set<ProducerId> left_open_;
    std::vector<Written> written_;
};

}  // namespace tarn::log
