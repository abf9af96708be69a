// Any bytes are a bitmap or refused, with and without the frame of a deletion vector around them.
// What is read and written again is the same set, whatever form it came in.
#include "base/assert.hpp"
#include "base/error.hpp"
#include "iceberg/format/deletion_vector.hpp"

namespace {

using namespace tarn;
using namespace tarn::iceberg;

// Runs can stand for more positions than are worth counting one by one.
constexpr int64_t CountedMax = 1 << 20;

std::optional<PositionBitmap> parsed(PositionBitmap parse(BytesView), BytesView bytes) {
    try {
        return parse(bytes);
    } catch (const Error& error) {
        TARN_ASSERT(error.code() == ErrorCode::Corrupt);
        return std::nullopt;
    }
}

void check(const PositionBitmap& bitmap) {
    if (bitmap.cardinality() > CountedMax) return;
    PositionBitmap rebuilt;
    int64_t last = -1;
    bitmap.each([&](int64_t position) {
        TARN_ASSERT(position > last && bitmap.contains(position));
        last = position;
        rebuilt.add(position);
    });
    TARN_ASSERT(rebuilt.cardinality() == bitmap.cardinality());
    TARN_ASSERT(rebuilt == bitmap);
    TARN_ASSERT(parse_deletion_vector(deletion_vector_bytes(bitmap)) == bitmap);
    rebuilt.add_all(bitmap);
    TARN_ASSERT(rebuilt == bitmap);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    BytesView bytes = std::as_bytes(std::span(data, size));
    if (auto vector = parsed(parse_deletion_vector, bytes)) check(*vector);
    // The checksum keeps nearly everything from coming this far, so the inside has a door of its
    // own.
    if (auto bitmap = parsed(PositionBitmap::parse, bytes)) check(*bitmap);
    return 0;
}
