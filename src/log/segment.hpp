// A segment is one append-only file of batches, the unit in which a partition's log is rolled, read
// and deleted, and its index. The last one of a partition grows; the others are sealed: they never
// change, and of their index only what is asked for is read. Nothing is opened before it is needed,
// so that thousands of idle segments cost neither memory nor file descriptors.
//
// One shard calls it; the slices that it gives out may be read by any thread and outlive it.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "log/batch_walk.hpp"
#include "log/segment_folder.hpp"
#include "log/segment_index.hpp"
#include "log/slice.hpp"

namespace tarn::log {

class Segment {
public:
    // Makes the index of a segment from its batches. The aborted transactions in it depend on what
    // stands before the segment, so that is for the partition to do.
    using IndexFromBatches = std::function<SegmentIndex(const Segment&)>;

    // A segment that recovery has looked through, or, with a size of 0, one that has no file yet.
    // Folder and function are borrowed.
    Segment(const SegmentFolder& folder, const IndexFromBatches& index_from_batches,
            Offset base_offset, Offset next_offset, int64_t size);

    Offset base_offset() const { return base_offset_; }
    // Of a sealed one: where the next segment begins.
    Offset next_offset() const { return next_offset_; }
    int64_t size() const { return size_; }

    // Makes ready for append(), unless it is already. `index` spares the reading of the index.
    void grow(int64_t index_interval_bytes, std::optional<SegmentIndex> index = std::nullopt);
    bool grows() const { return growing_ != nullptr; }
    // The batch carries its final offset. When it throws, the segment is as it was before, or
    // is_broken() and cannot be written to any more.
    void append(BytesView batch, const BatchHeader& header);
    bool is_broken() const { return is_broken_; }
    void note_aborted(const AbortedRange& aborted) { growing_->note_aborted(aborted); }
    void set_index_interval(int64_t bytes);
    // Whether offset and size of a further batch can be told by the index.
    bool has_room(const BatchHeader& batch) const;
    // The file that append() writes to, for syncing.
    const std::shared_ptr<storage::File>& file() const { return file_; }
    // Writes the index, as far as the disk lets it; answers whether it did.
    bool write_index() const;
    // Nothing is appended from now on. An index that cannot be written stays in memory.
    void seal();

    // Where the batch starts that holds `offset`, or else the first behind it; size() at the end.
    int64_t position_of(Offset offset) const;
    // Where the first batch starts whose offsets are all `offset` or more.
    int64_t position_from(Offset offset) const;
    // The last end of a batch at or before `position`; `from` is one that lies before it.
    int64_t border_at_or_before(int64_t position, int64_t from) const;
    // The first batch in [from, to) with a time of `time` or later, if `from` is not further on.
    std::optional<BatchAt> batch_by_time(Timestamp time, int64_t from, int64_t to) const;
    // The largest time of the batches in [from, to).
    Timestamp max_timestamp(int64_t from, int64_t to) const;

    BatchWalk walk(int64_t from, int64_t to) const;
    Bytes read(const BatchAt& batch) const;
    Slice slice(int64_t from, int64_t to) const;

    IndexSummary summary() const;
    // Adds the aborted transactions with a batch before `end` and their marker here, at `from` or
    // later.
    void add_aborted(Offset from, Offset end, std::vector<AbortedRange>& out) const;

    // Closes what is held open for reading; it is opened again when needed.
    void release() const;
    // Of its file, for messages.
    const std::string& name() const { return name_; }

private:
    const IndexLookup& index() const;
    std::shared_ptr<const storage::Reader> reader() const;
    const SealedIndex* open_index() const;
    std::optional<IndexSummary> summary_in_file() const;

    const SegmentFolder& folder_;
    const IndexFromBatches& index_from_batches_;
    Offset base_offset_;
    Offset next_offset_;
    int64_t size_;
    std::string name_;
    bool is_broken_ = false;

    std::unique_ptr<SegmentIndex> growing_;
    std::shared_ptr<storage::File> file_;

    // Of a segment that does not grow, opened when first asked for. An index that could not be
    // written is kept in memory.
    mutable std::shared_ptr<const storage::Reader> reader_;
    mutable std::unique_ptr<SealedIndex> sealed_;
    mutable std::unique_ptr<SegmentIndex> rebuilt_;
    mutable std::optional<IndexSummary> summary_;
};

}  // namespace tarn::log
