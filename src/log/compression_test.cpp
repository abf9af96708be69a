#include "log/compression.hpp"

#include <gtest/gtest.h>
#include <snappy.h>
#include <zstd.h>

#include <array>
#include <string>

#include "base/error.hpp"
#include "base/random.hpp"

namespace tarn::log {
namespace {

constexpr std::array Codecs = {Codec::None, Codec::Gzip, Codec::Snappy, Codec::Lz4, Codec::Zstd};
constexpr std::array Compressing = {Codec::Gzip, Codec::Snappy, Codec::Lz4, Codec::Zstd};

Bytes packed(Codec codec, std::string_view text, std::optional<int> level = std::nullopt) {
    Bytes out;
    compress(codec, as_bytes(text), out, level);
    return out;
}

std::string unpacked(Codec codec, BytesView bytes, size_t bytes_max = 1 << 20) {
    Block block;
    decompress(codec, bytes, bytes_max, block);
    return std::string(as_text(block.view()));
}

struct Failure {
    ErrorCode code = ErrorCode::Internal;
    std::string text;
};

Failure failure(Codec codec, BytesView bytes, size_t bytes_max = 1 << 20) {
    try {
        unpacked(codec, bytes, bytes_max);
    } catch (const Error& error) {
        return {error.code(), error.what()};
    }
    return {};
}

Bytes joined(Bytes first, BytesView second) {
    first.insert(first.end(), second.begin(), second.end());
    return first;
}

// Half of it repeats and half does not, so that every codec has something to do.
std::string sample(size_t size) {
    SeededRandom random(size);
    std::string text;
    while (text.size() < size) {
        text += "the quick brown fox";
        for (int i = 0; i < 10; ++i) text += static_cast<char>(random.next());
    }
    text.resize(size);
    return text;
}

TEST(Compression, gives_back_what_it_took) {
    for (Codec codec : Codecs) {
        for (size_t size : {0, 1, 100, 32 << 10, (32 << 10) + 1, 300'000}) {
            std::string text = sample(size);
            EXPECT_TRUE(unpacked(codec, packed(codec, text)) == text)
                << name_of(codec) << " " << size;
        }
    }
}

TEST(Compression, appends_to_what_is_there) {
    for (Codec codec : Codecs) {
        Bytes out = copy_of(as_bytes("header"));
        compress(codec, as_bytes("abc"), out);

        EXPECT_EQ(as_text(BytesView(out).first(6)), "header");
        EXPECT_EQ(unpacked(codec, BytesView(out).subspan(6)), "abc") << name_of(codec);
    }
}

TEST(Compression, takes_the_level_it_is_told) {
    std::string text = sample(100'000);
    EXPECT_LT(packed(Codec::Gzip, text, 9).size(), packed(Codec::Gzip, text, 1).size());
    EXPECT_LT(packed(Codec::Zstd, text, 19).size(), packed(Codec::Zstd, text, 1).size());
    EXPECT_LT(packed(Codec::Lz4, text, 9).size(), packed(Codec::Lz4, text, -9).size());
}

TEST(Compression, reads_gzip_of_several_members) {
    Bytes two = joined(packed(Codec::Gzip, "first, "), packed(Codec::Gzip, "second"));
    EXPECT_EQ(unpacked(Codec::Gzip, two), "first, second");
}

TEST(Compression, reads_lz4_and_zstd_of_several_frames) {
    for (Codec codec : {Codec::Lz4, Codec::Zstd}) {
        Bytes two = joined(packed(codec, "first, "), packed(codec, "second"));
        EXPECT_EQ(unpacked(codec, two), "first, second") << name_of(codec);
    }
}

TEST(Compression, reads_zstd_that_does_not_say_how_much_is_in_it) {
    std::string text = sample(500'000);
    Bytes out(ZSTD_compressBound(text.size()));
    ZSTD_CCtx* context = ZSTD_createCCtx();
    ZSTD_inBuffer in{text.data(), text.size(), 0};
    ZSTD_outBuffer to{out.data(), out.size(), 0};
    ZSTD_inBuffer nothing{nullptr, 0, 0};
    ZSTD_compressStream2(context, &to, &in, ZSTD_e_continue);
    ASSERT_EQ(ZSTD_compressStream2(context, &to, &nothing, ZSTD_e_end), 0u);
    ZSTD_freeCCtx(context);
    out.resize(to.pos);
    ASSERT_EQ(ZSTD_getFrameContentSize(out.data(), out.size()), ZSTD_CONTENTSIZE_UNKNOWN);

    EXPECT_TRUE(unpacked(Codec::Zstd, out) == text);
}

TEST(Compression, writes_snappy_in_the_framing_of_the_java_client) {
    Bytes out = packed(Codec::Snappy, "abc");

    // Magic, version 1 and 1 (big-endian), a length, a raw block.
    EXPECT_EQ(to_hex(out), "82534e41505059000000000100000001000000050308616263");
}

TEST(Compression, reads_snappy_as_one_raw_block) {
    std::string raw;
    std::string text = sample(100'000);
    snappy::Compress(text.data(), text.size(), &raw);

    EXPECT_TRUE(unpacked(Codec::Snappy, as_bytes(raw)) == text);
}

TEST(Compression, reads_snappy_with_the_version_in_the_wrong_byte_order) {
    Bytes out = packed(Codec::Snappy, "abc");
    std::swap(out[8], out[11]);
    std::swap(out[12], out[15]);

    EXPECT_EQ(unpacked(Codec::Snappy, out), "abc");
}

TEST(Compression, reads_snappy_streams_that_were_joined) {
    Bytes two = joined(packed(Codec::Snappy, "first, "), packed(Codec::Snappy, "second"));
    EXPECT_EQ(unpacked(Codec::Snappy, two), "first, second");
}

TEST(Compression, unpacks_up_to_the_limit_and_no_further) {
    std::string text = sample(50'000);
    for (Codec codec : Codecs) {
        Bytes bytes = packed(codec, text);

        EXPECT_TRUE(unpacked(codec, bytes, text.size()) == text) << name_of(codec);
        EXPECT_EQ(failure(codec, bytes, text.size() - 1).code, ErrorCode::TooLarge)
            << name_of(codec);
        EXPECT_EQ(failure(codec, bytes, 0).code, ErrorCode::TooLarge) << name_of(codec);
    }
}

TEST(Compression, does_not_fill_the_memory_with_a_bomb) {
    std::string zeros(64 << 20, '\0');
    for (Codec codec : {Codec::Gzip, Codec::Lz4, Codec::Zstd}) {
        Bytes bomb = packed(codec, zeros);
        Block block;

        EXPECT_THROW(decompress(codec, bomb, 1 << 20, block), Error);
        EXPECT_LE(block.capacity(), (size_t{1} << 20) + 1) << name_of(codec);
        EXPECT_EQ(failure(codec, bomb).text,
                  "there are more than 1048576 bytes in a compressed batch");
    }
}

TEST(Compression, does_not_believe_a_raw_block_that_claims_gigabytes) {
    EXPECT_EQ(failure(Codec::Snappy, as_bytes("\xFF\xFF\xFF\xFF\x0F")).text,
              "snappy: a block has no sensible length");
}

TEST(Compression, refuses_a_stream_cut_anywhere) {
    for (Codec codec : Compressing) {
        Bytes whole = packed(codec, sample(2000));
        for (size_t size = 0; size < whole.size(); ++size) {
            // What is left of the framing of snappy when no block follows is an empty stream.
            if (codec == Codec::Snappy && size == 16) continue;
            ASSERT_EQ(failure(codec, BytesView(whole).first(size)).code, ErrorCode::Corrupt)
                << name_of(codec) << " " << size;
        }
    }
}

TEST(Compression, refuses_bytes_behind_the_end) {
    for (Codec codec : Compressing) {
        Bytes more = joined(packed(codec, sample(2000)), as_bytes("x"));
        EXPECT_EQ(failure(codec, more).code, ErrorCode::Corrupt) << name_of(codec);
    }
}

TEST(Compression, refuses_what_another_codec_wrote) {
    for (Codec codec : Compressing) {
        for (Codec other : Compressing) {
            if (codec == other) continue;
            EXPECT_EQ(failure(codec, packed(other, sample(2000))).code, ErrorCode::Corrupt)
                << name_of(codec) << " reads " << name_of(other);
        }
    }
}

TEST(Compression, works_again_after_a_failure) {
    for (Codec codec : Compressing) {
        Bytes whole = packed(codec, sample(2000));
        EXPECT_EQ(failure(codec, BytesView(whole).first(1000)).code, ErrorCode::Corrupt);
        EXPECT_TRUE(unpacked(codec, whole) == sample(2000)) << name_of(codec);
    }
}

TEST(Compression, keeps_the_room_of_a_block_for_the_next_time) {
    Block block;
    decompress(Codec::Lz4, packed(Codec::Lz4, sample(100'000)), 1 << 20, block);
    size_t capacity = block.capacity();

    decompress(Codec::Zstd, packed(Codec::Zstd, "small"), 1 << 20, block);

    EXPECT_EQ(as_text(block.view()), "small");
    EXPECT_EQ(block.capacity(), capacity);
}

TEST(Compression, allows_a_batch_more_than_any_client_sends_in_earnest) {
    EXPECT_EQ(decompressed_bytes_max(10), size_t{64} << 20);
    EXPECT_EQ(decompressed_bytes_max(2 << 20), size_t{128} << 20);
    EXPECT_EQ(decompressed_bytes_max(100 << 20), size_t{1} << 30);
}

}  // namespace
}  // namespace tarn::log
