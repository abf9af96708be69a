#include "kafka/broker/frame_buffer.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

#include "base/error.hpp"

namespace tarn::kafka {
namespace {

constexpr size_t SizePrefix = 4;
constexpr size_t SmallBuffer = 4096;
// What a shard keeps for later; more than this goes back to the allocator.
constexpr size_t PooledBufferMax = 4 << 20;
constexpr size_t PooledBuffersMax = 8;

int64_t size_of_frame(const std::byte* prefix) {
    uint32_t size;
    std::memcpy(&size, prefix, sizeof(size));
    return static_cast<int32_t>(__builtin_bswap32(size));
}

}  // namespace

BufferPool::Buffer BufferPool::take(size_t size) {
    auto fits = std::ranges::find_if(free_, [&](const Buffer& each) { return each.size >= size; });
    if (fits != free_.end()) {
        Buffer found = std::move(*fits);
        free_.erase(fits);
        return found;
    }
    size = std::bit_ceil(size);
    return {.bytes = std::make_unique_for_overwrite<std::byte[]>(size), .size = size};
}

void BufferPool::give_back(Buffer buffer) {
    bool is_worth_keeping = buffer.size > SmallBuffer && buffer.size <= PooledBufferMax;
    if (is_worth_keeping && free_.size() < PooledBuffersMax) free_.push_back(std::move(buffer));
}

FrameBuffer::~FrameBuffer() {
    pool_.give_back(std::move(current_));
}

std::optional<std::span<std::byte>> FrameBuffer::frame(int64_t frame_bytes_max) {
    if (waiting() < SizePrefix) {
        make_room_for(SizePrefix);
        return std::nullopt;
    }
    int64_t size = size_of_frame(current_.bytes.get() + begin_);
    if (size < 0 || size > frame_bytes_max) {
        throw Error(ErrorCode::InvalidInput, "a frame of {} bytes, where at most {} are taken",
                    size, frame_bytes_max);
    }
    frame_size_ = SizePrefix + static_cast<size_t>(size);
    if (waiting() < frame_size_) {
        make_room_for(frame_size_);
        return std::nullopt;
    }
    return std::span(current_.bytes.get() + begin_ + SizePrefix, static_cast<size_t>(size));
}

void FrameBuffer::drop_frame() {
    begin_ += frame_size_;
    if (begin_ < end_) return;
    begin_ = end_ = 0;
    if (current_.size > SmallBuffer) pool_.give_back(std::exchange(current_, {}));
}

void FrameBuffer::make_room_for(size_t size) {
    if (current_.size - begin_ >= size && current_.size > end_) return;
    if (current_.size >= size) {
        std::memmove(current_.bytes.get(), current_.bytes.get() + begin_, waiting());
    } else {
        BufferPool::Buffer larger = pool_.take(std::max(size, SmallBuffer));
        if (waiting() > 0) {
            std::memcpy(larger.bytes.get(), current_.bytes.get() + begin_, waiting());
        }
        pool_.give_back(std::exchange(current_, std::move(larger)));
    }
    end_ -= begin_;
    begin_ = 0;
}

}  // namespace tarn::kafka
