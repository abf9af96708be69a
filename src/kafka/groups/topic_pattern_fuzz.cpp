// Any bytes either are a pattern or are refused. One that is taken is matched with names, and what
// it says of a name does not change when it stands in a group or twice in a choice.

#include <string>

#include "base/assert.hpp"
#include "base/error.hpp"
#include "kafka/groups/topic_pattern.hpp"

using namespace tarn;
using namespace tarn::kafka;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    std::string text(reinterpret_cast<const char*>(data), size);
    constexpr size_t Enough = 200;  // so that twice of it is not too large
    if (size > Enough) return 0;
    try {
        TopicPattern pattern = TopicPattern::parse(text);
        // In a group of its own a \Q has to end with it.
        bool ends_quoting = text.find("\\Q") == std::string::npos;
        std::string inside = "(?:" + text + ")";
        for (const char* name : {"", "a", "trades", "trades-2026.eu_1", "__consumer_offsets"}) {
            bool is_match = pattern.matches(name);
            if (!ends_quoting) continue;
            TARN_ASSERT(TopicPattern::parse(inside).matches(name) == is_match);
            TARN_ASSERT(TopicPattern::parse(inside + "|" + inside).matches(name) == is_match);
        }
    } catch (const Error&) {
    }
    return 0;
}
