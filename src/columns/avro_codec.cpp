#include "columns/avro_codec.hpp"

#include <arrow/util/compression.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <bit>

#include "base/assert.hpp"
#include "base/byte_reader.hpp"
#include "base/error.hpp"
#include "columns/arrow_result.hpp"

namespace tarn::columns {
namespace {

struct NamedCodec {
    std::string_view name;
    AvroCodec codec;
};
constexpr auto AvroCodecs = std::to_array<NamedCodec>({{"null", AvroCodec::Null},
                                                       {"deflate", AvroCodec::Deflate},
                                                       {"snappy", AvroCodec::Snappy},
                                                       {"zstandard", AvroCodec::Zstandard}});

constexpr size_t CrcBytes = 4;

[[noreturn]] void refuse_block(std::string_view reason) {
    throw Error(ErrorCode::Corrupt, "avro: a block {}", reason);
}

const uint8_t* octets(BytesView bytes) {
    return reinterpret_cast<const uint8_t*>(bytes.data());
}

uint32_t crc_of(BytesView bytes) {
    return static_cast<uint32_t>(crc32_z(0, octets(bytes), bytes.size()));
}

std::unique_ptr<arrow::util::Codec> arrow_codec(arrow::Compression::type type) {
    return or_throw(arrow::util::Codec::Create(type));
}

std::string packed_by(arrow::Compression::type type, std::string_view block) {
    auto codec = arrow_codec(type);
    auto bytes = reinterpret_cast<const uint8_t*>(block.data());
    auto size = static_cast<int64_t>(block.size());
    std::string out(static_cast<size_t>(codec->MaxCompressedLen(size, bytes)), '\0');
    out.resize(static_cast<size_t>(or_throw(
        codec->Compress(size, bytes, std::ssize(out), reinterpret_cast<uint8_t*>(out.data())))));
    return out;
}

// Behind the packed bytes stands the checksum of the others.
std::string packed_snappy(std::string_view block) {
    std::string out = packed_by(arrow::Compression::SNAPPY, block);
    uint32_t crc = crc_of(as_bytes(block));
    for (int shift = 24; shift >= 0; shift -= 8) out.push_back(static_cast<char>(crc >> shift));
    return out;
}

std::string deflated_raw(std::string_view data) {
    z_stream stream{};
    constexpr int raw_window_bits = -15;
    constexpr int memory_level = 8;
    if (deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, raw_window_bits, memory_level,
                     Z_DEFAULT_STRATEGY) != Z_OK) {
        throw Error(ErrorCode::Internal, "zlib has no memory");
    }
    std::string out(deflateBound(&stream, data.size()), '\0');
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(data.data()));
    stream.avail_in = static_cast<uInt>(data.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    int result = deflate(&stream, Z_FINISH);
    out.resize(stream.total_out);
    deflateEnd(&stream);
    TARN_ASSERT(result == Z_STREAM_END);
    return out;
}

}  // namespace

std::optional<AvroCodec> avro_codec_named(std::string_view name) {
    auto found = std::ranges::find(AvroCodecs, name, &NamedCodec::name);
    return found == AvroCodecs.end() ? std::nullopt : std::optional(found->codec);
}

std::string_view name_of(AvroCodec codec) {
    return std::ranges::find(AvroCodecs, codec, &NamedCodec::codec)->name;
}

std::string packed(AvroCodec codec, std::string_view block) {
    switch (codec) {
        case AvroCodec::Null:
            return std::string(block);
        case AvroCodec::Deflate:
            return deflated_raw(block);
        case AvroCodec::Snappy:
            return packed_snappy(block);
        case AvroCodec::Zstandard:
            return packed_by(arrow::Compression::ZSTD, block);
    }
    TARN_ASSERT(false);
}

BytesView AvroUnpacker::unpacked(BytesView block, size_t bytes_max) {
    switch (codec_) {
        case AvroCodec::Null:
            return block;
        case AvroCodec::Deflate:
            return inflater_.inflate(block, bytes_max, "avro: a block");
        case AvroCodec::Snappy:
            return unpacked_snappy(block, bytes_max);
        case AvroCodec::Zstandard:
            return unpacked_zstandard(block, bytes_max);
    }
    TARN_ASSERT(false);
}

BytesView AvroUnpacker::unpacked_snappy(BytesView block, size_t bytes_max) {
    if (block.size() < CrcBytes) refuse_block("of snappy has no checksum");
    BytesView data = block.first(block.size() - CrcBytes);
    // Snappy begins with how long the text is, seven bits in a byte.
    uint64_t size = 0;
    int shift = 0;
    for (ByteReader in(data, "avro block"); shift < 35; shift += 7) {
        uint64_t byte = in.take_byte();
        size |= (byte & 0x7F) << shift;
        if (byte < 0x80) break;
    }
    if (size > bytes_max) {
        throw Error(ErrorCode::TooLarge, "avro: a block of {} bytes, the limit is {}", size,
                    bytes_max);
    }
    unpacked_.resize(size);
    auto done = arrow_codec(arrow::Compression::SNAPPY)
                    ->Decompress(std::ssize(data), octets(data), std::ssize(unpacked_),
                                 reinterpret_cast<uint8_t*>(unpacked_.data()));
    if (!done.ok() || *done != std::ssize(unpacked_)) refuse_block("is no snappy");
    uint32_t crc = 0;
    for (std::byte byte : block.last(CrcBytes)) crc = crc << 8 | static_cast<uint32_t>(byte);
    if (crc != crc_of(unpacked_)) refuse_block("does not have the checksum that stands behind it");
    return unpacked_;
}

// Its length need not be said, so that it is unpacked piece by piece.
BytesView AvroUnpacker::unpacked_zstandard(BytesView block, size_t bytes_max) {
    constexpr size_t PieceBytes = 64 * 1024;
    auto stream = or_throw(arrow_codec(arrow::Compression::ZSTD)->MakeDecompressor());
    unpacked_.clear();
    size_t used = 0;
    while (!stream->IsFinished()) {
        size_t begin = unpacked_.size();
        unpacked_.resize(begin + PieceBytes);
        auto step =
            stream->Decompress(std::ssize(block) - static_cast<int64_t>(used), octets(block) + used,
                               PieceBytes, reinterpret_cast<uint8_t*>(unpacked_.data()) + begin);
        if (!step.ok()) refuse_block("is no zstandard");
        used += static_cast<size_t>(step->bytes_read);
        unpacked_.resize(begin + static_cast<size_t>(step->bytes_written));
        if (unpacked_.size() > bytes_max) {
            throw Error(ErrorCode::TooLarge, "avro: a block of more than {} bytes", bytes_max);
        }
        bool is_stuck = step->bytes_read == 0 && step->bytes_written == 0;
        if (is_stuck && !stream->IsFinished()) refuse_block("of zstandard is cut short");
    }
    return unpacked_;
}

}  // namespace tarn::columns
