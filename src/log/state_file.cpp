#include "log/state_file.hpp"

#include "base/assert.hpp"
#include "base/byte_reader.hpp"
#include "base/crc32c.hpp"

namespace tarn::log {

namespace {

constexpr size_t KindSize = 8;
constexpr size_t HeadSize = KindSize + sizeof(uint32_t);

}  // namespace

Bytes state_file(std::string_view kind, BytesView content) {
    TARN_ASSERT(kind.size() == KindSize);
    Bytes file = copy_of(as_bytes(kind));
    put_little_endian(file, crc32c(content));
    file.insert(file.end(), content.begin(), content.end());
    return file;
}

std::optional<BytesView> content_of(std::string_view kind, BytesView file) {
    if (file.size() < HeadSize || as_text(file.first(KindSize)) != kind) return std::nullopt;
    auto crc = ByteReader(file.subspan(KindSize), kind).take_little_endian<uint32_t>();
    BytesView content = file.subspan(HeadSize);
    if (crc32c(content) != crc) return std::nullopt;
    return content;
}

}  // namespace tarn::log
