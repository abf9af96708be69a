#include "base/crash_point.hpp"

#include <gtest/gtest.h>

#include <csignal>
#include <cstdlib>

namespace tarn {
namespace {

// In processes of their own, since the variable is read once.
class CrashPoints : public testing::Test {
protected:
    CrashPoints() { GTEST_FLAG_SET(death_test_style, "threadsafe"); }
    ~CrashPoints() override { unsetenv("CRASH_TARN_AT"); }

    static void pass(int times) {
        for (int i = 0; i < times; ++i) {
            crash_point("here");
            crash_point("elsewhere");
        }
        std::exit(0);
    }
};

TEST_F(CrashPoints, are_where_nothing_happens_unless_one_is_asked_for) {
    EXPECT_EXIT(pass(3), testing::ExitedWithCode(0), "");
}

TEST_F(CrashPoints, kill_the_process_the_nth_time) {
    setenv("CRASH_TARN_AT", "here:3", 1);
    EXPECT_EXIT(pass(2), testing::ExitedWithCode(0), "");
    EXPECT_EXIT(pass(3), testing::KilledBySignal(SIGKILL), "");
    setenv("CRASH_TARN_AT", "elsewhere", 1);
    EXPECT_EXIT(pass(1), testing::KilledBySignal(SIGKILL), "");
}

}  // namespace
}  // namespace tarn
