// Any bytes are a Puffin file or refused. Blobs lie within the file, and a file with the same blobs
// describes them alike.
#include "base/assert.hpp"
#include "base/error.hpp"
#include "iceberg/format/puffin.hpp"

using namespace tarn;
using namespace tarn::iceberg;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    BytesView file = std::as_bytes(std::span(data, size));
    PuffinFooter footer;
    try {
        footer = read_puffin_footer(file);
    } catch (const Error& error) {
        TARN_ASSERT(error.code() == ErrorCode::Corrupt || error.code() == ErrorCode::InvalidInput);
        return 0;
    }
    PuffinWriter writer;
    PuffinFooter written;
    written.properties = footer.properties;
    size_t bytes = 0;
    for (const PuffinBlob& blob : footer.blobs) {
        // Blobs may overlap, so a short file can mean a long one.
        bytes += static_cast<size_t>(blob.length);
        if (bytes > 1 << 20) return 0;
        auto payload =
            file.subspan(static_cast<size_t>(blob.offset), static_cast<size_t>(blob.length));
        written.blobs.push_back(writer.add(blob, payload));
    }
    TARN_ASSERT(read_puffin_footer(writer.finish(footer.properties)) == written);
    return 0;
}
