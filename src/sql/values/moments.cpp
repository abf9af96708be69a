#include "sql/values/moments.hpp"

namespace tarn::sql {
namespace {

// Years begin in March here, so that leap days end them; an era is 400 years.
constexpr int64_t DaysPerEra = 146'097;
constexpr int64_t YearsPerEra = 400;
constexpr int64_t DaysFromEraToEpoch = 719'468;
constexpr int64_t DaysPerYear = 365;
constexpr int64_t DaysPerFourYears = 4 * DaysPerYear + 1;
constexpr int64_t DaysPerCentury = 25 * DaysPerFourYears - 1;

}  // namespace

CivilDate civil_date(int64_t days) {
    int64_t shifted = days + DaysFromEraToEpoch;
    int64_t era = floor_div(shifted, DaysPerEra);
    int64_t day_of_era = floor_mod(shifted, DaysPerEra);
    int64_t year_of_era = (day_of_era - day_of_era / (DaysPerFourYears - 1) +
                           day_of_era / DaysPerCentury - day_of_era / (DaysPerEra - 1)) /
                          DaysPerYear;
    int64_t day_of_year =
        day_of_era - (DaysPerYear * year_of_era + year_of_era / 4 - year_of_era / 100);
    // Five months from March on have 153 days in all.
    int64_t month_from_march = (5 * day_of_year + 2) / 153;
    auto day = static_cast<int32_t>(day_of_year - (153 * month_from_march + 2) / 5 + 1);
    auto month =
        static_cast<int32_t>(month_from_march < 10 ? month_from_march + 3 : month_from_march - 9);
    auto year = static_cast<int32_t>(year_of_era + era * YearsPerEra + (month <= 2 ? 1 : 0));
    return {year, month, day};
}

int64_t days_of(const CivilDate& date) {
    int64_t months = int64_t{date.year} * 12 + date.month - 1;
    int64_t month = floor_mod(months, 12) + 1;
    int64_t year = floor_div(months, 12) - (month <= 2 ? 1 : 0);
    int64_t era = floor_div(year, YearsPerEra);
    int64_t year_of_era = floor_mod(year, YearsPerEra);
    int64_t month_from_march = month > 2 ? month - 3 : month + 9;
    int64_t day_of_year = (153 * month_from_march + 2) / 5;
    int64_t day_of_era =
        year_of_era * DaysPerYear + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * DaysPerEra + day_of_era - DaysFromEraToEpoch + date.day - 1;
}

int days_in_month(int64_t year, int month) {
    auto of = static_cast<int32_t>(year);
    return static_cast<int>(days_of({of, month + 1, 1}) - days_of({of, month, 1}));
}

}  // namespace tarn::sql
