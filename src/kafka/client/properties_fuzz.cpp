// Any bytes are properties, or refused for an escape. What was read can be written so that it is
// read again as the same.
#include <cstdint>
#include <cstdlib>

#include "base/error.hpp"
#include "kafka/client/properties.hpp"

using namespace tarn;
using namespace tarn::kafka::client;

namespace {

// Of these a byte is a character, so that writing them needs no decoder of UTF-8.
bool is_ascii(const std::string& text) {
    for (char c : text) {
        if (static_cast<unsigned char>(c) >= 0x80) return false;
    }
    return true;
}

std::string escaped(const std::string& text) {
    constexpr char Digits[] = "0123456789abcdef";
    std::string written;
    for (char c : text) {
        written += "\\u00";
        written += Digits[c >> 4];
        written += Digits[c & 15];
    }
    return written;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    std::string_view text(reinterpret_cast<const char*>(data), size);
    try {
        std::string written;
        Properties known;
        for (const auto& [name, value] : parse_properties(text, "fuzz")) {
            if (!is_ascii(name) || !is_ascii(value)) continue;
            known[name] = value;
            written += escaped(name) + "=" + escaped(value) + "\n";
        }
        if (parse_properties(written, "written") != known) std::abort();
    } catch (const Error& refused) {
        if (refused.code() != ErrorCode::InvalidInput) std::abort();
    }
    return 0;
}
