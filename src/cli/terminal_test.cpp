#include "cli/terminal.hpp"

#include <gtest/gtest.h>

#include "cli/progress.hpp"

namespace tarn::cli {
namespace {

TEST(Terminal, aligns_columns_by_what_is_seen) {
    Terminal terminal("always");
    testing::internal::CaptureStdout();

    terminal.table({"PART", "STATE"},
                   {{"rest", terminal.colored("ready", Color::Green)}, {"größe", "starting"}});

    EXPECT_EQ(testing::internal::GetCapturedStdout(),
              "\x1b[2mPART   STATE\x1b[0m\n"
              "rest   \x1b[32mready\x1b[0m\n"
              "größe  starting\n");
}

TEST(Terminal, leaves_colour_out_when_told_to) {
    EXPECT_EQ(Terminal("never").colored("ready", Color::Green), "ready");
}

TEST(Progress, draws_a_bar_of_ten_cells) {
    EXPECT_EQ(bar_of(0, 200), "[----------]   0 %");
    EXPECT_EQ(bar_of(100, 200), "[#####-----]  50 %");
    EXPECT_EQ(bar_of(500, 200), "[##########] 100 %");
}

}  // namespace
}  // namespace tarn::cli
