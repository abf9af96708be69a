#include "iceberg/format/code_points.hpp"

#include <cstdint>

namespace tarn::iceberg {

std::optional<char32_t> take_code_point(std::string_view text, size_t& position) {
    if (position >= text.size()) return std::nullopt;
    auto first = static_cast<uint8_t>(text[position]);
    if (first < 0x80) {
        ++position;
        return first;
    }
    size_t more = first >= 0xF0 ? 3 : first >= 0xE0 ? 2 : 1;
    if (first < 0xC2 || first > 0xF4 || text.size() - position <= more) return std::nullopt;
    char32_t code_point = first & (0x3F >> more);
    for (size_t i = 1; i <= more; ++i) {
        auto byte = static_cast<uint8_t>(text[position + i]);
        if ((byte & 0xC0) != 0x80) return std::nullopt;
        code_point = code_point << 6 | (byte & 0x3F);
    }
    constexpr char32_t least[] = {0, 0x80, 0x800, 0x10000};
    bool is_surrogate = code_point >= SurrogateMin && code_point <= SurrogateMax;
    if (code_point < least[more] || is_surrogate || code_point > CodePointMax) return std::nullopt;
    position += more + 1;
    return code_point;
}

void append_code_point(std::string& text, char32_t code_point) {
    auto rest = [&](int shift) {
        text += static_cast<char>(0x80 | ((code_point >> shift) & 0x3F));
    };
    if (code_point < 0x80) {
        text += static_cast<char>(code_point);
    } else if (code_point < 0x800) {
        text += static_cast<char>(0xC0 | code_point >> 6);
        rest(0);
    } else if (code_point < 0x10000) {
        text += static_cast<char>(0xE0 | code_point >> 12);
        rest(6);
        rest(0);
    } else {
        text += static_cast<char>(0xF0 | code_point >> 18);
        rest(12);
        rest(6);
        rest(0);
    }
}

std::optional<std::string_view> first_code_points(std::string_view text, int count) {
    size_t end = 0;
    for (int taken = 0; taken < count && end < text.size(); ++taken) {
        if (!take_code_point(text, end)) return std::nullopt;
    }
    return text.substr(0, end);
}

}  // namespace tarn::iceberg
