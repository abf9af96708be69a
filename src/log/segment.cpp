#include "log/segment.hpp"

#include <algorithm>

#include "base/assert.hpp"
#include "base/error.hpp"
#include "base/log.hpp"

namespace tarn::log {

namespace {

constexpr int64_t OffsetDeltaMax = std::numeric_limits<int32_t>::max();
constexpr int64_t SizeMax = std::numeric_limits<uint32_t>::max();

}  // namespace

Segment::Segment(const SegmentFolder& folder, const IndexFromBatches& index_from_batches,
                 Offset base_offset, Offset next_offset, int64_t size)
    : folder_(folder),
      index_from_batches_(index_from_batches),
      base_offset_(base_offset),
      next_offset_(next_offset),
      size_(size),
      name_(folder.log(base_offset)) {}

void Segment::grow(int64_t index_interval_bytes, std::optional<SegmentIndex> index) {
    if (growing_) return;
    if (!index && size_ > 0) {
        try {
            index = SegmentIndex::decode(folder_.disk().read(folder_.index(base_offset_)),
                                         base_offset_, index_interval_bytes, size_);
        } catch (const Error& error) {
            if (error.code() != ErrorCode::NotFound) throw;
        }
        if (!index) index = index_from_batches_(*this);
    }
    if (!index) index.emplace(base_offset_, index_interval_bytes);
    // A segment without batches may have left a file when the disk was full.
    auto& disk = folder_.disk();
    bool is_there = size_ > 0 || disk.exists(name_);
    std::shared_ptr<storage::File> file =
        is_there ? disk.open_file(name_) : disk.create_file(name_);
    if (file->size() != size_) {
        throw Error(ErrorCode::Corrupt, "{} has {} bytes where {} were expected", name_,
                    file->size(), size_)
            .with_hint("nobody but Tarn may change it; start Tarn again to have it checked");
    }
    file_ = std::move(file);
    growing_ = std::make_unique<SegmentIndex>(*std::move(index));
    growing_->set_interval(index_interval_bytes);
    // What was known of it for reading is out of date from now on.
    release();
    rebuilt_.reset();
    summary_.reset();
}

void Segment::append(BytesView batch, const BatchHeader& header) {
    TARN_ASSERT(growing_ != nullptr);
    try {
        file_->append(batch);
    } catch (const Error&) {
        // File::append undoes what it has written, but it may have failed in that as well.
        try {
            if (file_->size() != size_) file_->truncate(size_);
        } catch (const Error&) {
            is_broken_ = true;
        }
        throw;
    }
    growing_->note(header);
    size_ += header.size();
    next_offset_ = header.next_offset();
}

void Segment::set_index_interval(int64_t bytes) {
    if (growing_) growing_->set_interval(bytes);
}

bool Segment::has_room(const BatchHeader& batch) const {
    if (growing_ && growing_->is_full()) return false;
    return batch.last_offset() - base_offset_ <= OffsetDeltaMax && size_ + batch.size() <= SizeMax;
}

bool Segment::write_index() const {
    if (!growing_) return true;
    try {
        folder_.disk().write(folder_.index(base_offset_), growing_->encode(),
                             {.durability = storage::Durability::Buffered});
    } catch (const Error& error) {
        TARN_LOG_WARN("going on without {}: {}", folder_.index(base_offset_), error.what());
        return false;
    }
    return true;
}

void Segment::seal() {
    TARN_ASSERT(growing_ != nullptr);
    summary_ = growing_->summary();
    if (!write_index()) rebuilt_ = std::move(growing_);
    growing_.reset();
    file_.reset();
}

int64_t Segment::position_of(Offset offset) const {
    if (offset >= next_offset_ || size_ == 0) return size_;
    auto batches = walk(index().at_or_before_offset(offset - base_offset_).position, size_);
    while (auto batch = batches.next()) {
        if (batch->header.last_offset() >= offset) return batch->position;
    }
    return size_;
}

int64_t Segment::position_from(Offset offset) const {
    if (offset >= next_offset_) return size_;
    if (offset <= base_offset_ || size_ == 0) return 0;
    auto batches = walk(index().at_or_before_offset(offset - base_offset_).position, size_);
    while (auto batch = batches.next()) {
        if (batch->header.base_offset >= offset) return batch->position;
    }
    return size_;
}

int64_t Segment::border_at_or_before(int64_t position, int64_t from) const {
    if (position >= size_) return size_;
    int64_t border = std::max<int64_t>(from, index().at_or_before_position(position).position);
    auto batches = walk(border, size_);
    for (auto batch = batches.next(); batch && batch->end() <= position; batch = batches.next()) {
        border = batch->end();
    }
    return border;
}

std::optional<BatchAt> Segment::batch_by_time(Timestamp time, int64_t from, int64_t to) const {
    if (from >= to) return std::nullopt;
    auto batches = walk(std::max<int64_t>(from, index().before_time(time).position), to);
    while (auto batch = batches.next()) {
        if (batch->header.max_timestamp >= time) return batch;
    }
    return std::nullopt;
}

Timestamp Segment::max_timestamp(int64_t from, int64_t to) const {
    if (from == 0 && to == size_) return size_ == 0 ? NoTimestamp : summary().max_timestamp;
    Timestamp largest = NoTimestamp;
    if (from >= to) return largest;
    if (from == 0) {
        IndexEntry entry = index().at_or_before_position(to);
        largest = entry.max_timestamp_before;
        from = entry.position;
    }
    auto batches = walk(from, to);
    while (auto batch = batches.next()) largest = std::max(largest, batch->header.max_timestamp);
    return largest;
}

BatchWalk Segment::walk(int64_t from, int64_t to) const {
    return {*reader(), name_, from, to};
}

Bytes Segment::read(const BatchAt& batch) const {
    return read_batch(*reader(), name_, batch);
}

Slice Segment::slice(int64_t from, int64_t to) const {
    return {.file = reader(), .offset = from, .size = to - from};
}

IndexSummary Segment::summary() const {
    if (growing_) return growing_->summary();
    if (size_ == 0) return {.next_offset = next_offset_};
    if (!summary_) summary_ = summary_in_file();
    if (!summary_) {
        index();
        summary_ = rebuilt_ ? rebuilt_->summary() : summary_in_file();
    }
    TARN_ASSERT(summary_.has_value());
    return *summary_;
}

void Segment::add_aborted(Offset from, Offset end, std::vector<AbortedRange>& out) const {
    if (summary().first_aborted < end) index().add_aborted(from, end, out);
}

void Segment::release() const {
    reader_.reset();
    sealed_.reset();
}

const IndexLookup& Segment::index() const {
    if (growing_) return *growing_;
    if (sealed_) return *sealed_;
    if (rebuilt_) return *rebuilt_;
    if (open_index()) return *sealed_;
    TARN_LOG_INFO("{}: building its index from the batches", name_);
    rebuilt_ = std::make_unique<SegmentIndex>(index_from_batches_(*this));
    try {
        folder_.disk().write(folder_.index(base_offset_), rebuilt_->encode(),
                             {.durability = storage::Durability::Buffered});
        if (open_index()) rebuilt_.reset();
    } catch (const Error& error) {
        TARN_LOG_WARN("keeping the index of {} in memory: {}", name_, error.what());
    }
    if (sealed_) return *sealed_;
    return *rebuilt_;
}

const SealedIndex* Segment::open_index() const {
    try {
        sealed_ = SealedIndex::open(folder_.disk().open_reader(folder_.index(base_offset_)), size_);
    } catch (const Error& error) {
        if (error.code() != ErrorCode::NotFound) throw;
    }
    return sealed_.get();
}

std::optional<IndexSummary> Segment::summary_in_file() const {
    try {
        return read_summary(*folder_.disk().open_reader(folder_.index(base_offset_)), size_);
    } catch (const Error& error) {
        if (error.code() != ErrorCode::NotFound) throw;
        return std::nullopt;
    }
}

std::shared_ptr<const storage::Reader> Segment::reader() const {
    if (file_) return file_;
    if (!reader_) reader_ = folder_.disk().open_reader(name_);
    return reader_;
}

}  // namespace tarn::log
