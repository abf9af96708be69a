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

private:
    struct Rules;

    std::string name_;
    int64_t offset_millis_ = 0;
    std::shared_ptr<const Rules> rules_;  // null when the offset is fixed
};

}  // namespace tarn::sql
