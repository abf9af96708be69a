#include "log/compression.hpp"

#include <lz4frame.h>
#include <snappy.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>

#include "base/assert.hpp"
#include "base/error.hpp"

namespace tarn::log {
namespace {

// The framing of the Java client's snappy: this, two numbers that say version 1, then blocks, each
// after its length. A raw block cannot begin so: it would open with a copy of nothing.
constexpr std::array<uint8_t, 8> XerialMagic = {0x82, 'S', 'N', 'A', 'P', 'P', 'Y', 0};
constexpr std::array<uint8_t, 8> XerialVersions = {0, 0, 0, 1, 0, 0, 0, 1};
constexpr size_t XerialHeaderSize = XerialMagic.size() + XerialVersions.size();
constexpr size_t XerialBlockSize = 32 << 10;
// Three bytes make at most 64, so what claims more than this is lying.
constexpr size_t SnappyRatioMax = 32;

constexpr size_t FirstRoom = 16 << 10;

[[noreturn]] void fail(Codec codec, std::string_view reason) {
    throw Error(ErrorCode::Corrupt, "{}: {}", name_of(codec), reason);
}

// A block with its limit. The room is one byte larger, so that a stream of exactly the limit has
// space left to say that it has ended.
class Output {
public:
    Output(Block& block, size_t bytes_max) : block_(block), bytes_max_(bytes_max) {
        block_.clear();
    }

    std::span<std::byte> room(size_t at_least) {
        if (block_.size() > bytes_max_) fail_too_large();
        return block_.room(at_least, bytes_max_ + 1);
    }
    void filled(size_t count) { block_.filled(count); }
    size_t left() const { return bytes_max_ - std::min(bytes_max_, block_.size()); }
    void finish() const {
        if (block_.size() > bytes_max_) fail_too_large();
    }
    [[noreturn]] void fail_too_large() const {
        throw Error(ErrorCode::TooLarge, "there are more than {} bytes in a compressed batch",
                    bytes_max_);
    }

private:
    Block& block_;
    size_t bytes_max_;
};

template <auto Free>
struct FreeBy {
    void operator()(auto* context) const { Free(context); }
};

struct Inflater {
    Inflater() {
        constexpr int GzipOnly = 16 + MAX_WBITS;
        TARN_ASSERT(inflateInit2(&stream, GzipOnly) == Z_OK);
    }
    ~Inflater() { inflateEnd(&stream); }
    Inflater(const Inflater&) = delete;
    Inflater& operator=(const Inflater&) = delete;

