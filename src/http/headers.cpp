#include "http/headers.hpp"

#include <algorithm>

#include "base/error.hpp"

namespace tarn::http {
namespace {

constexpr char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

bool is_token_char(char c) {
    if ((c >= '0' && c <= '9') || (lower(c) >= 'a' && lower(c) <= 'z')) return true;
    return std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

bool is_control(char c) {
    auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && c != '\t') || byte == 0x7f;
}

void check(std::string_view name, std::string_view value) {
    if (name.empty() || !std::all_of(name.begin(), name.end(), is_token_char)) {
        throw Error(ErrorCode::InvalidInput, "not a header name: '{}'", name);
    }
    if (std::any_of(value.begin(), value.end(), is_control)) {
        throw Error(ErrorCode::InvalidInput, "header {} has control characters", name);
    }
}

}  // namespace

bool equals_ignoring_case(std::string_view a, std::string_view b) {
    return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(),
                                              [](char x, char y) { return lower(x) == lower(y); });
}

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    return text;
}

std::string_view take_list_item(std::string_view& rest) {
    std::string_view item = rest.substr(0, rest.find(','));
    rest.remove_prefix(std::min(item.size() + 1, rest.size()));
    return trimmed(item);
}

Headers::Headers(std::initializer_list<Header> headers) {
    for (const Header& header : headers) add(header.name, header.value);
}

void Headers::add(std::string_view name, std::string_view value) {
    check(name, value);
    places_.push_back({.start = static_cast<uint32_t>(text_.size()),
                       .name_bytes = static_cast<uint32_t>(name.size()),
                       .value_bytes = static_cast<uint32_t>(value.size())});
    text_.append(name);
    text_.append(value);
}

void Headers::set(std::string_view name, std::string_view value) {
    erase(name);
    add(name, value);
}

void Headers::erase(std::string_view name) {
    std::erase_if(places_, [&](const Place& place) {
        std::string_view text(text_);
        return equals_ignoring_case(text.substr(place.start, place.name_bytes), name);
    });
}

void Headers::clear() {
    text_.clear();
    places_.clear();
}

std::optional<std::string_view> Headers::find(std::string_view name) const {
    for (Header header : *this) {
        if (equals_ignoring_case(header.name, name)) return header.value;
    }
    return std::nullopt;
}

size_t Headers::count(std::string_view name) const {
    size_t count = 0;
    for (Header header : *this) count += equals_ignoring_case(header.name, name);
    return count;
}

Header Headers::operator[](size_t index) const {
    const Place& place = places_[index];
    std::string_view text(text_);
    return {.name = text.substr(place.start, place.name_bytes),
            .value = text.substr(place.start + place.name_bytes, place.value_bytes)};
}

}  // namespace tarn::http
