#include "base/clock.hpp"

#include <fmt/format.h>

namespace tarn {

std::string to_rfc3339(WallTime time) {
    using namespace std::chrono;
    auto day = floor<days>(time);
    year_month_day date(day);
    hh_mm_ss clock(floor<milliseconds>(time - day));
    return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", int(date.year()),
                       unsigned(date.month()), unsigned(date.day()), clock.hours().count(),
                       clock.minutes().count(), clock.seconds().count(),
                       clock.subseconds().count());
}

}  // namespace tarn
