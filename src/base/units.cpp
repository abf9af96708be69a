#include "base/units.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cmath>
#include <optional>
#include <span>

#include "base/error.hpp"

namespace tarn {
namespace {

struct Unit {
    std::string_view name;
    double factor;
};

constexpr std::array SizeUnits = {Unit{"B", 1},        Unit{"KB", 1e3},     Unit{"MB", 1e6},
                                  Unit{"GB", 1e9},     Unit{"TB", 1e12},    Unit{"KiB", 0x1p10},
                                  Unit{"MiB", 0x1p20}, Unit{"GiB", 0x1p30}, Unit{"TiB", 0x1p40}};

// In microseconds.
constexpr std::array DurationUnits = {Unit{"us", 1},     Unit{"ms", 1e3},   Unit{"s", 1e6},
                                      Unit{"m", 60e6},   Unit{"min", 60e6}, Unit{"h", 3600e6},
                                      Unit{"d", 86400e6}};

// The number times its unit; nothing when the text is not of that form.
std::optional<double> parse_quantity(std::string_view text, std::span<const Unit> units,
                                     bool unit_required) {
    double number = 0;
    auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (failure != std::errc() || !std::isfinite(number) || number < 0) return std::nullopt;
    std::string_view unit(end, text.data() + text.size() - end);
    while (!unit.empty() && unit.front() == ' ') unit.remove_prefix(1);
    if (unit.empty()) return unit_required && number != 0 ? std::nullopt : std::optional(number);
    for (const Unit& known : units) {
        if (known.name == unit) return number * known.factor;
    }
    return std::nullopt;
}

// Where int64 ends; a double at or past it cannot be cast.
constexpr double Int64End = 0x1p63;

}  // namespace

int64_t parse_size(std::string_view text) {
    auto bytes = parse_quantity(text, SizeUnits, false);
    if (!bytes || *bytes >= Int64End) {
        throw Error(ErrorCode::InvalidInput, "'{}' is not a size", text)
            .with_hint("write it as 512MB, 64KiB or a number of bytes");
    }
    return std::llround(*bytes);
}

std::chrono::microseconds parse_duration(std::string_view text) {
    auto micros = parse_quantity(text, DurationUnits, true);
    if (!micros || *micros >= Int64End) {
        throw Error(ErrorCode::InvalidInput, "'{}' is not a duration", text)
            .with_hint("write it with its unit, as in 250ms, 10s, 5m, 2h or 7d");
    }
    return std::chrono::microseconds(std::llround(*micros));
}

std::string to_human_size(int64_t bytes) {
    constexpr std::array names = {"B", "KB", "MB", "GB", "TB"};
    auto amount = static_cast<double>(bytes);
    size_t unit = 0;
    while (amount >= 999.5 && unit + 1 < names.size()) {
        amount /= 1000;
        ++unit;
    }
    if (unit == 0) return fmt::format("{} B", bytes);
    return fmt::format("{:.3g} {}", amount, names[unit]);
}

std::string to_human_duration(std::chrono::microseconds duration) {
    auto micros = static_cast<double>(duration.count());
    if (micros < 999.5) return fmt::format("{:.3g} us", micros);
    if (micros < 999.5e3) return fmt::format("{:.3g} ms", micros / 1e3);
    if (micros < 120e6) return fmt::format("{:.3g} s", micros / 1e6);
    if (micros < 7200e6) return fmt::format("{:.3g} min", micros / 60e6);
    return fmt::format("{:.3g} h", micros / 3600e6);
}

}  // namespace tarn
