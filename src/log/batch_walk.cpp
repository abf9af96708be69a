#include "log/batch_walk.hpp"

#include <algorithm>

#include "base/error.hpp"

namespace tarn::log {

namespace {

[[noreturn]] void fail_damaged(std::string_view name, int64_t position) {
    throw Error(ErrorCode::Corrupt, "{}: the batch at byte {} is damaged", name, position)
        .with_hint("the disk has changed it since it was written; restore the file from a copy");
}

}  // namespace

std::optional<BatchAt> BatchWalk::next() {
    if (position_ >= to_) return std::nullopt;
    auto header = BatchHeader::read(header_bytes());
    if (!header || !header->is_plausible() || header->size() > to_ - position_) {
        fail_damaged(name_, position_);
    }
    BatchAt batch{.position = position_, .header = *header};
    last_size_ = header->size();
    position_ = batch.end();
    return batch;
}

BytesView BatchWalk::header_bytes() {
    int64_t skip = position_ - ahead_position_;
    if (skip + BatchHeaderSize > ahead_size_) {
        auto capacity = static_cast<int64_t>(ahead_.size());
        int64_t wanted = last_size_ > capacity / 2 ? BatchHeaderSize : capacity;
        wanted = std::min(wanted, to_ - position_);
        auto into = std::span(ahead_).first(static_cast<size_t>(wanted));
        ahead_size_ = static_cast<int64_t>(file_.read_at(position_, into));
        ahead_position_ = position_;
        skip = 0;
    }
    return BytesView(ahead_).subspan(
        static_cast<size_t>(skip),
        static_cast<size_t>(std::min(BatchHeaderSize, ahead_size_ - skip)));
}

Bytes read_batch(const storage::Reader& file, std::string_view name, const BatchAt& batch) {
    Bytes bytes = file.read_at(batch.position, batch.header.size());
    if (static_cast<int64_t>(bytes.size()) != batch.header.size()) {
        fail_damaged(name, batch.position);
    }
    return bytes;
}

}  // namespace tarn::log
