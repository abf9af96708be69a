#include "base/log.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "base/error.hpp"

namespace tarn {
namespace {

TEST(Log, writes_lines_of_json_that_hold_whatever_was_logged) {
    auto path = std::filesystem::temp_directory_path() / fmt::format("tarn-log-{}.log", getpid());
    logging::also_write_to(path.string(), 1 << 20);

    TARN_LOG_INFO("said \"{}\"\n", "hello");
    TARN_LOG_DEBUG("not at this level");

    std::ifstream file(path);
    std::string text(std::istreambuf_iterator<char>(file), {});
    EXPECT_TRUE(text.ends_with(R"("level":"info","part":"base","message":"said \"hello\"\n"})"
                               "\n"))
        << text;
    EXPECT_EQ(text.find("not at this level"), std::string::npos);
    std::filesystem::remove(path);
}

TEST(Log, gives_each_part_its_own_level) {
    logging::configure(logging::Format::Auto, "warn,kafka=debug");

    EXPECT_FALSE(logging::of("base").takes(logging::Level::Info));
    EXPECT_TRUE(logging::of("kafka").takes(logging::Level::Debug));

    logging::configure(logging::Format::Auto, "info");
    EXPECT_TRUE(logging::of("base").takes(logging::Level::Info));
}

TEST(Log, refuses_levels_and_formats_it_does_not_know) {
    EXPECT_THROW(logging::configure(logging::Format::Auto, "info,http=loud"), Error);
    EXPECT_THROW(logging::format_named("xml"), Error);
}

}  // namespace
}  // namespace tarn
