#include "iceberg/format/murmur3.hpp"

#include <bit>
#include <cstring>

namespace tarn::iceberg {
namespace {

uint32_t scrambled(uint32_t block) {
    return std::rotl(block * 0xCC9E2D51U, 15) * 0x1B873593U;
}

}  // namespace

int32_t murmur3(BytesView bytes) {
    uint32_t hash = 0;
    BytesView left = bytes;
    for (; left.size() >= 4; left = left.subspan(4)) {
        uint32_t block;
        std::memcpy(&block, left.data(), sizeof(block));
        hash = std::rotl(hash ^ scrambled(block), 13) * 5 + 0xE6546B64U;
    }
    if (!left.empty()) {
        uint32_t block = 0;
        std::memcpy(&block, left.data(), left.size());
        hash ^= scrambled(block);
    }
    hash ^= static_cast<uint32_t>(bytes.size());
    hash = (hash ^ (hash >> 16)) * 0x85EBCA6BU;
    hash = (hash ^ (hash >> 13)) * 0xC2B2AE35U;
    return static_cast<int32_t>(hash ^ (hash >> 16));
}

}  // namespace tarn::iceberg
