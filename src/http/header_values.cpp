#include "http/header_values.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <iterator>

#include "http/headers.hpp"

namespace tarn::http {
namespace {

constexpr std::string_view Days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
constexpr std::string_view Months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                       "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

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
    auto day = std::chrono::floor<std::chrono::days>(time);
    std::chrono::year_month_day date(day);
    std::chrono::hh_mm_ss clock(std::chrono::floor<std::chrono::seconds>(time - day));
    return fmt::format(
        "{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT", Days[std::chrono::weekday(day).c_encoding()],
        static_cast<unsigned>(date.day()), Months[static_cast<unsigned>(date.month()) - 1],
        static_cast<int>(date.year()), clock.hours().count(), clock.minutes().count(),
        clock.seconds().count());
}

std::optional<WallTime> parse_http_date(std::string_view text) {
    constexpr std::string_view Form = "Sat, 21 Nov 2026 09:30:00 GMT";
    if (text.size() != Form.size()) return std::nullopt;
    auto day = number_of(text.substr(5, 2)), year = number_of(text.substr(12, 4));
    auto hour = number_of(text.substr(17, 2)), minute = number_of(text.substr(20, 2));
    auto second = number_of(text.substr(23, 2));
    const auto* month = std::ranges::find(Months, text.substr(8, 3));
    if (!day || !year || !hour || !minute || !second || month == std::end(Months)) {
        return std::nullopt;
    }
    std::chrono::year_month_day date{std::chrono::year(static_cast<int>(*year)),
                                     std::chrono::month(static_cast<unsigned>(month - Months) + 1),
                                     std::chrono::day(static_cast<unsigned>(*day))};
    if (!date.ok() || *hour > 23 || *minute > 59 || *second > 60) return std::nullopt;
    WallTime time = std::chrono::sys_days(date) + std::chrono::hours(*hour) +
                    std::chrono::minutes(*minute) + std::chrono::seconds(*second);
    // The day of the week and the blanks between are as they must be when it prints the same.
    return http_date(time) == text ? std::optional(time) : std::nullopt;
}

}  // namespace tarn::http
