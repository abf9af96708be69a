// Any header and any query either are a claim, which then holds only what was in it, or are
// refused.
#include "base/assert.hpp"
#include "http/target.hpp"
#include "s3/refusal.hpp"
#include "s3/signature.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    using namespace tarn;
    std::string_view text(reinterpret_cast<const char*>(data), size);
    try {
        s3::SignatureClaim claim = s3::parse_authorization(text, "20261121T093000Z");
        TARN_ASSERT(claim.scope.date == "20261121" && !claim.access_key.empty());
        TARN_ASSERT(text.find(claim.signature) != std::string_view::npos);
    } catch (const s3::Refusal&) {
    }
    try {
        s3::SignatureClaim claim = s3::parse_presigned(http::parse_query(text));
        TARN_ASSERT(claim.valid_for && claim.valid_for->count() > 0);
        TARN_ASSERT(s3::parse_amz_date(claim.time).has_value());
    } catch (const s3::Refusal&) {
    }
    return 0;
}
