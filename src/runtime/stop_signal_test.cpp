#include "runtime/stop_signal.hpp"

#include <gtest/gtest.h>

#include <csignal>

namespace tarn::runtime {
namespace {

TEST(StopSignal, asks_for_an_orderly_stop_at_the_first_signal) {
    asio::io_context loop(1);
    int received = 0;
    StopSignal stop(loop.get_executor(), [&](int signal) { received = signal; });

    std::raise(SIGTERM);
    loop.run();

    EXPECT_EQ(received, SIGTERM);
}

TEST(StopSignalDeathTest, ends_the_process_at_the_second_signal) {
    auto stop_twice = [] {
        asio::io_context loop(1);
        StopSignal stop(loop.get_executor(), [](int) {});
        std::raise(SIGINT);
        loop.run();
        std::raise(SIGINT);
    };
    EXPECT_EXIT(stop_twice(), testing::KilledBySignal(SIGINT), "");
}

}  // namespace
}  // namespace tarn::runtime
