// How the blocks of Avro files are packed.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.hpp"
#include "columns/inflater.hpp"

namespace tarn::columns {

enum class AvroCodec { Null, Deflate, Snappy, Zstandard };

// As the header of a file names it: "deflate". Nothing for a codec that we do not have.
std::optional<AvroCodec> avro_codec_named(std::string_view name);
std::string_view name_of(AvroCodec codec);

std::string packed(AvroCodec codec, std::string_view block);

class AvroUnpacker {
public:
    explicit AvroUnpacker(AvroCodec codec) : codec_(codec) {}

    // The view is good until the next call. Throws Corrupt, and TooLarge for what unpacks to more
    // than `bytes_max`.
    BytesView unpacked(BytesView block, size_t bytes_max);

private:
    BytesView unpacked_snappy(BytesView block, size_t bytes_max);
    BytesView unpacked_zstandard(BytesView block, size_t bytes_max);

    AvroCodec codec_;
    Inflater inflater_;
    Bytes unpacked_;
};

}  // namespace tarn::columns
