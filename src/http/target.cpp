#include "http/target.hpp"

#include <algorithm>

#include "base/bytes.hpp"

namespace tarn::http {
namespace {

bool has_dot_segment(std::string_view decoded_path) {
    while (!decoded_path.empty()) {
        // A backslash separates too: it would on a Windows path or in a careless handler.
        std::string_view segment = decoded_path.substr(0, decoded_path.find_first_of("/\\"));
        if (segment == "." || segment == "..") return true;
        decoded_path.remove_prefix(std::min(segment.size() + 1, decoded_path.size()));
    }
    return false;
}

bool is_safe_path(std::string_view path) {
    // Most paths have nothing to decode.
    bool is_plain = path.find_first_of(std::string_view("%\\\0", 3)) == std::string_view::npos &&
                    path.find("/.") == std::string_view::npos;
    if (is_plain) return true;
    auto decoded = percent_decoded(path);
    return decoded && decoded->find('\0') == std::string::npos && !has_dot_segment(*decoded);
}

// "http://host:1/path" -> the authority, leaving "/path".
std::string_view take_authority(std::string_view& target) {
    for (std::string_view scheme : {"http://", "https://"}) {
        if (!target.starts_with(scheme)) continue;
        target.remove_prefix(scheme.size());
        std::string_view authority = target.substr(0, target.find_first_of("/?"));
        target.remove_prefix(authority.size());
        return authority;
    }
    return {};
}

bool is_unreserved(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == '_' || c == '~';
}

}  // namespace

std::optional<Target> parse_target(std::string_view target) {
    Target parts;
    parts.authority = take_authority(target);
    if (!parts.authority.empty() && target.empty()) target = "/";
    parts.path = target.substr(0, target.find('?'));
    if (parts.path.size() < target.size()) parts.query = target.substr(parts.path.size() + 1);
    if (!parts.path.starts_with('/') || !is_safe_path(parts.path)) return std::nullopt;
    if (!percent_decoded(parts.query)) return std::nullopt;
    return parts;
}

std::optional<std::string> percent_decoded(std::string_view text, bool plus_is_space) {
    std::string decoded;
    decoded.reserve(text.size());
    for (size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '%') {
            if (i + 2 >= text.size()) return std::nullopt;
            auto high = hex_digit(text[i + 1]);
            auto low = hex_digit(text[i + 2]);
            if (!high || !low) return std::nullopt;
            decoded += static_cast<char>(*high << 4 | *low);
            i += 2;
        } else {
            decoded += plus_is_space && text[i] == '+' ? ' ' : text[i];
        }
    }
    return decoded;
}

std::string percent_encoded(std::string_view text, std::string_view keep) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string encoded;
    for (char c : text) {
        auto byte = static_cast<unsigned char>(c);
        if (is_unreserved(c) || keep.find(c) != std::string_view::npos) {
            encoded += c;
        } else {
            encoded += {'%', digits[byte >> 4], digits[byte & 15]};
        }
    }
    return encoded;
}

std::vector<std::pair<std::string, std::string>> parse_query(std::string_view query) {
    std::vector<std::pair<std::string, std::string>> parameters;
    while (!query.empty()) {
        std::string_view item = query.substr(0, query.find('&'));
        query.remove_prefix(std::min(item.size() + 1, query.size()));
        if (item.empty()) continue;
        std::string_view name = item.substr(0, item.find('='));
        std::string_view value = item.substr(std::min(name.size() + 1, item.size()));
        auto decoded_name = percent_decoded(name, true);
        auto decoded_value = percent_decoded(value, true);
        if (decoded_name && decoded_value) {
            parameters.emplace_back(std::move(*decoded_name), std::move(*decoded_value));
        }
    }
    return parameters;
}

}  // namespace tarn::http
