// Any text is either a location, which prints in a form that reads back as itself, or refused.
#include "base/assert.hpp"
#include "base/error.hpp"
#include "storage/uri.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    using namespace tarn;
    using namespace tarn::storage;
    std::string_view text(reinterpret_cast<const char*>(data), size);
    try {
        Uri uri = Uri::parse(text, "/users/ada");
        TARN_ASSERT(Uri::parse(uri.text(), "/elsewhere") == uri);
        TARN_ASSERT(uri.path_below(uri.parent()).has_value());
        if (!uri.name().empty() && !uri.name().starts_with(unfinished_prefix)) {
            TARN_ASSERT(uri.parent().join(uri.name()) == uri);
        }
    } catch (const Error& error) {
        TARN_ASSERT(error.code() == ErrorCode::InvalidInput);
    }
    try {
        check_path(text);
        Uri root = Uri::parse("s3://lake/warehouse");
        TARN_ASSERT(root.join(text).path_below(root) == text);
    } catch (const Error& error) {
        TARN_ASSERT(error.code() == ErrorCode::InvalidInput);
    }
    return 0;
}
