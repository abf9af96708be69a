#include "iceberg/catalog/gzip.hpp"

#include "base/error.hpp"
#include "log/compression.hpp"

namespace tarn::iceberg {

Bytes gzipped(BytesView bytes) {
    Bytes packed;
    log::compress(log::Codec::Gzip, bytes, packed);
    return packed;
}

std::string gunzipped(BytesView packed, size_t bytes_max, std::string_view what) {
    log::Block block;
    try {
        log::decompress(log::Codec::Gzip, packed, bytes_max, block);
    } catch (const Error& error) {
        throw Error(error.code(), "{}: {}", what, error.what());
    }
    return std::string(as_text(block.view()));
}

}  // namespace tarn::iceberg
