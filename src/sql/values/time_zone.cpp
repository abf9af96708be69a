#include "sql/values/time_zone.hpp"

#include <arrow/vendored/datetime/tz.h>

#include <charconv>
#include <optional>

#include "base/error.hpp"

namespace tarn::sql {
namespace {

namespace tz = arrow_vendored::date;
using Seconds = std::chrono::seconds;

// Of a zone with rules; null when the database has no such name.
const tz::time_zone* located(std::string_view name) {
    try {
        return tz::locate_zone(name);
    } catch (const std::runtime_error&) {
        return nullptr;
    }
}

std::optional<int> small_number(std::string_view text) {
    int value = 0;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    bool is_whole = error == std::errc{} && end == text.data() + text.size();
    return is_whole && value >= 0 ? std::optional(value) : std::nullopt;
}

// "+08:00", "-8", "+0830", after "GMT", "UTC", "UT" or nothing.
std::optional<int64_t> fixed_offset(std::string_view name) {
    for (std::string_view prefix : {"GMT", "UTC", "UT"}) {
        if (name.starts_with(prefix)) {
            name.remove_prefix(prefix.size());
            break;
        }
    }
    if (name.empty() || name == "Z") return 0;
    if (name[0] != '+' && name[0] != '-') return std::nullopt;
    bool is_negative = name[0] == '-';
    name.remove_prefix(1);
    size_t colon = name.find(':');
    std::string_view hours = name.substr(0, colon);
    std::string_view minutes = colon == std::string_view::npos ? "" : name.substr(colon + 1);
    constexpr size_t DigitsOfBoth = 4;
    if (colon == std::string_view::npos && name.size() == DigitsOfBoth) {
        minutes = name.substr(2);
        hours = name.substr(0, 2);
    }
    auto h = small_number(hours);
    auto m = minutes.empty() ? std::optional(0) : small_number(minutes);
    constexpr int HoursMax = 18;
    if (!h || !m || *h > HoursMax || *m >= 60) return std::nullopt;
    int64_t millis = *h * MillisPerHour + *m * MillisPerMinute;
    return is_negative ? -millis : millis;
}

}  // namespace

struct TimeZone::Rules {
    const tz::time_zone* zone;
};

TimeZone::TimeZone() : name_("UTC") {}

TimeZone TimeZone::named(std::string_view name) {
    TimeZone zone;
    zone.name_ = name;
    if (auto offset = fixed_offset(name)) {
        zone.offset_millis_ = *offset;
    } else if (const tz::time_zone* found = located(name)) {
        zone.rules_ = std::make_shared<Rules>(Rules{found});
    } else {
        throw Error(ErrorCode::InvalidInput, "there is no time zone '{}'", name)
            .with_hint("zones are called 'UTC', 'Europe/Berlin' or 'GMT+08:00'");
    }
    return zone;
}

WallTime TimeZone::wall_time(const Instant& instant) const {
    int64_t offset = offset_millis_;
    if (rules_) {
        tz::sys_seconds at{Seconds(floor_div(instant.millis, MillisPerSecond))};
        offset = rules_->zone->get_info(at).offset.count() * MillisPerSecond;
    }
    return {{instant.millis + offset, instant.nanos}};
}

Instant TimeZone::instant(const WallTime& wall) const {
    int64_t offset = offset_millis_;
    if (rules_) {
        tz::local_seconds at{Seconds(floor_div(wall.millis, MillisPerSecond))};
        // In a gap and in an overlap alike it is the offset before the change.
        offset = rules_->zone->get_info(at).first.offset.count() * MillisPerSecond;
    }
    return {{wall.millis - offset, wall.nanos}};
}

}  // namespace tarn::sql
