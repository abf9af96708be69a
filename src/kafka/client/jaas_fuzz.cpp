// Any text is a login module, or refused. What was taken can be written so that it is taken again
// as the same.
#include <fmt/format.h>

#include <cstdint>
#include <cstdlib>

#include "base/error.hpp"
#include "kafka/client/jaas.hpp"

using namespace tarn;
using namespace tarn::kafka::client;

namespace {

std::string quoted(const std::string& text) {
    std::string written = "\"";
    for (char c : text) written += fmt::format("\\{:03o}", static_cast<unsigned char>(c));
    return written + "\"";
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    try {
        LoginModule module = parse_jaas({reinterpret_cast<const char*>(data), size});
        std::string written = quoted(module.class_name) + " required";
        for (const auto& [name, value] : module.options) {
            written += " " + quoted(name) + "=" + quoted(value);
        }
        LoginModule again = parse_jaas(written + ";");
        if (again.class_name != module.class_name || again.options != module.options) std::abort();
    } catch (const Error& refused) {
        if (refused.code() != ErrorCode::InvalidInput) std::abort();
    }
    return 0;
}
