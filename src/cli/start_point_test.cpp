#include "cli/start_point.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "cli/typed_numbers.hpp"

namespace tarn::cli {
namespace {

using Kind = StartPoint::Kind;

void expect_point(std::string_view text, Kind kind, int64_t value) {
    StartPoint point = parse_start_point("--from", text);
    EXPECT_EQ(point.kind, kind) << text;
    EXPECT_EQ(point.value, value) << text;
}

TEST(StartPoint, is_a_word_an_offset_a_count_from_the_end_or_a_time) {
    expect_point("beginning", Kind::Beginning, 0);
    expect_point("earliest", Kind::Beginning, 0);
    expect_point("end", Kind::End, 0);
    expect_point("latest", Kind::End, 0);
    expect_point("42", Kind::Offset, 42);
    expect_point("-10", Kind::BeforeEnd, 10);
    expect_point("@1500", Kind::Time, 1500);
    expect_point("1970-01-02", Kind::Time, 86'400'000);
}

TEST(StartPoint, is_refused_with_the_name_of_the_option) {
    for (const char* text : {"", "-", "noon", "4x", "--5", "@", "@x"}) {
        EXPECT_THROW(parse_start_point("--from", text), Error) << text;
    }
}

TEST(TypedNumbers, read_times_with_and_without_zone_and_fraction) {
    EXPECT_EQ(parse_time_ms("1970-01-01T00:00:01Z"), 1000);
    EXPECT_EQ(parse_time_ms("1970-01-01T00:00:01.5"), 1500);
    EXPECT_EQ(parse_time_ms("1970-01-01 00:00:00.123456Z"), 123);
    EXPECT_EQ(parse_time_ms("1970-01-01T02:00+02:00"), 0);
    EXPECT_EQ(parse_time_ms("1970-01-01T00:00:00-0100"), 3'600'000);
    EXPECT_EQ(parse_time_ms("2026-11-21T09:30:00.000Z"), 1'795'253'400'000);
}

TEST(TypedNumbers, refuse_what_is_no_time) {
    for (const char* text : {"", "2026", "2026-13-01", "2026-02-30", "2026-11-21T25:00",
                             "2026-11-21T09:30:61", "2026-11-21T09:30x", "-100", "12345678"}) {
        EXPECT_EQ(parse_time_ms(text), std::nullopt) << text;
    }
}

TEST(TypedNumbers, keep_to_their_limits) {
    EXPECT_EQ(parse_number("--max", "9223372036854775807"), INT64_MAX);
    EXPECT_THROW(parse_number("--max", "9223372036854775808"), Error);
    EXPECT_THROW(parse_number("--max", "-1"), Error);
    EXPECT_THROW(parse_int("--partition", "2147483648"), Error);
    EXPECT_THROW(parse_int("--partition", "1 "), Error);
}

}  // namespace
}  // namespace tarn::cli
