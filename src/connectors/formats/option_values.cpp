#include "connectors/formats/option_values.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>

#include "base/error.hpp"
#include "sql/options/option_checker.hpp"
#include "sql/options/option_rule.hpp"

namespace tarn::connectors {
namespace {

struct Unit {
    std::string_view first;  // what its names begin with, the longest first where two do
    double factor;
};

// All names that Flink has for a unit begin alike; sql/options knows which ones there are.
constexpr auto DurationUnits = std::to_array<Unit>({{"milli", 1},
                                                    {"micro", 1e-3},
                                                    {"ms", 1},
                                                    {"n", 1e-6},
                                                    {"us", 1e-3},
                                                    {"µs", 1e-3},
                                                    {"s", 1'000},
                                                    {"m", 60'000},
                                                    {"h", 3'600'000},
                                                    {"d", 86'400'000}});
constexpr auto SizeUnits = std::to_array<Unit>(
    {{"b", 1}, {"k", 1 << 10}, {"m", 1 << 20}, {"g", 1 << 30}, {"t", double{1 << 30} * (1 << 10)}});

template <typename Number>
std::optional<Number> parsed(std::string_view text) {
    if (text.starts_with('+')) text.remove_prefix(1);
    Number value{};
    auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (failure != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return value;
}

// A number and its unit, in whole steps of the least unit.
template <size_t Count>
std::optional<int64_t> parsed_quantity(const std::string& value,
                                       const std::array<Unit, Count>& units) {
    size_t begin = std::min(value.find_first_not_of(' '), value.size());
    size_t end = std::min(value.find_first_not_of("0123456789", begin), value.size());
    auto count = parsed<int64_t>(std::string_view(value).substr(begin, end - begin));
    if (!count) return std::nullopt;
    std::string unit = value.substr(std::min(value.find_first_not_of(' ', end), value.size()));
    if (unit.empty()) return count;
    auto found = std::ranges::find_if(units, [&](const Unit& each) {
        return sql::is_equal_ignoring_case(unit.substr(0, each.first.size()), each.first);
    });
    if (found == units.end()) return std::nullopt;
    double all = static_cast<double>(*count) * found->factor;
    if (all >= static_cast<double>(std::numeric_limits<int64_t>::max())) return std::nullopt;
    return static_cast<int64_t>(all);
}

}  // namespace

std::optional<std::string> OptionValues::text(std::string_view key) const {
    const sql::Option* option = sql::find_option(options_, prefix_ + std::string(key));
    if (!option) return std::nullopt;
    return option->value;
}

std::string OptionValues::wanted_text(std::string_view key) const {
    auto value = text(key);
    if (value && !value->empty()) return *value;
    throw Error(ErrorCode::InvalidInput, "the option '{}{}' is missing", prefix_, key);
}

std::optional<bool> OptionValues::flag(std::string_view key) const {
    auto value = text(key);
    if (!value) return std::nullopt;
    if (sql::is_equal_ignoring_case(*value, "true")) return true;
    if (sql::is_equal_ignoring_case(*value, "false")) return false;
    refuse_value(key, "true or false");
}

std::optional<int64_t> OptionValues::whole(std::string_view key) const {
    auto value = text(key);
    if (!value) return std::nullopt;
    auto number = parsed<int64_t>(*value);
    if (!number) refuse_value(key, "a whole number");
    return number;
}

std::optional<double> OptionValues::number(std::string_view key) const {
    auto value = text(key);
    if (!value) return std::nullopt;
    auto number = parsed<double>(*value);
    if (!number) refuse_value(key, "a number");
    return number;
}

std::optional<char> OptionValues::character(std::string_view key) const {
    auto value = text(key);
    if (!value) return std::nullopt;
    if (*value == "\\t") return '\t';
    bool is_one = value->size() == 1 && static_cast<unsigned char>(value->front()) < 0x80;
    if (!is_one) refuse_value(key, "one ASCII character");
    return value->front();
}

std::optional<std::chrono::milliseconds> OptionValues::duration(std::string_view key) const {
    auto value = text(key);
    if (!value) return std::nullopt;
    auto millis = parsed_quantity(*value, DurationUnits);
    if (!millis) refuse_value(key, "a duration such as 10s");
    return std::chrono::milliseconds(*millis);
}

std::optional<int64_t> OptionValues::size(std::string_view key) const {
    auto value = text(key);
    if (!value) return std::nullopt;
    auto bytes = parsed_quantity(*value, SizeUnits);
    if (!bytes) refuse_value(key, "a size such as 64mb");
    return bytes;
}

bool OptionValues::is(std::string_view key, std::string_view value) const {
    return sql::is_equal_ignoring_case(text(key).value_or(""), value);
}

void OptionValues::refuse(std::string_view key, std::string_view reason) const {
    if (!has(key)) return;
    throw Error(ErrorCode::InvalidInput, "the option '{}{}' does not work here: {}", prefix_, key,
                reason);
}

void OptionValues::refuse_value(std::string_view key, std::string_view wanted) const {
    throw Error(ErrorCode::InvalidInput, "the option '{}{}' is '{}', which is not {}", prefix_, key,
                *text(key), wanted);
}

}  // namespace tarn::connectors
