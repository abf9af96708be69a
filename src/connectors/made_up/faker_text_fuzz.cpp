// Any text is an expression or is refused; what is taken makes the same text each time, and one of
// UTF-8 where the expression is.

#include <arrow/util/utf8.h>

#include "base/assert.hpp"
#include "base/error.hpp"
#include "connectors/made_up/faker_text.hpp"

using namespace tarn;
using namespace tarn::connectors;

namespace {

std::string made_by(const FakerText& make, uint64_t seed) {
    FakerDraws draws(seed, 1'780'000'000'123);
    std::string text;
    make(draws, text);
    return text;
}

bool is_utf8(std::string_view text) {
    return arrow::util::ValidateUTF8(text);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    arrow::util::InitializeUTF8();
    std::string_view expression(reinterpret_cast<const char*>(data), size);
    try {
        FakerText make = faker_text(expression);
        for (uint64_t seed = 1; seed <= 3; ++seed) {
            std::string text = made_by(make, seed);
            TARN_ASSERT(text == made_by(make, seed));
            TARN_ASSERT(is_utf8(text) || !is_utf8(expression));
        }
    } catch (const Error&) {
        // No expression.
    }
    return 0;
}
