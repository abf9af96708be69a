// Any bytes either decode or are refused; cut in two anywhere they decode to the same.
#include "base/assert.hpp"
#include "s3/aws_chunked.hpp"
#include "s3/refusal.hpp"

namespace tarn::s3 {
namespace {

std::optional<std::string> decoded(BytesView body, size_t cut, bool is_signed) {
    std::string content;
    std::optional<ChunkSigning> signing;
    if (is_signed) {
        signing = ChunkSigning{.key = {}, .time = "", .scope = {}, .seed = ""};
    }
    AwsChunkedDecoder decoder(signing, [&](BytesView bytes) { content += as_text(bytes); });
    try {
        decoder.put(body.first(cut));
        decoder.put(body.subspan(cut));
        decoder.end();
    } catch (const Refusal&) {
        return std::nullopt;
    }
    return content;
}

}  // namespace
}  // namespace tarn::s3

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    using namespace tarn;
    if (size < 2) return 0;
    BytesView body = std::as_bytes(std::span(data + 2, size - 2));
    bool is_signed = data[0] % 2 == 1;
    size_t cut = body.empty() ? 0 : data[1] % (body.size() + 1);
    auto whole = s3::decoded(body, body.size(), is_signed);
    TARN_ASSERT(s3::decoded(body, cut, is_signed) == whole);
    TARN_ASSERT(!whole || whole->size() <= body.size());
    return 0;
}
