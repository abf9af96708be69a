#include "sql/values/time_text.hpp"

#include <gtest/gtest.h>

#include "sql/values/time_zone.hpp"

namespace tarn::sql {
namespace {

std::string day(std::string_view text) {
    auto day = parsed_day(text);
    return day ? std::string(text_of(*day)) : "NULL";
}

std::string time(std::string_view text) {
    auto time = parsed_time_of_day(text);
    return time ? std::string(text_of(*time, 3)) : "NULL";
}

std::string timestamp(std::string_view text, int precision = 3) {
    auto time = parsed_wall_time(text);
    return time ? std::string(text_of(WallTime{cut(*time, precision)}, precision)) : "NULL";
}

TEST(CivilDate, is_the_same_by_either_way_of_counting) {
    constexpr int64_t Step = 997;
    for (int64_t day = -11'000'000; day < 11'000'000; day += Step) {
        CivilDate date = civil_date(day);
        ASSERT_EQ(days_of(date), day);
        // 400 years later, which have as many days as any, it is the same day of the year.
        CivilDate later = civil_date(day + 146'097 * 300);
        ASSERT_EQ(later.year - 400 * 300, date.year);
        ASSERT_EQ(later.month, date.month);
        ASSERT_EQ(later.day, date.day);
    }
}

TEST(TimeText, reads_dates_as_casts_do) {
    EXPECT_EQ(day("2024-01-05"), "2024-01-05");
    EXPECT_EQ(day(" 2024-1-5"), "2024-01-05");
    EXPECT_EQ(day("2024-1"), "2024-01-01");
    EXPECT_EQ(day("2024-01-05 10:20:30"), "2024-01-05");
    EXPECT_EQ(day("2024-01-05T10:20:30"), "NULL");
    EXPECT_EQ(day("2023-02-29"), "NULL");
    EXPECT_EQ(day("10000-01-01"), "NULL");
    EXPECT_EQ(day(""), "NULL");
}

TEST(TimeText, reads_times_of_day_as_casts_do) {
    EXPECT_EQ(time("10:20:30.1239"), "10:20:30.124");
    EXPECT_EQ(time("10"), "10:00:00.000");
    EXPECT_EQ(time("10:20:30+08:00"), "18:20:30.000") << "Flink adds the offset";
    EXPECT_EQ(time("10:20:30Z"), "NULL");
    EXPECT_EQ(time("-1:00:00"), "NULL");
}

TEST(TimeText, reads_timestamps_as_casts_do) {
    EXPECT_EQ(timestamp("2024-1-5 1:2:3.5"), "2024-01-05 01:02:03.500");
    EXPECT_EQ(timestamp("2024-01-05"), "2024-01-05 00:00:00.000");
    EXPECT_EQ(timestamp("2023-02-31 00:00:00"), "2023-02-28 00:00:00.000");
    EXPECT_EQ(timestamp("2024-01-05 24:00:00"), "2024-01-06 00:00:00.000");
    EXPECT_EQ(timestamp("2024-01-05T10:20:30"), "NULL");
    EXPECT_EQ(timestamp(" 2024-01-05 10:20:30"), "NULL");
    EXPECT_EQ(timestamp("2024-01-05 10:20"), "NULL");
    EXPECT_EQ(timestamp("2024-01-05 10:20:30.123456789", 9), "2024-01-05 10:20:30.123456789");
}

TEST(TimeText, cuts_toward_1970) {
    EXPECT_EQ(timestamp("2024-01-05 10:20:30.987", 0), "2024-01-05 10:20:30");
    EXPECT_EQ(timestamp("1960-01-05 10:20:30.987", 0), "1960-01-05 10:20:31");
}

TEST(TimeText, writes_intervals) {
    EXPECT_EQ(std::string_view(text_of(Months{-14})), "-1-02");
    EXPECT_EQ(std::string_view(text_of(Millis{123'630'123})), "+1 10:20:30.123");
    EXPECT_EQ(std::string_view(text_of(Millis{INT64_MIN})), "-106751991167 07:12:55.808");
}

TEST(ZoneClock, agrees_with_its_zone_on_every_hour_of_a_year) {
    TimeZone zone = TimeZone::named("Europe/Berlin");
    ZoneClock clock(zone);
    constexpr int64_t Begin = 1'704'067'200'000;
    for (int64_t hour = 0; hour < 366 * 24; ++hour) {
        int64_t millis = Begin + hour * MillisPerHour;
        EXPECT_EQ(clock.wall_time({{millis, 0}}).millis, zone.wall_time({{millis, 0}}).millis);
        EXPECT_EQ(clock.instant({{millis, 0}}).millis, zone.instant({{millis, 0}}).millis);
    }
}

}  // namespace
}  // namespace tarn::sql