    z_stream stream{};
};

void gunzip(BytesView in, Output& out) {
    thread_local Inflater inflater;
    z_stream& stream = inflater.stream;
    inflateReset(&stream);
    // zlib promises to leave the input alone, though its pointer does not say so.
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<std::byte*>(in.data()));
    stream.avail_in = static_cast<uInt>(in.size());
    for (;;) {
        auto room = out.room(in.size() * 2);
        auto size = std::min<size_t>(room.size(), std::numeric_limits<uInt>::max());
        stream.next_out = reinterpret_cast<Bytef*>(room.data());
        stream.avail_out = static_cast<uInt>(size);
        int result = inflate(&stream, Z_NO_FLUSH);
        out.filled(size - stream.avail_out);
        if (result == Z_STREAM_END) {
            if (stream.avail_in == 0) return;
            inflateReset(&stream);  // another member follows
        } else if (result == Z_BUF_ERROR || (result == Z_OK && stream.avail_out > 0)) {
            fail(Codec::Gzip, "the stream ends too early");
        } else if (result != Z_OK) {
            fail(Codec::Gzip, stream.msg ? stream.msg : "not a gzip stream");
        }
    }
}

void unsnap_block(BytesView in, Output& out) {
    const char* data = reinterpret_cast<const char*>(in.data());
    size_t size = 0;
    if (!snappy::GetUncompressedLength(data, in.size(), &size) ||
        size > in.size() * SnappyRatioMax) {
        fail(Codec::Snappy, "a block has no sensible length");
    }
    if (size > out.left()) out.fail_too_large();
    auto room = out.room(size);
    if (!snappy::RawUncompress(data, in.size(), reinterpret_cast<char*>(room.data()))) {
        fail(Codec::Snappy, "a block is damaged");
    }
    out.filled(size);
}

bool starts_with_magic(BytesView in) {
    return in.size() >= XerialHeaderSize &&
           std::memcmp(in.data(), XerialMagic.data(), XerialMagic.size()) == 0;
}

void unsnap(BytesView in, Output& out) {
    if (!starts_with_magic(in)) return unsnap_block(in, out);
    while (!in.empty()) {
        // The header comes again where streams have been joined. Its version is not looked at:
        // Redpanda wrote it in the other byte order for a while.
        if (starts_with_magic(in)) {
            in = in.subspan(XerialHeaderSize);
            continue;
        }
        uint32_t size = 0;
        if (in.size() < sizeof size) fail(Codec::Snappy, "the stream ends too early");
        std::memcpy(&size, in.data(), sizeof size);
        size = __builtin_bswap32(size);
        in = in.subspan(sizeof size);
        if (size > in.size()) fail(Codec::Snappy, "the stream ends too early");
        unsnap_block(in.first(size), out);
        in = in.subspan(size);
    }
}

void unlz4(BytesView in, Output& out) {
    thread_local auto context = [] {
        LZ4F_dctx* made = nullptr;
        TARN_ASSERT(!LZ4F_isError(LZ4F_createDecompressionContext(&made, LZ4F_VERSION)));
        return std::unique_ptr<LZ4F_dctx, FreeBy<LZ4F_freeDecompressionContext>>(made);
    }();
    LZ4F_resetDecompressionContext(context.get());
    for (;;) {
        auto room = out.room(in.size() * 3);
        size_t written = room.size();
        size_t taken = in.size();
        size_t result =
            LZ4F_decompress(context.get(), room.data(), &written, in.data(), &taken, nullptr);
        if (LZ4F_isError(result)) fail(Codec::Lz4, LZ4F_getErrorName(result));
        out.filled(written);
        in = in.subspan(taken);
        if (result == 0 && in.empty()) return;
        if (result != 0 && in.empty() && written < room.size()) {
            fail(Codec::Lz4, "the frame ends too early");
        }
    }
}

void unzstd(BytesView in, Output& out) {
    thread_local std::unique_ptr<ZSTD_DCtx, FreeBy<ZSTD_freeDCtx>> context(ZSTD_createDCtx());
    ZSTD_DCtx_reset(context.get(), ZSTD_reset_session_only);
    ZSTD_inBuffer source{in.data(), in.size(), 0};
    for (;;) {
        auto room = out.room(in.size() * 4);
        ZSTD_outBuffer target{room.data(), room.size(), 0};
        size_t result = ZSTD_decompressStream(context.get(), &target, &source);
        if (ZSTD_isError(result)) fail(Codec::Zstd, ZSTD_getErrorName(result));
        out.filled(target.pos);
        bool is_empty = source.pos == source.size;
        if (result == 0 && is_empty) return;
        if (result != 0 && is_empty && target.pos < target.size) {
            fail(Codec::Zstd, "the frame ends too early");
        }
    }
}

void gzip(BytesView bytes, Bytes& out, int level) {
    constexpr int Gzip = 16 + MAX_WBITS;
    constexpr int MemoryLevel = 8;  // zlib's default
    z_stream stream{};
    TARN_ASSERT(deflateInit2(&stream, level, Z_DEFLATED, Gzip, MemoryLevel, Z_DEFAULT_STRATEGY) ==
                Z_OK);
    size_t start = out.size();
    out.resize(start + deflateBound(&stream, bytes.size()));
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<std::byte*>(bytes.data()));
    stream.avail_in = static_cast<uInt>(bytes.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data() + start);
    stream.avail_out = static_cast<uInt>(out.size() - start);
    int result = deflate(&stream, Z_FINISH);
    out.resize(start + stream.total_out);
    deflateEnd(&stream);
    TARN_ASSERT(result == Z_STREAM_END);
}

void snap(BytesView bytes, Bytes& out) {
    auto append = [&out](const auto& raw) {
        auto view = std::as_bytes(std::span(raw));
        out.insert(out.end(), view.begin(), view.end());
    };
    append(XerialMagic);
    append(XerialVersions);
    for (size_t at = 0; at < bytes.size(); at += XerialBlockSize) {
        BytesView piece = bytes.subspan(at, std::min(XerialBlockSize, bytes.size() - at));
        size_t start = out.size();
        uint32_t size_field = 0;
        out.resize(start + sizeof size_field + snappy::MaxCompressedLength(piece.size()));
        char* target = reinterpret_cast<char*>(out.data() + start + sizeof size_field);
        size_t size = 0;
        snappy::RawCompress(reinterpret_cast<const char*>(piece.data()), piece.size(), target,
                            &size);
        size_field = __builtin_bswap32(static_cast<uint32_t>(size));
        std::memcpy(out.data() + start, &size_field, sizeof size_field);
        out.resize(start + sizeof size_field + size);
    }
}

