#include "http/header_values.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "http/headers.hpp"

namespace tarn::http {
namespace {

// All of `text` as a number; nothing for signs, blanks and numbers past 64 bits.
std::optional<uint64_t> number_of(std::string_view text) {
    uint64_t number = 0;
    auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (failure != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return number;
}

// Whether the parameters of a list item, ";q=0.5", switch it off.
bool has_zero_weight(std::string_view parameters) {
    auto found = parameters.find("q=");
    if (found == std::string_view::npos) return false;
    std::string_view weight = trimmed(parameters.substr(found + 2));
    return weight.starts_with('0') && weight.find_first_not_of("0.") == std::string_view::npos;
}

}  // namespace

RangeAnswer parse_range(std::string_view value, uint64_t size) {
    constexpr std::string_view unit = "bytes=";
    if (!equals_ignoring_case(value.substr(0, unit.size()), unit)) return WholeBody{};
    std::string_view range = trimmed(value.substr(unit.size()));
    auto dash = range.find('-');
    if (dash == std::string_view::npos || range.find(',') != std::string_view::npos) {
        return WholeBody{};
    }
    std::string_view first_text = trimmed(range.substr(0, dash));
    std::string_view last_text = trimmed(range.substr(dash + 1));
    auto first = number_of(first_text);
    auto last = number_of(last_text);

    if (first_text.empty()) {
        if (!last) return WholeBody{};
        if (*last == 0 || size == 0) return Unsatisfiable{};
        uint64_t count = std::min(*last, size);
        return ByteRange{.first = size - count, .count = count};
    }
    if (!first || (!last && !last_text.empty()) || (last && *last < *first)) return WholeBody{};
    if (*first >= size) return Unsatisfiable{};
    uint64_t end = last ? std::min(*last, size - 1) : size - 1;
    return ByteRange{.first = *first, .count = end - *first + 1};
}

std::string content_range(const ByteRange& range, uint64_t size) {
    return fmt::format("bytes {}-{}/{}", range.first, range.first + range.count - 1, size);
}

bool accepts_gzip(std::string_view value) {
    std::optional<bool> any;
    while (!value.empty()) {
        std::string_view item = take_list_item(value);
        std::string_view coding = trimmed(item.substr(0, item.find(';')));
        bool is_wanted = !has_zero_weight(item.substr(std::min(coding.size(), item.size())));
        if (equals_ignoring_case(coding, "gzip")) return is_wanted;
        if (coding == "*") any = is_wanted;
    }
    return any.value_or(false);
}

bool etag_matches(std::string_view value, std::string_view etag) {
    auto strong = [](std::string_view tag) { return tag.starts_with("W/") ? tag.substr(2) : tag; };
    while (!value.empty()) {
        std::string_view item = take_list_item(value);
        if (item == "*" || (!item.empty() && strong(item) == strong(etag))) return true;
    }
    return false;
}

std::string http_date(WallTime time) {
    constexpr const char* days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    constexpr const char* months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    auto day = std::chrono::floor<std::chrono::days>(time);
    std::chrono::year_month_day date(day);
    std::chrono::hh_mm_ss clock(std::chrono::floor<std::chrono::seconds>(time - day));
    return fmt::format(
        "{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT", days[std::chrono::weekday(day).c_encoding()],
        static_cast<unsigned>(date.day()), months[static_cast<unsigned>(date.month()) - 1],
        static_cast<int>(date.year()), clock.hours().count(), clock.minutes().count(),
        clock.seconds().count());
}

}  // namespace tarn::http
