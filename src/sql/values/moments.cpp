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

namespace {

// Some 27,000 years to either side.
constexpr int64_t NearDays = 10'000'000;

// The same without 64-bit divisions, by the Euclidean affine functions of Neri and Schneider: years
// begin in March and are counted from 32,800 before year 0, so that nothing is below zero.
CivilDate near_civil_date(int32_t days) {
    constexpr uint32_t ErasBefore = 82;
    constexpr uint32_t DaysBefore = 719'468 + 146'097 * ErasBefore;
    uint32_t quarters = 4 * (static_cast<uint32_t>(days) + DaysBefore) + 3;
    uint32_t century = quarters / 146'097;
    uint32_t quarters_of_century = (quarters % 146'097) | 3;
    uint64_t scaled = uint64_t{2'939'745} * quarters_of_century;
    auto year_of_century = static_cast<uint32_t>(scaled >> 32);
    uint32_t day_of_year = static_cast<uint32_t>(scaled) / 2'939'745 / 4;
    uint32_t month_and_day = 2'141 * day_of_year + 197'913;
    uint32_t month = month_and_day >> 16;
    uint32_t day = (month_and_day & 0xFFFF) / 2'141;
    bool is_next_year = day_of_year >= 306;
    auto year = static_cast<int32_t>(100 * century + year_of_century + (is_next_year ? 1 : 0));
    return {year - static_cast<int32_t>(400 * ErasBefore),
            static_cast<int32_t>(is_next_year ? month - 12 : month), static_cast<int32_t>(day + 1)};
}

}  // namespace

CivilDate civil_date(int64_t days) {
    bool is_near = days > -NearDays && days < NearDays;
    if (is_near) return near_civil_date(static_cast<int32_t>(days));
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