void lz4(BytesView bytes, Bytes& out, int level) {
    // What the Java client reads: independent blocks of 64 KiB.
    LZ4F_preferences_t preferences = LZ4F_INIT_PREFERENCES;
    preferences.frameInfo.blockSizeID = LZ4F_max64KB;
    preferences.frameInfo.blockMode = LZ4F_blockIndependent;
    preferences.compressionLevel = level;
    size_t start = out.size();
    out.resize(start + LZ4F_compressFrameBound(bytes.size(), &preferences));
    size_t size = LZ4F_compressFrame(out.data() + start, out.size() - start, bytes.data(),
                                     bytes.size(), &preferences);
    TARN_ASSERT(!LZ4F_isError(size));
    out.resize(start + size);
}

void zstd(BytesView bytes, Bytes& out, int level) {
    thread_local std::unique_ptr<ZSTD_CCtx, FreeBy<ZSTD_freeCCtx>> context(ZSTD_createCCtx());
    size_t start = out.size();
    out.resize(start + ZSTD_compressBound(bytes.size()));
    size_t size = ZSTD_compressCCtx(context.get(), out.data() + start, out.size() - start,
                                    bytes.data(), bytes.size(), level);
    TARN_ASSERT(!ZSTD_isError(size));
    out.resize(start + size);
}

}  // namespace

std::string_view name_of(Codec codec) {
    switch (codec) {
        case Codec::None:
            return "none";
        case Codec::Gzip:
            return "gzip";
        case Codec::Snappy:
            return "snappy";
        case Codec::Lz4:
            return "lz4";
        case Codec::Zstd:
            return "zstd";
    }
    return "unknown";
}

std::span<std::byte> Block::room(size_t at_least, size_t size_max) {
    size_t wanted = std::min(size_ + std::max(at_least, size_t{1}), size_max);
    // Whoever fills it up comes back for more: then twice as much, and not a byte over the maximum.
    if (capacity_ == size_ || capacity_ < wanted) {
        size_t capacity = std::min(std::max({wanted, size_ * 2, FirstRoom}), size_max);
        if (capacity <= size_) {
            throw Error(ErrorCode::TooLarge, "there are more than {} bytes in a block", size_max);
        }
        auto grown = std::make_unique_for_overwrite<std::byte[]>(capacity);
        if (size_ > 0) std::memcpy(grown.get(), data_.get(), size_);
        data_ = std::move(grown);
        capacity_ = capacity;
    }
    return {data_.get() + size_, std::min(capacity_, size_max) - size_};
}

void Block::filled(size_t count) {
    TARN_ASSERT(count <= capacity_ - size_);
    size_ += count;
}

void decompress(Codec codec, BytesView compressed, size_t bytes_max, Block& block) {
    Output out(block, bytes_max);
    switch (codec) {
        case Codec::None: {
            auto room = out.room(compressed.size());
            if (compressed.size() > bytes_max) out.fail_too_large();
            std::ranges::copy(compressed, room.begin());
            out.filled(compressed.size());
            break;
        }
        case Codec::Gzip:
            gunzip(compressed, out);
            break;
        case Codec::Snappy:
            unsnap(compressed, out);
            break;
        case Codec::Lz4:
            unlz4(compressed, out);
            break;
        case Codec::Zstd:
            unzstd(compressed, out);
            break;
        default:
            throw Error(ErrorCode::Corrupt, "there is no codec {}", static_cast<int>(codec));
    }
    out.finish();
}

void compress(Codec codec, BytesView bytes, Bytes& out, std::optional<int> level) {
    switch (codec) {
        case Codec::None:
            out.insert(out.end(), bytes.begin(), bytes.end());
            return;
        case Codec::Gzip:
            return gzip(bytes, out, level.value_or(Z_DEFAULT_COMPRESSION));
        case Codec::Snappy:
            return snap(bytes, out);
        case Codec::Lz4:
            return lz4(bytes, out, level.value_or(0));
        case Codec::Zstd:
            return zstd(bytes, out, level.value_or(ZSTD_CLEVEL_DEFAULT));
    }
    TARN_ASSERT(!"a codec that is none");
}

size_t decompressed_bytes_max(size_t compressed_bytes) {
    constexpr size_t Least = size_t{64} << 20;
    constexpr size_t Most = size_t{1} << 30;
    return std::clamp(compressed_bytes * 64, Least, Most);
}

}  // namespace tarn::log
