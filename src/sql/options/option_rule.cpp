#include "sql/options/option_rule.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <span>

#include "base/suggest.hpp"

namespace tarn::sql {
namespace {

// The units of Flink, for which capitals are small letters.
constexpr auto DurationUnits = std::to_array<std::string_view>({"",
                                                                "ns",
                                                                "nano",
                                                                "nanos",
                                                                "nanosecond",
                                                                "nanoseconds",
                                                                "us",
                                                                "µs",
                                                                "micro",
                                                                "micros",
                                                                "microsecond",
                                                                "microseconds",
                                                                "ms",
                                                                "milli",
                                                                "millis",
                                                                "millisecond",
                                                                "milliseconds",
                                                                "s",
                                                                "sec",
                                                                "secs",
                                                                "second",
                                                                "seconds",
                                                                "m",
                                                                "min",
                                                                "minute",
                                                                "minutes",
                                                                "h",
                                                                "hour",
                                                                "hours",
                                                                "d",
                                                                "day",
                                                                "days"});
constexpr auto SizeUnits =
    std::to_array<std::string_view>({"", "b", "bytes", "k", "kb", "kibibytes", "m", "mb",
                                     "mebibytes", "g", "gb", "gibibytes", "t", "tb", "tebibytes"});

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

std::string_view trimmed(std::string_view text) {
    while (text.starts_with(' ')) text.remove_prefix(1);
    while (text.ends_with(' ')) text.remove_suffix(1);
    return text;
}

template <typename Value>
std::optional<Value> number_in(std::string_view text) {
    if (text.starts_with('+')) text.remove_prefix(1);
    Value value{};
    auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (failure != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return value;
}

bool is_whole_from(int64_t least, std::string_view text) {
    auto value = number_in<int64_t>(text);
    return value && *value >= least;
}

bool is_quantity(std::string_view text, std::span<const std::string_view> units) {
    text = trimmed(text);
    size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
    if (digits == 0 || !number_in<int64_t>(text.substr(0, digits))) return false;
    std::string_view unit = trimmed(text.substr(digits));
    return std::ranges::any_of(
        units, [&](std::string_view each) { return is_equal_ignoring_case(each, unit); });
}

// A text without the prefix, which it must have.
std::optional<std::string_view> after(std::string_view prefix, std::string_view text) {
    if (!text.starts_with(prefix)) return std::nullopt;
    return text.substr(prefix.size());
}

bool is_offset_of_partition(std::string_view text) {
    size_t comma = text.find(',');
    if (comma == std::string_view::npos) return false;
    auto partition = after("partition:", text.substr(0, comma));
    auto offset = after("offset:", text.substr(comma + 1));
    return partition && offset && is_whole_from(0, *partition) && number_in<int64_t>(*offset);
}

bool are_offsets(std::string_view text) {
    while (true) {
        size_t end = std::min(text.find(';'), text.size());
        if (!is_offset_of_partition(text.substr(0, end))) return false;
        // One more at the end is let through, as Flink does.
        if (end + 1 >= text.size()) return true;
        text.remove_prefix(end + 1);
    }
}

}  // namespace

bool is_equal_ignoring_case(std::string_view left, std::string_view right) {
    return std::ranges::equal(left, right, {}, lower, lower);
}

bool fits(const OptionRule& rule, std::string_view value) {
    switch (rule.kind) {
        case OptionKind::Text:
            return true;
        case OptionKind::SomeText:
        case OptionKind::Columns:
            return !value.empty();
        case OptionKind::Integer:
            return number_in<int64_t>(value).has_value();
        case OptionKind::Natural:
            return is_whole_from(0, value);
        case OptionKind::Positive:
            return is_whole_from(1, value);
        case OptionKind::Number:
            return number_in<double>(value).has_value();
        case OptionKind::Share: {
            auto share = number_in<double>(value);
            return share && *share >= 0 && *share <= 1;
        }
        case OptionKind::Boolean:
            return is_equal_ignoring_case(value, "true") || is_equal_ignoring_case(value, "false");
        case OptionKind::Duration:
            return is_quantity(value, DurationUnits);
        case OptionKind::Size:
            return is_quantity(value, SizeUnits);
        case OptionKind::Offsets:
            return are_offsets(value);
        case OptionKind::Choice:
            return std::ranges::any_of(rule.choices, [&](std::string_view each) {
                return is_equal_ignoring_case(each, value);
            });
    }
    return true;
}

std::string wanted_text(const OptionRule& rule) {
    switch (rule.kind) {
        case OptionKind::Text:
            return "a text";
        case OptionKind::SomeText:
            return "a text with something in it";
        case OptionKind::Integer:
            return "a whole number";
        case OptionKind::Natural:
            return "a whole number, 0 or more";
        case OptionKind::Positive:
            return "a whole number above 0";
        case OptionKind::Number:
            return "a number";
        case OptionKind::Share:
            return "a number from 0 to 1";
        case OptionKind::Boolean:
            return "true or false";
        case OptionKind::Duration:
            return "a duration such as 500ms, 10s or 5 min";
        case OptionKind::Size:
            return "a size such as 64mb or 1 gb";
        case OptionKind::Offsets:
            return "a list such as partition:0,offset:42;partition:1,offset:300";
        case OptionKind::Columns:
            return "a list of columns with ; between them";
        case OptionKind::Choice:
            return fmt::format("one of {}", fmt::join(rule.choices, ", "));
    }
    return "";
}

std::optional<std::string> likely_choice(const OptionRule& rule, std::string_view value) {
    // "earliest" is short of "earliest-offset" by more than a slip.
    for (std::string_view choice : rule.choices) {
        if (!value.empty() && choice.starts_with(value)) return std::string(choice);
    }
    return nearest_name(value, std::vector<std::string>(rule.choices.begin(), rule.choices.end()));
}

}  // namespace tarn::sql
