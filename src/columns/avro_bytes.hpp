// The few ways in which Avro writes bytes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace tarn::columns {

inline void append_zigzag(std::string& out, int64_t value) {
    uint64_t rest = (static_cast<uint64_t>(value) << 1) ^ static_cast<uint64_t>(value >> 63);
    for (; rest >= 0x80; rest >>= 7) out.push_back(static_cast<char>(rest | 0x80));
    out.push_back(static_cast<char>(rest));
}

inline void append_sized(std::string& out, std::string_view bytes) {
    append_zigzag(out, static_cast<int64_t>(bytes.size()));
    out += bytes;
}

template <typename T>
void append_little_endian(std::string& out, T value) {
    out.append(reinterpret_cast<const char*>(&value), sizeof(value));
}

}  // namespace tarn::columns
