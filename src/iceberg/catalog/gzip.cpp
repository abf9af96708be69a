#include "iceberg/catalog/gzip.hpp"

#include <zlib.h>

#include <algorithm>

#include "base/assert.hpp"
#include "base/error.hpp"

namespace tarn::iceberg {
namespace {

// 15 bits of window, and 16 more for gzip's header instead of zlib's.
constexpr int GzipWindow = 15 + 16;
constexpr int MemoryLevel = 8;
constexpr size_t StepBytes = 64 * 1024;

Bytef* input_of(BytesView bytes) {
    return const_cast<Bytef*>(reinterpret_cast<const Bytef*>(bytes.data()));
}

}  // namespace

Bytes gzipped(BytesView bytes) {
    z_stream stream{};
    int code = deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, GzipWindow, MemoryLevel,
                            Z_DEFAULT_STRATEGY);
    TARN_ASSERT(code == Z_OK);
    Bytes packed(deflateBound(&stream, bytes.size()));
    stream.next_in = input_of(bytes);
    stream.avail_in = static_cast<uInt>(bytes.size());
    stream.next_out = reinterpret_cast<Bytef*>(packed.data());
    stream.avail_out = static_cast<uInt>(packed.size());
    code = deflate(&stream, Z_FINISH);
    TARN_ASSERT(code == Z_STREAM_END);
    packed.resize(stream.total_out);
    deflateEnd(&stream);
    return packed;
}

std::string gunzipped(BytesView packed, size_t bytes_max, std::string_view what) {
    z_stream stream{};
    int code = inflateInit2(&stream, GzipWindow);
    TARN_ASSERT(code == Z_OK);
    struct End {
        z_stream& stream;
        ~End() { inflateEnd(&stream); }
    } end{stream};
    stream.next_in = input_of(packed);
    stream.avail_in = static_cast<uInt>(packed.size());
    std::string text;
    while (code != Z_STREAM_END) {
        size_t filled = text.size();
        if (filled >= bytes_max) {
            throw Error(ErrorCode::TooLarge, "{}: more than {} bytes when unpacked", what,
                        bytes_max);
        }
        size_t room = std::min(StepBytes, bytes_max - filled);
        text.resize(filled + room);
        stream.next_out = reinterpret_cast<Bytef*>(text.data() + filled);
        stream.avail_out = static_cast<uInt>(room);
        code = inflate(&stream, Z_NO_FLUSH);
        text.resize(filled + room - stream.avail_out);
        bool is_stuck =
            code == Z_BUF_ERROR || (code == Z_OK && stream.avail_in == 0 && stream.avail_out > 0);
        if ((code != Z_OK && code != Z_STREAM_END) || is_stuck) {
            throw Error(ErrorCode::Corrupt, "{}: it is cut short or no gzip", what);
        }
    }
    return text;
}

}  // namespace tarn::iceberg
