#include "sql/functions/time_formatter.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "sql/functions/simple_time_format.hpp"
#include "sql/values/time_text.hpp"

namespace tarn::sql {
namespace {

const WallTime Morning = *parsed_wall_time("2024-01-05 09:08:07.123456789");

std::string formatted(std::string_view pattern) {
    std::string out;
    TimeFormatter(pattern).write(Morning, out);
    return out;
}

std::string read_by(std::string_view pattern, std::string_view text) {
    auto time = TimeFormatter(pattern).read(text);
    return time ? std::string(text_of(*time, 3)) : "NULL";
}

std::string simply_formatted(std::string_view pattern, std::string_view zone = "UTC") {
    std::string out;
    ZoneClock clock{TimeZone::named(zone).of_calendar()};
    SimpleTimeFormat(pattern, {}).write({{Morning.millis, 0}}, clock, out);
    return out;
}

std::string simply_read(std::string_view pattern, std::string_view text) {
    constexpr Instant InTheYear2026{{1'795'365'670'000, 0}};
    auto millis = SimpleTimeFormat(pattern, InTheYear2026).read(text, ZoneClock{TimeZone()});
    return millis ? std::string(text_of(WallTime{{*millis, 0}}, 0)) : "NULL";
}

TEST(TimeFormatter, writes_what_the_letters_say) {
    EXPECT_EQ(formatted("yyyy-MM-dd HH:mm:ss.SSS"), "2024-01-05 09:08:07.123");
    EXPECT_EQ(formatted("EEEE, d MMMM yy, h a"), "Friday, 5 January 24, 9 AM");
    EXPECT_EQ(formatted("D DDD QQQ QQQQ SS"), "5 005 Q1 1st quarter 12");
    EXPECT_EQ(formatted("'at' HH 'o''clock'"), "at 09 o'clock");
    EXPECT_EQ(formatted("ppppH[x"), "   9") << "an optional part that wants a zone";
}

TEST(TimeFormatter, refuses_what_is_no_pattern) {
    EXPECT_THROW(TimeFormatter("bad"), Error);
    EXPECT_THROW(TimeFormatter("ddd"), Error);
    EXPECT_THROW(TimeFormatter("yyyy'"), Error);
    EXPECT_THROW(TimeFormatter("{yyyy}"), Error);
}

TEST(TimeFormatter, reads_what_the_pattern_says_and_no_more) {
    EXPECT_EQ(read_by("d.M.yyyy", "5.11.2024"), "2024-11-05 00:00:00.000");
    EXPECT_EQ(read_by("d.M.yyyy", "5.11.2024 "), "NULL");
    EXPECT_EQ(read_by("MMM d, yyyy", "Jan 5, 2024"), "2024-01-05 00:00:00.000");
    EXPECT_EQ(read_by("MMM d, yyyy", "jan 5, 2024"), "NULL");
    EXPECT_EQ(read_by("EEE, dd MMM yyyy", "Mon, 05 Jan 2024"), "NULL") << "it was a Friday";
    EXPECT_EQ(read_by("HH:mm[:ss]", "10:20"), "1970-01-01 10:20:00.000");
}

TEST(TimeFormatter, reads_numbers_that_stand_side_by_side) {
    EXPECT_EQ(read_by("yyyyMMddHHmmssSSS", "20240105102030123"), "2024-01-05 10:20:30.123");
    EXPECT_EQ(read_by("yyyyMM", "202401"), "2024-01-01 00:00:00.000");
}

TEST(TimeFormatter, takes_the_last_day_of_a_month_for_those_beyond_it) {
    EXPECT_EQ(read_by("yyyy-MM-dd", "2023-02-31"), "2023-02-28 00:00:00.000");
    EXPECT_EQ(read_by("yyyy-MM-dd", "2023-02-32"), "NULL");
    EXPECT_EQ(read_by("yyyy-MM-dd HH:mm", "2024-01-05 24:00"), "2024-01-06 00:00:00.000");
}

TEST(SimpleTimeFormat, writes_by_the_clock_of_a_zone) {
    EXPECT_EQ(simply_formatted("yyyy-MM-dd HH:mm z Z XXX", "America/New_York"),
              "2024-01-05 04:08 EST -0500 -05:00");
    EXPECT_EQ(simply_formatted("u SSSS [EEE]"), "5 0123 [Fri]");
}

TEST(SimpleTimeFormat, counts_on_and_lets_go_what_follows) {
    EXPECT_EQ(simply_read("yyyy-MM-dd", "2024-13-45 and more"), "2025-02-14 00:00:00");
    EXPECT_EQ(simply_read("yyyy-MMM-dd", "1970-january-02"), "1970-01-02 00:00:00");
    EXPECT_EQ(simply_read("yyyy-MM-dd HH", "2024-01-05"), "NULL");
    EXPECT_EQ(simply_read("", "2024"), "NULL");
}

TEST(TimeFormatter, writes_times_in_any_order_as_one_by_one) {
    constexpr int64_t BeyondYear10000 = 317'000'000'000'001;
    std::vector<WallTime> times{{{BeyondYear10000, 0}}};
    for (std::string_view text :
         {"2024-02-29 23:59:59.999999999", "2024-02-29 00:00:00", "1969-12-31 12:30:01.5",
          "0000-01-02 03:04:05", "2024-02-29 01:02:03", "0001-01-01 00:00:00"}) {
        times.push_back(*parsed_wall_time(text));
        times.push_back(times.front());
    }
    for (std::string pattern :
         {"yyyy-MM-dd HH:mm:ss", "dd.MM.yyyy", "HH:mm:ss.SSS", "uuuuMMdd'T'HHmmss.SSSSSSSSS"}) {
        TimeFormatter formatter(pattern);
        // What may be left out keeps a pattern from being one whose parts have places.
        TimeFormatter part_by_part("[" + pattern + "]");
        for (const WallTime& time : times) {
            std::string own;
            std::string wanted;
            formatter.write(time, own);
            part_by_part.write(time, wanted);
            EXPECT_EQ(own, wanted) << pattern;
        }
    }
}

TEST(SimpleTimeFormat, takes_two_digits_for_a_year_near_to_now) {
    EXPECT_EQ(simply_read("yy", "45"), "2045-01-01 00:00:00");
    EXPECT_EQ(simply_read("yy", "47"), "1947-01-01 00:00:00");
    EXPECT_EQ(simply_read("yyyy", "47"), "0046-12-30 00:00:00") << "by Caesar's calendar";
}

TEST(SimpleTimeFormat, skips_ten_days_of_1582) {
    EXPECT_EQ(simply_read("yyyy-MM-dd", "1582-10-15"), "1582-10-15 00:00:00");
    EXPECT_EQ(simply_read("yyyy-MM-dd", "1582-10-04"), "1582-10-14 00:00:00");
}

}  // namespace
}  // namespace tarn::sql
