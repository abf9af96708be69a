// Any text is a pattern or is refused; what is taken searches a text without a fault, and what it
// finds lies within the text.

#include <string>

#include "base/assert.hpp"
#include "base/error.hpp"
#include "sql/functions/pattern.hpp"

using namespace tarn;
using namespace tarn::sql;

// A pattern, an end of line, a text.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    std::string_view input(reinterpret_cast<const char*>(data), size);
    size_t end = std::min(input.find('\n'), input.size());
    std::string_view text = input.substr(std::min(end + 1, input.size()));
    try {
        Pattern pattern(input.substr(0, end));
        if (!pattern.find(text)) return 0;
        TARN_ASSERT(pattern.begin() <= text.size() && pattern.end() <= text.size());
        for (int group = 0; group <= pattern.group_count(); ++group) {
            if (auto found = pattern.group(group)) TARN_ASSERT(found->size() <= text.size());
        }
    } catch (const Error&) {
        // No pattern of Java's, or one that takes too many steps.
    }
    return 0;
}
