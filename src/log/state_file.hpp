// The small files that a partition keeps beside its segments: a kind of eight letters, a checksum
// and the content. They are written whole, so one is either intact or as good as not there.
//
//   0  8 bytes  kind, such as "tarnsnap"
//   8  u32      CRC-32C of the content, little-endian
//  12  ...      content
#pragma once

#include <bit>
#include <cstring>
#include <optional>
#include <string_view>
#include <type_traits>

#include "base/bytes.hpp"

namespace tarn::log {

Bytes state_file(std::string_view kind, BytesView content);
// The content; nothing when `file` is not an intact one of this kind.
std::optional<BytesView> content_of(std::string_view kind, BytesView file);

// Our own files are little-endian, unlike the batches, which are Kafka's.
template <typename T>
    requires std::is_arithmetic_v<T>
void put_little_endian(Bytes& out, T value) {
    static_assert(std::endian::native == std::endian::little);
    size_t end = out.size();
    out.resize(end + sizeof(T));
    std::memcpy(out.data() + end, &value, sizeof(T));
}

}  // namespace tarn::log
