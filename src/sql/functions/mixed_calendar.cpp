#include "sql/functions/mixed_calendar.hpp"

namespace tarn::sql {
namespace {

constexpr int64_t FirstGregorianDay = -141'427;
// Years begin in March, as in civil_date(), and four of them are alike.
constexpr int64_t JulianDaysToEpoch = 719'470;
constexpr int64_t DaysPerYear = 365;
constexpr int64_t DaysPerFourYears = 4 * DaysPerYear + 1;

CivilDate julian_date(int64_t days) {
    int64_t shifted = days + JulianDaysToEpoch;
    int64_t day_of_four = floor_mod(shifted, DaysPerFourYears);
    int64_t year_of_four = (day_of_four - day_of_four / (DaysPerFourYears - 1)) / DaysPerYear;
    int64_t day_of_year = day_of_four - year_of_four * DaysPerYear;
    int64_t month_from_march = (5 * day_of_year + 2) / 153;
    int64_t month = month_from_march < 10 ? month_from_march + 3 : month_from_march - 9;
    int64_t year = floor_div(shifted, DaysPerFourYears) * 4 + year_of_four + (month <= 2 ? 1 : 0);
    int64_t day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    return {static_cast<int32_t>(year), static_cast<int32_t>(month), static_cast<int32_t>(day)};
}

int64_t julian_days(int64_t year, int64_t month) {
    int64_t from_march = month > 2 ? month - 3 : month + 9;
    int64_t shifted = year - (month <= 2 ? 1 : 0);
    return shifted * DaysPerYear + floor_div(shifted, 4) + (153 * from_march + 2) / 5 -
           JulianDaysToEpoch;
}

}  // namespace

CivilDate mixed_date(int64_t days) {
    return days >= FirstGregorianDay ? civil_date(days) : julian_date(days);
}

int64_t mixed_days(int64_t year, int64_t month, int64_t day) {
    int64_t months = year * 12 + month - 1;
    year = floor_div(months, 12);
    month = floor_mod(months, 12) + 1;
    int64_t gregorian =
        days_of({static_cast<int32_t>(year), static_cast<int32_t>(month), 1}) + day - 1;
    return gregorian >= FirstGregorianDay ? gregorian : julian_days(year, month) + day - 1;
}

}  // namespace tarn::sql
