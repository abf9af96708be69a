// A time zone of the tz database, or a fixed offset: what joins wall times and moments.
#pragma once

#include <memory>
#include <string>

#include "sql/values/moments.hpp"

namespace tarn::sql {

class TimeZone {
public:
    // UTC.
    TimeZone();
    // 'Europe/Berlin', 'UTC', 'Z', 'GMT+08:00', '+08:00'. Throws InvalidInput for what is none.
    static TimeZone named(std::string_view name);

    const std::string& name() const { return name_; }

    WallTime wall_time(const Instant& instant) const;
    // As Java has it: a wall time that the clocks skip moves on by the gap, and of one that they
    // show twice the earlier moment is meant.
    Instant instant(const WallTime& wall) const;

    // The same zone as java.util.TimeZone has it, from which java.time differs: before 1900 its
    // offset is that of today's standard time, and of a wall time that clocks show twice the later
    // moment is meant.
    TimeZone of_calendar() const;

    // An offset from UTC and the moments for which it holds, all in milliseconds.
    struct OffsetSpan {
        int64_t offset;
        int64_t from;
        int64_t until;
    };
    OffsetSpan offset_span(const Instant& instant) const;
    // "CET", "EST", "GMT+08:00"
    std::string abbreviation(const Instant& instant) const;

private:
    struct Rules;

    std::string name_;
    int64_t offset_millis_ = 0;
    std::shared_ptr<const Rules> rules_;  // null when the offset is fixed
    bool is_of_calendar_ = false;
};

// A zone's clock for many readings in a row: it looks up an offset once for all the moments for
// which that holds. One thread at a time.
class ZoneClock {
public:
    explicit ZoneClock(const TimeZone& zone) : zone_(zone), span_(zone.offset_span({})) {}

    const TimeZone& zone() const { return zone_; }
    int64_t offset_millis(const Instant& instant) const {
        if (instant.millis < span_.from || instant.millis >= span_.until) {
            span_ = zone_.offset_span(instant);
        }
        return span_.offset;
    }
    WallTime wall_time(const Instant& instant) const {
        return {{instant.millis + offset_millis(instant), instant.nanos}};
    }
    Instant instant(const WallTime& wall) const {
        // No change of offset reaches as far as a day, so farther from both there is no doubt.
        int64_t millis = wall.millis - span_.offset;
        bool is_certain =
            millis - MillisPerDay >= span_.from && millis + MillisPerDay < span_.until;
        if (is_certain) return {{millis, wall.nanos}};
        Instant instant = zone_.instant(wall);
        span_ = zone_.offset_span(instant);
        return instant;
    }

private:
    TimeZone zone_;
    mutable TimeZone::OffsetSpan span_;
};

}  // namespace tarn::sql
