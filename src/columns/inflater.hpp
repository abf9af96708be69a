// Unpacks raw deflate streams whole, as the blocks of Avro files are packed: several times as fast
// as zlib, which must be able to stop anywhere.
#pragma once

#include <memory>
#include <string_view>

#include "base/bytes.hpp"

struct libdeflate_decompressor;

namespace tarn::columns {

class Inflater {
public:
    Inflater();

    // The view is good until the next call. Throws Corrupt that begins with `what`, and TooLarge
    // for what unpacks to more than `bytes_max`.
    BytesView inflate(BytesView packed, size_t bytes_max, std::string_view what);

private:
    struct Free {
        void operator()(libdeflate_decompressor* decompressor) const;
    };

    std::unique_ptr<libdeflate_decompressor, Free> decompressor_;
    Bytes unpacked_;
};

}  // namespace tarn::columns
