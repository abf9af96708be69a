#include "kafka/client/partitioner.hpp"

#include "base/assert.hpp"

namespace tarn::kafka::client {

// https://en.wikipedia.org/wiki/MurmurHash: four bytes at a time, the lowest first.
uint32_t murmur2(BytesView bytes) {
    constexpr uint32_t Seed = 0x9747b28c;
    constexpr uint32_t Multiplier = 0x5bd1e995;
    auto byte_at = [&](size_t at) { return std::to_integer<uint32_t>(bytes[at]); };

    uint32_t hash = Seed ^ static_cast<uint32_t>(bytes.size());
    size_t at = 0;
    for (; at + 4 <= bytes.size(); at += 4) {
        uint32_t word =
            byte_at(at) | byte_at(at + 1) << 8 | byte_at(at + 2) << 16 | byte_at(at + 3) << 24;
        word *= Multiplier;
        word ^= word >> 24;
        word *= Multiplier;
        hash = hash * Multiplier ^ word;
    }
    if (at < bytes.size()) {
        for (size_t left = bytes.size() - at; left > 0; --left) {
            hash ^= byte_at(at + left - 1) << (8 * (left - 1));
        }
        hash *= Multiplier;
    }
    hash ^= hash >> 13;
    hash *= Multiplier;
    return hash ^ hash >> 15;
}

int32_t partition_of_key(BytesView key, int32_t partitions) {
    TARN_ASSERT(partitions > 0);
    // The Java client drops the sign instead of taking the absolute value.
    return static_cast<int32_t>(murmur2(key) & 0x7FFFFFFF) % partitions;
}

}  // namespace tarn::kafka::client
