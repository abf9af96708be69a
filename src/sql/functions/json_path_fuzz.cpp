// Any text is a path or is refused, and so is any document; a path in a document leads to something
// that is JSON again, and what is written is what is read.

#include <string>

#include "base/assert.hpp"
#include "sql/functions/json_path.hpp"

using namespace tarn;
using namespace tarn::sql;

namespace {

// What is written once and read again is written the same.
void check_round_trip(const std::string& json) {
    JsonDocument again;
    TARN_ASSERT(again.read(json));
    std::string written;
    again.append_json(written, JsonDocument::Root);
    TARN_ASSERT(written == json);
}

}  // namespace

// A path, an end of line, a document.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    std::string_view input(reinterpret_cast<const char*>(data), size);
    size_t end = std::min(input.find('\n'), input.size());
    JsonDocument document;
    bool is_json = document.read(input.substr(std::min(end + 1, input.size())));
    std::string all;
    if (is_json) {
        document.append_json(all, JsonDocument::Root);
        check_round_trip(all);
    }
    try {
        JsonPath path = JsonPath::parse(input.substr(0, end));
        if (!is_json) return 0;
        if (auto found = path.find(document)) {
            std::string piece;
            document.append_json(piece, *found);
            check_round_trip(piece);
        }
    } catch (const Error&) {
        // Not a path, or one that goes too many ways.
    }
    return 0;
}
