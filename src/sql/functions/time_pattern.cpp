#include "sql/functions/time_pattern.hpp"

#include <array>
#include <charconv>

#include "base/error.hpp"
#include "sql/values/moments.hpp"

namespace tarn::sql {
namespace {

using Items = std::vector<PatternItem>;

[[noreturn]] void refuse_time_pattern(std::string_view pattern, const std::string& why) {
    throw Error(ErrorCode::InvalidInput, "the time pattern '{}' is wrong: {}", pattern, why);
}

bool is_pattern_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// How often a letter may stand in a row; 0 when it means nothing.
int count_max(char letter) {
    switch (letter) {
        case 'W':
        case 'F':
        case 'a':
            return 1;
        case 'd':
        case 'h':
        case 'H':
        case 'k':
        case 'K':
        case 'm':
        case 's':
        case 'w':
        case 'V':
            return 2;
        case 'D':
            return 3;
        case 'v':
        case 'z':
        case 'O':
            return 4;
        case 'G':
        case 'Q':
        case 'q':
        case 'M':
        case 'L':
        case 'E':
        case 'e':
        case 'c':
        case 'X':
        case 'x':
        case 'Z':
            return 5;
        case 'S':
            return 9;
        case 'u':
        case 'y':
        case 'Y':
        case 'n':
        case 'N':
        case 'A':
            return 19;
        default:
            return 0;
    }
}

void check_modern(std::string_view pattern, char letter, int count) {
    if (count_max(letter) == 0)
        refuse_time_pattern(pattern, fmt::format("'{}' means nothing", letter));
    bool is_odd = (letter == 'V' && count != 2) || (letter == 'c' && count == 2) ||
                  ((letter == 'O' || letter == 'v') && count != 1 && count != 4);
    if (count > count_max(letter) || is_odd) {
        refuse_time_pattern(pattern, fmt::format("'{}' cannot stand {} times", letter, count));
    }
}

void check_classic(std::string_view pattern, char letter, int count) {
    constexpr std::string_view Letters = "GyMdkHmsSEDFwWahKzZYuXL";
    constexpr int OffsetLettersMax = 3;
    if (Letters.find(letter) == std::string_view::npos) {
        refuse_time_pattern(pattern, fmt::format("'{}' means nothing", letter));
    }
    if (letter == 'X' && count > OffsetLettersMax) {
        refuse_time_pattern(pattern, "'X' stands 3 times at most");
    }
}

void add_literal(Items& items, std::string_view text) {
    if (text.empty()) return;
    if (items.empty() || items.back().kind != PatternItem::Kind::Literal) {
        items.push_back({PatternItem::Kind::Literal});
    }
    items.back().text += text;
}

// From the opening quote on to behind the closing one; two in a row are one of the text.
size_t add_quoted(Items& items, std::string_view pattern, size_t at) {
    if (pattern.substr(at).starts_with("''")) {
        add_literal(items, "'");
        return at + 2;
    }
    ++at;
    while (true) {
        size_t end = pattern.find('\'', at);
        if (end == std::string_view::npos) refuse_time_pattern(pattern, "a quote is not closed");
        add_literal(items, pattern.substr(at, end - at));
        if (!pattern.substr(end).starts_with("''")) return end + 1;
        add_literal(items, "'");
        at = end + 2;
    }
}

int run_length(std::string_view pattern, size_t at) {
    size_t end = pattern.find_first_not_of(pattern[at], at);
    return static_cast<int>((end == std::string_view::npos ? pattern.size() : end) - at);
}

size_t add_field(Items& items, std::string_view pattern, size_t at, PatternStyle style) {
    PatternItem item{PatternItem::Kind::Field};
    item.letter = pattern[at];
    item.count = run_length(pattern, at);
    at += static_cast<size_t>(item.count);
    if (style == PatternStyle::Classic) {
        check_classic(pattern, item.letter, item.count);
    } else if (item.letter == 'p') {
        bool has_field =
            at < pattern.size() && is_pattern_letter(pattern[at]) && pattern[at] != 'p';
        if (!has_field) refuse_time_pattern(pattern, "'p' stands before what it pads");
        item.padding = item.count;
        item.letter = pattern[at];
        item.count = run_length(pattern, at);
        at += static_cast<size_t>(item.count);
        check_modern(pattern, item.letter, item.count);
    } else {
        check_modern(pattern, item.letter, item.count);
    }
    items.push_back(std::move(item));
    return at;
}

bool is_number(const PatternItem& item) {
    constexpr std::string_view Numbers = "uyYwWdDFhHkKmsSAnN";
    constexpr std::string_view ShortNumbers = "MLQqec";
    if (item.kind != PatternItem::Kind::Field || item.padding > 0) return false;
    if (Numbers.find(item.letter) != std::string_view::npos) return true;
    return item.count <= 2 && ShortNumbers.find(item.letter) != std::string_view::npos;
}

bool has_fixed_width(const PatternItem& item) {
    if (item.letter == 'S' || (item.letter == 'D' && item.count == 3)) return true;
    return item.count == 2 && item.letter != 'D';
}

// In yyyyMMdd the year must leave four digits to month and day.
void reserve_digits(Items& items) {
    PatternItem* first = nullptr;
    for (PatternItem& item : items) {
        if (!is_number(item)) {
            first = nullptr;
            continue;
        }
        item.is_fixed = has_fixed_width(item);
        if (first && item.is_fixed) {
            first->reserved += item.count;
        } else {
            first = &item;
        }
    }
}

constexpr auto MonthNames =
    std::to_array<std::string_view>({"January", "February", "March", "April", "May", "June", "July",
                                     "August", "September", "October", "November", "December"});
constexpr auto WeekdayNames = std::to_array<std::string_view>(
    {"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"});

}  // namespace

std::vector<PatternItem> pattern_items(std::string_view pattern, PatternStyle style) {
    Items items;
    int open = 0;
    for (size_t at = 0; at < pattern.size();) {
        char c = pattern[at];
        bool is_modern = style == PatternStyle::Modern;
        if (is_pattern_letter(c)) {
            at = add_field(items, pattern, at, style);
        } else if (c == '\'') {
            at = add_quoted(items, pattern, at);
        } else if (is_modern && (c == '[' || c == ']')) {
            open += c == '[' ? 1 : -1;
            if (open < 0) refuse_time_pattern(pattern, "']' has no '['");
            items.push_back(
                {c == '[' ? PatternItem::Kind::OptionalBegin : PatternItem::Kind::OptionalEnd});
            ++at;
        } else if (is_modern && (c == '{' || c == '}' || c == '#')) {
            refuse_time_pattern(pattern, fmt::format("'{}' stands in quotes only", c));
        } else {
            add_literal(items, pattern.substr(at, 1));
            ++at;
        }
    }
    for (; open > 0; --open) items.push_back({PatternItem::Kind::OptionalEnd});
    if (style == PatternStyle::Modern) reserve_digits(items);
    return items;
}

std::string_view month_name(int month) {
    return MonthNames.at(static_cast<size_t>(month - 1));
}

std::string_view weekday_name(int weekday) {
    return WeekdayNames.at(static_cast<size_t>(weekday - 1));
}

void append_padded(std::string& out, int64_t value, int width) {
    // Nearly all that is written has two digits, or four. One by one: for so few characters a call
    // of append() costs more.
    auto add_digit = [&out](uint32_t digit) { out += static_cast<char>('0' + digit); };
    auto small = static_cast<uint32_t>(value);
    if (width == 2 && value >= 0 && value < 100) {
        add_digit(small / 10);
        add_digit(small % 10);
        return;
    }
    if (width == 4 && value >= 0 && value < 10'000) {
        add_digit(small / 1'000);
        add_digit(small / 100 % 10);
        add_digit(small / 10 % 10);
        add_digit(small % 10);
        return;
    }
    std::array<char, 24> digits;
    uint64_t size = value < 0 ? -static_cast<uint64_t>(value) : static_cast<uint64_t>(value);
    auto [end, error] = std::to_chars(digits.data(), digits.data() + digits.size(), size);
    if (value < 0) out += '-';
    auto length = static_cast<int>(end - digits.data());
    if (length < width) out.append(static_cast<size_t>(width - length), '0');
    out.append(digits.data(), end);
}

void append_offset(std::string& out, int64_t millis, std::string_view between) {
    out += millis < 0 ? '-' : '+';
    int64_t minutes = (millis < 0 ? -millis : millis) / MillisPerMinute;
    append_padded(out, minutes / 60, 2);
    out += between;
    append_padded(out, minutes % 60, 2);
}

}  // namespace tarn::sql
