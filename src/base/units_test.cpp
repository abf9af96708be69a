#include "base/units.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"

namespace tarn {
namespace {

using namespace std::chrono_literals;

TEST(Units, reads_sizes_in_thousands_and_in_1024s) {
    EXPECT_EQ(parse_size("512"), 512);
    EXPECT_EQ(parse_size("512MB"), 512'000'000);
    EXPECT_EQ(parse_size("64 KiB"), 65536);
    EXPECT_EQ(parse_size("1.5GiB"), 1610612736);
}

TEST(Units, reads_durations_with_their_unit) {
    EXPECT_EQ(parse_duration("250ms"), 250ms);
    EXPECT_EQ(parse_duration("1.5 s"), 1500ms);
    EXPECT_EQ(parse_duration("7d"), 168h);
    EXPECT_EQ(parse_duration("0"), 0s);
}

TEST(Units, refuses_what_is_no_quantity) {
    for (auto text : {"", "MB", "-1", "12 apples", "1e400", "nan", "10000000TB", "1kb"}) {
        EXPECT_THROW(parse_size(text), Error) << text;
    }
    for (auto text : {"", "10", "-5s", "1x", "1e30d"}) {
        EXPECT_THROW(parse_duration(text), Error) << text;
    }
}

TEST(Units, shows_quantities_in_the_unit_that_fits) {
    EXPECT_EQ(to_human_size(312), "312 B");
    EXPECT_EQ(to_human_size(1'460'000'000), "1.46 GB");
    EXPECT_EQ(to_human_size(999'999), "1 MB");
    EXPECT_EQ(to_human_duration(1500us), "1.5 ms");
    EXPECT_EQ(to_human_duration(90s), "90 s");
    EXPECT_EQ(to_human_duration(3h), "3 h");
}

}  // namespace
}  // namespace tarn
