#include "iceberg/format/deletion_vector.hpp"

#include <zlib.h>

#include <algorithm>
#include <array>

#include "base/byte_reader.hpp"
#include "base/error.hpp"
#include "iceberg/format/reserved_fields.hpp"

namespace tarn::iceberg {
namespace {

constexpr std::array Magic{std::byte{0xD1}, std::byte{0xD3}, std::byte{0x39}, std::byte{0x64}};

void append_big_endian(Bytes& out, uint32_t number) {
    for (int shift : {24, 16, 8, 0}) out.push_back(static_cast<std::byte>(number >> shift));
}

uint32_t take_big_endian(ByteReader& in) {
    uint32_t number = 0;
    for (std::byte byte : in.take(4)) number = number << 8 | static_cast<uint8_t>(byte);
    return number;
}

uint32_t checksum(BytesView bytes) {
    return static_cast<uint32_t>(
        crc32(0, reinterpret_cast<const Bytef*>(bytes.data()), static_cast<uInt>(bytes.size())));
}

}  // namespace

Bytes deletion_vector_bytes(const PositionBitmap& positions) {
    Bytes vector(Magic.begin(), Magic.end());
    Bytes bitmap = positions.to_bytes();
    vector.insert(vector.end(), bitmap.begin(), bitmap.end());
    Bytes out;
    append_big_endian(out, static_cast<uint32_t>(vector.size()));
    out.insert(out.end(), vector.begin(), vector.end());
    append_big_endian(out, checksum(vector));
    return out;
}

PositionBitmap parse_deletion_vector(BytesView bytes) {
    ByteReader in(bytes, "deletion vector");
    BytesView vector = in.take(take_big_endian(in));
    uint32_t written_checksum = take_big_endian(in);
    if (!in.is_at_end()) {
        throw Error(ErrorCode::Corrupt, "deletion vector: {} bytes after its end", in.remaining());
    }
    if (checksum(vector) != written_checksum) {
        throw Error(ErrorCode::Corrupt, "deletion vector: the checksum is wrong");
    }
    if (vector.size() < Magic.size() || !std::ranges::equal(vector.first(Magic.size()), Magic)) {
        throw Error(ErrorCode::Corrupt, "deletion vector: the magic number is wrong");
    }
    return PositionBitmap::parse(vector.subspan(Magic.size()));
}

PuffinBlob add_deletion_vector(PuffinWriter& puffin, const std::string& data_file,
                               const PositionBitmap& positions) {
    return puffin.add({.type = std::string(DeletionVectorType),
                       .fields = {reserved::Pos},
                       .properties = {{"referenced-data-file", data_file},
                                      {"cardinality", std::to_string(positions.cardinality())}}},
                      deletion_vector_bytes(positions));
}

}  // namespace tarn::iceberg
