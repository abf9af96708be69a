// Where a connection keeps what has come in and is not answered yet. It is small while the client
// sends little, and borrows a large buffer from its shard while a large frame is on its way, so
// that a thousand idle clients cost little and a busy one does not pay for fresh memory at each
// request.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "base/bytes.hpp"

namespace tarn::kafka {

// Large buffers to be used again, a few for each shard.
class BufferPool {
public:
    struct Buffer {
        std::unique_ptr<std::byte[]> bytes;
        size_t size = 0;
    };

    // At least `size` bytes, whose content is arbitrary.
    Buffer take(size_t size);
    void give_back(Buffer buffer);

private:
    std::vector<Buffer> free_;
};

class FrameBuffer {
public:
    explicit FrameBuffer(BufferPool& pool) : pool_(pool) {}
    ~FrameBuffer();
    FrameBuffer(const FrameBuffer&) = delete;
    FrameBuffer& operator=(const FrameBuffer&) = delete;

    // The frame at the front without its size, once all of it is here. It may be written to, and
    // stays until drop_frame(). Throws InvalidInput when its size is negative or above
    // `frame_bytes_max`.
    std::optional<std::span<std::byte>> frame(int64_t frame_bytes_max);
    void drop_frame();

    // Room for what comes next, after frame() has answered nothing.
    std::span<std::byte> room() { return {current_.bytes.get() + end_, current_.size - end_}; }
    void filled(size_t count) { end_ += count; }

private:
    size_t waiting() const { return end_ - begin_; }
    void make_room_for(size_t size);

    BufferPool& pool_;
    BufferPool::Buffer current_;
    size_t begin_ = 0;
    size_t end_ = 0;
    size_t frame_size_ = 0;  // of the frame that was answered
};

}  // namespace tarn::kafka
