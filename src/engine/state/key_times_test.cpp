#include "engine/state/key_times.hpp"

#include <gtest/gtest.h>

namespace tarn::engine {
namespace {

using std::chrono::milliseconds;

TEST(KeyTimes, are_over_when_nobody_wrote_for_that_long) {
    KeyTimes times(milliseconds(10));
    times.set(3, 100);
    EXPECT_FALSE(times.is_over(3, 109));
    EXPECT_TRUE(times.is_over(3, 110));
    times.set(3, 105);
    EXPECT_FALSE(times.is_over(3, 114));
}

TEST(KeyTimes, are_never_over_without_a_limit) {
    KeyTimes times(milliseconds(0));
    times.set(0, 1);
    EXPECT_FALSE(times.is_over(0, INT64_MAX));
    EXPECT_EQ(times.written_ms(0), 0);
}

TEST(KeyTimes, find_the_keys_that_can_be_forgotten_once_in_a_while) {
    KeyTable keys;
    KeyTimes times(milliseconds(10));
    times.set(keys.add("a").number, 100);
    times.set(keys.add("b").number, 106);
    EXPECT_EQ(times.over(keys, 112), (std::vector<KeyNumber>{0}));
    EXPECT_TRUE(times.over(keys, 121).empty());
    EXPECT_EQ(times.over(keys, 122), (std::vector<KeyNumber>{0, 1}));
}

}  // namespace
}  // namespace tarn::engine
