#include "flink/parameters.hpp"

#include <algorithm>
#include <charconv>

#include "base/error.hpp"

namespace tarn::flink {

std::string checked_id(std::string id, std::string_view name) {
    bool is_hex = std::ranges::all_of(id, [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    });
    if (!is_hex || id.size() != 32) {
        throw Error(ErrorCode::InvalidInput,
                    "Cannot resolve path parameter ({}) from value \"{}\".", name, id);
    }
    std::ranges::transform(id, id.begin(), [](char c) { return c < 'a' && c > '9' ? c + 32 : c; });
    return id;
}

std::string id_in(const http::Request& request, std::string_view name) {
    return checked_id(std::string(request.path_parameter(name)), name);
}

int64_t checked_number(std::string_view text, std::string_view name) {
    int64_t number = 0;
    auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (failure == std::errc() && end == text.data() + text.size() && number >= 0) return number;
    throw Error(ErrorCode::InvalidInput, "Cannot resolve parameter ({}) from value \"{}\".", name,
                text);
}

}  // namespace tarn::flink
