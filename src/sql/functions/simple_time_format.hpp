// Moments written and read by a pattern the way java.text's SimpleDateFormat does in Flink, in
// FROM_UNIXTIME, UNIX_TIMESTAMP, TO_DATE, CONVERT_TZ and the DATE_FORMAT of texts. It is lenient:
// the 45th of a 13th month counts on, and what follows in a text is let go. Before 1582-10-15 its
// calendar is Caesar's.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sql/functions/time_pattern.hpp"
#include "sql/values/time_zone.hpp"

namespace tarn::sql {

class SimpleTimeFormat {
public:
    // Throws InvalidInput for what is no pattern. Two digits of a year are of the 80 years up to
    // now or the 20 to come.
    SimpleTimeFormat(std::string_view pattern, const Instant& now)
        : items_(pattern_items(pattern, PatternStyle::Classic)),
          this_year_(civil_date(floor_div(now.millis, MillisPerDay)).year) {}

    // Adds to `out`. Zones are those of TimeZone::of_calendar().
    void write(const Instant& instant, const ZoneClock& clock, std::string& out) const;

    // Milliseconds since 1970 in UTC.
    std::optional<int64_t> read(std::string_view text, const ZoneClock& zone) const;

private:
    std::vector<PatternItem> items_;
    int32_t this_year_;
};

}  // namespace tarn::sql
