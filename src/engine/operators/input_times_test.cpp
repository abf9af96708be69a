#include "engine/operators/input_times.hpp"

#include <gtest/gtest.h>

namespace tarn::engine {
namespace {

TEST(InputTimes, are_the_least_of_all) {
    InputTimes times(2);
    EXPECT_FALSE(times.advance(0, 7));
    EXPECT_EQ(times.least(), NoTimeYet);
    EXPECT_TRUE(times.advance(1, 5));
    EXPECT_EQ(times.least(), 5);
    EXPECT_TRUE(times.advance(1, EndOfTime));
    EXPECT_EQ(times.least(), 7);
}

TEST(InputTimes, do_not_wait_for_idle_inputs_and_never_fall) {
    InputTimes times(2);
    times.advance(0, 7);
    EXPECT_TRUE(times.be_idle(1));
    EXPECT_EQ(times.least(), 7);

    EXPECT_FALSE(times.advance(1, 3));
    EXPECT_EQ(times.least(), 7);
    EXPECT_FALSE(times.advance(0, 9));
    EXPECT_TRUE(times.advance(1, 8));
    EXPECT_EQ(times.least(), 8);
}

TEST(InputTimes, stand_still_when_all_are_idle) {
    InputTimes times(2);
    times.advance(0, 4);
    times.advance(1, 2);
    EXPECT_TRUE(times.be_idle(1));
    EXPECT_FALSE(times.be_idle(0));
    EXPECT_TRUE(times.are_idle());
    EXPECT_EQ(times.least(), 4);

    times.be_active(1);
    EXPECT_FALSE(times.are_idle());
}

TEST(InputTimes, of_several_workers_go_on_with_the_earliest) {
    OperatorState state;
    for (EventTime time : {9, 6}) {
        InputTimes times(1);
        times.advance(0, time);
        times.save(state, "times");
    }
    InputTimes restored(1);
    restored.restore(state, "times");
    EXPECT_EQ(restored.least(), 6);
}

}  // namespace
}  // namespace tarn::engine
