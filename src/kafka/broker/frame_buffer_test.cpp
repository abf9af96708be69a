#include "kafka/broker/frame_buffer.hpp"

#include <gtest/gtest.h>

#include <cstring>
#include <string>

#include "base/error.hpp"
#include "base/random.hpp"

namespace tarn::kafka {
namespace {

constexpr int64_t FrameMax = 1 << 20;

std::string framed(const std::string& content) {
    auto size = static_cast<uint32_t>(content.size());
    std::string frame;
    for (int shift = 24; shift >= 0; shift -= 8) frame += static_cast<char>(size >> shift);
    return frame + content;
}

// Hands over as much of `bytes` as there is room for.
void feed(FrameBuffer& buffer, std::string_view& bytes, size_t at_most) {
    size_t count = std::min({at_most, bytes.size(), buffer.room().size()});
    std::memcpy(buffer.room().data(), bytes.data(), count);
    buffer.filled(count);
    bytes.remove_prefix(count);
}

TEST(FrameBuffer, gives_frames_whole_in_whatever_pieces_they_come) {
    SeededRandom random(5);
    std::string stream;
    std::vector<std::string> sent;
    for (int i = 0; i < 200; ++i) {
        size_t size = random.below(10) == 0 ? random.below(100'000) : random.below(300);
        sent.push_back(std::string(size, static_cast<char>('a' + i % 26)));
        stream += framed(sent.back());
    }
    BufferPool pool;
    FrameBuffer buffer(pool);
    std::vector<std::string> received;
    std::string_view rest = stream;
    while (received.size() < sent.size()) {
        if (auto frame = buffer.frame(FrameMax)) {
            received.emplace_back(as_text(*frame));
            buffer.drop_frame();
            continue;
        }
        ASSERT_GT(buffer.room().size(), 0u);
        ASSERT_FALSE(rest.empty());
        feed(buffer, rest, 1 + random.below(20'000));
    }
    EXPECT_EQ(received, sent);
}

TEST(FrameBuffer, refuses_sizes_that_are_negative_or_too_large) {
    for (std::string size : {"\xff\xff\xff\xff", "\x7f\xff\xff\xff"}) {
        BufferPool pool;
        FrameBuffer buffer(pool);
        EXPECT_FALSE(buffer.frame(FrameMax));
        std::string_view rest = size;
        feed(buffer, rest, 4);
        EXPECT_THROW(buffer.frame(FrameMax), Error);
    }
}

TEST(FrameBuffer, takes_an_empty_frame_for_one) {
    BufferPool pool;
    FrameBuffer buffer(pool);
    EXPECT_FALSE(buffer.frame(FrameMax));
    std::string bytes = framed("");
    std::string_view rest = bytes;
    feed(buffer, rest, 4);
    ASSERT_TRUE(buffer.frame(FrameMax));
    EXPECT_EQ(buffer.frame(FrameMax)->size(), 0u);
}

TEST(BufferPool, gives_the_same_memory_again) {
    BufferPool pool;
    auto first = pool.take(100'000);
    std::byte* place = first.bytes.get();
    pool.give_back(std::move(first));
    EXPECT_EQ(pool.take(90'000).bytes.get(), place);
}

}  // namespace
}  // namespace tarn::kafka
