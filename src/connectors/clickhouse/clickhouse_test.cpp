// What of the connector needs no server; the rest is in tests/interop/test_clickhouse.py.
#include <gmock/gmock.h>

#include "connectors/clickhouse/clickhouse_server.hpp"
#include "connectors/clickhouse/clickhouse_sink.hpp"
#include "connectors/formats/test_tables.hpp"

namespace tarn::connectors {
namespace {

using testing::HasSubstr;

TEST(ClickHouseUrl, names_one_server_and_its_http_interface) {
    EXPECT_EQ(clickhouse_url("clickhouse://ch"), "http://ch:8123");
    EXPECT_EQ(clickhouse_url("clickhouse://ch:9000/"), "http://ch:9000");
    EXPECT_EQ(clickhouse_url("http://[::1]"), "http://[::1]:8123");
    EXPECT_EQ(clickhouse_url("http://[::1]:80"), "http://[::1]:80");
    EXPECT_EQ(clickhouse_url("https://ch"), "https://ch");
}

TEST(ClickHouseUrl, is_refused_when_it_is_none) {
    auto refusal = [](std::string_view url) { return refusal_of([&] { clickhouse_url(url); }); };

    EXPECT_THAT(refusal("clickhouse://a,b:8123"), HasSubstr("names several servers"));
    EXPECT_THAT(refusal("clickhouse://a/shop"), HasSubstr("named by 'database-name'"));
    EXPECT_THAT(refusal("jdbc:ch://a"), HasSubstr("jdbc:ch://a"));
}

TEST(ClickHouseNames, are_quoted) {
    EXPECT_EQ(clickhouse_text("it's \\ "), "'it\\'s \\\\ '");
    EXPECT_EQ(clickhouse_name("a`b"), "`a\\`b`");
}

TEST(ClickHouseSinks, say_that_their_server_is_not_there) {
    auto table = test_table(
        "t (a INT) WITH ('connector' = 'clickhouse', 'url' = 'http://127.0.0.1:1', 'table-name' = "
        "'t', 'sink.max-retries' = '0')");
    ManualClock clock{WallTime(std::chrono::seconds(1'780'000'000))};
    SeededRandom random{7};

    EXPECT_THAT(
        refusal_of([&] { ClickHouseSink(sink_of(table), "job-1", clock, random, nullptr); }),
        HasSubstr("http://127.0.0.1:1 cannot be asked for its tables: "));
}

}  // namespace
}  // namespace tarn::connectors
