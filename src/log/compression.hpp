// The four codecs of record batches, as Kafka's clients write them: gzip streams of one or more
// members, snappy as one raw block or in the framing of the Java client, LZ4 and Zstandard frames.
//
// What comes in is not trusted: a few bytes may claim or even hold gigabytes, so all output has a
// limit. Contexts of the libraries are kept for each thread, since they cost more than the
// decompression of a small batch.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "base/bytes.hpp"
#include "log/record_batch.hpp"

namespace tarn::log {

// "none", "gzip", "snappy", "lz4", "zstd": as in compression.type.
std::string_view name_of(Codec codec);

// Memory that decompression fills. It keeps its room for the next time and, unlike Bytes, does not
// clear it first, which would cost half as much as LZ4 does.
class Block {
public:
    BytesView view() const { return {data_.get(), size_}; }
    size_t size() const { return size_; }
    size_t capacity() const { return capacity_; }

    void clear() { size_ = 0; }
    // At least one free byte, after growing if need be; never more than `size_max` bytes in all.
    // Throws TooLarge when those are full.
    std::span<std::byte> room(size_t at_least, size_t size_max);
    void filled(size_t count);

private:
    std::unique_ptr<std::byte[]> data_;
    size_t size_ = 0;
    size_t capacity_ = 0;
};

// Replaces what is in `block`. Throws Corrupt when the input is not what the codec writes, down to
// the last byte, and TooLarge when there is more than `bytes_max` in it.
void decompress(Codec codec, BytesView compressed, size_t bytes_max, Block& block);

// Appends to `out`. Without a level the codec's own default is taken; snappy has none.
void compress(Codec codec, BytesView bytes, Bytes& out, std::optional<int> level = std::nullopt);

// How much a batch of this size may hold: enough for any data a client would send in earnest.
size_t decompressed_bytes_max(size_t compressed_bytes);

}  // namespace tarn::log
