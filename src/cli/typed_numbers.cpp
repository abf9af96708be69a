#include "cli/typed_numbers.hpp"

#include <charconv>
#include <chrono>
#include <limits>

#include "base/error.hpp"

namespace tarn::cli {
namespace {

// Takes a number of exactly `digits` digits off the front.
std::optional<int> take_digits(std::string_view& text, size_t digits) {
    if (text.size() < digits) return std::nullopt;
    int number = 0;
    auto [end, failure] = std::from_chars(text.data(), text.data() + digits, number);
    if (failure != std::errc() || end != text.data() + digits || text[0] == '-')
        return std::nullopt;
    text.remove_prefix(digits);
    return number;
}

bool take(std::string_view& text, char wanted) {
    if (!text.starts_with(wanted)) return false;
    text.remove_prefix(1);
    return true;
}

// ".5" and ".123456" as milliseconds.
int64_t take_fraction_ms(std::string_view& text) {
    if (!take(text, '.')) return 0;
    int64_t ms = 0;
    int64_t unit = 100;
    for (; !text.empty() && text[0] >= '0' && text[0] <= '9'; text.remove_prefix(1)) {
        ms += (text[0] - '0') * unit;
        unit /= 10;
    }
    return ms;
}

// "Z", "+02:00", "-0530" or nothing.
std::optional<std::chrono::minutes> take_zone(std::string_view text) {
    if (text.empty() || text == "Z" || text == "z") return std::chrono::minutes(0);
    int sign = text[0] == '-' ? -1 : 1;
    if (!take(text, '+') && !take(text, '-')) return std::nullopt;
    auto hours = take_digits(text, 2);
    take(text, ':');
    auto minutes = text.empty() ? 0 : take_digits(text, 2);
    if (!hours || !minutes || !text.empty()) return std::nullopt;
    return std::chrono::minutes(sign * (*hours * 60 + *minutes));
}

}  // namespace

int64_t parse_number(std::string_view option, std::string_view text, int64_t min) {
    int64_t number = 0;
    auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (failure != std::errc() || end != text.data() + text.size()) {
        throw Error(ErrorCode::InvalidInput, "{}: '{}' is not a whole number", option, text);
    }
    if (number < min) {
        throw Error(ErrorCode::InvalidInput, "{}: {} is too small", option, number)
            .with_hint(fmt::format("it has to be {} at least", min));
    }
    return number;
}

int32_t parse_int(std::string_view option, std::string_view text, int32_t min) {
    int64_t number = parse_number(option, text, min);
    if (number > std::numeric_limits<int32_t>::max()) {
        throw Error(ErrorCode::InvalidInput, "{}: {} is too large", option, number);
    }
    return static_cast<int32_t>(number);
}

std::optional<int64_t> parse_time_ms(std::string_view text) {
    using namespace std::chrono;
    auto year = take_digits(text, 4);
    if (!year || !take(text, '-')) return std::nullopt;
    auto month = take_digits(text, 2);
    if (!month || !take(text, '-')) return std::nullopt;
    auto day = take_digits(text, 2);
    if (!day) return std::nullopt;
    auto date = std::chrono::year(*year) / static_cast<int>(*month) / *day;
    if (!date.ok()) return std::nullopt;
    milliseconds time = sys_days(date).time_since_epoch();
    if (text.empty()) return time.count();

    if (!take(text, 'T') && !take(text, ' ')) return std::nullopt;
    auto hour = take_digits(text, 2);
    if (!hour || !take(text, ':')) return std::nullopt;
    auto minute = take_digits(text, 2);
    if (!minute || *hour > 23 || *minute > 59) return std::nullopt;
    auto second = take(text, ':') ? take_digits(text, 2) : 0;
    if (!second || *second > 59) return std::nullopt;
    int64_t fraction = take_fraction_ms(text);
    auto zone = take_zone(text);
    if (!zone) return std::nullopt;
    time += hours(*hour) + minutes(*minute) + seconds(*second) - *zone;
    return time.count() + fraction;
}

}  // namespace tarn::cli
