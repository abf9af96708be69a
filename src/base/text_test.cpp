#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "base/clock.hpp"
#include "base/json_text.hpp"
#include "base/suggest.hpp"

namespace tarn {
namespace {

TEST(JsonText, escapes_what_json_forbids_and_keeps_the_rest) {
    EXPECT_EQ(json_quoted("plain"), R"("plain")");
    EXPECT_EQ(json_quoted("a\"b\\c\n\x01"), R"("a\"b\\c\n\u0001")");
    EXPECT_EQ(json_quoted("Grüße €  😀"), R"("Grüße €  😀")");
}

TEST(JsonText, replaces_bytes_that_are_not_utf8) {
    std::string replacement = "\xEF\xBF\xBD";
    EXPECT_EQ(json_quoted("a\xFFz"), "\"a" + replacement + "z\"");
    EXPECT_EQ(json_quoted("\xC3"), "\"" + replacement + "\"") << "cut short";
    EXPECT_EQ(json_quoted("\xC0\x80"), "\"" + replacement + replacement + "\"") << "overlong";
    EXPECT_EQ(json_quoted("\xED\xA0\x80"), "\"" + replacement + replacement + replacement + "\"")
        << "a surrogate";
}

TEST(Suggest, finds_the_name_a_slip_away) {
    std::vector<std::string> known = {"topic", "table", "job", "status"};
    EXPECT_EQ(nearest_name("tpoic", known), "topic");
    EXPECT_EQ(nearest_name("tabel", known), "table");
    EXPECT_EQ(nearest_name("stauts", known), "status");
    EXPECT_EQ(nearest_name("elephant", known), std::nullopt);
    EXPECT_EQ(name_hint("elephant", known), "known: topic, table, job, status");
}

TEST(Clock, writes_times_as_rfc_3339) {
    EXPECT_EQ(to_rfc3339(WallTime{}), "1970-01-01T00:00:00.000Z");
    EXPECT_EQ(to_rfc3339(WallTime(std::chrono::microseconds(1'795'253'400'123'456))),
              "2026-11-21T09:30:00.123Z");
    EXPECT_EQ(to_rfc3339(WallTime(std::chrono::microseconds(-1))), "1969-12-31T23:59:59.999Z");
}

TEST(Bytes, are_shown_in_hexadecimal) {
    EXPECT_EQ(to_hex(as_bytes("\x01\xAB")), "01ab");
}

}  // namespace
}  // namespace tarn
