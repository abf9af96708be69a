#include "connectors/kafka/scan_options.hpp"

#include <gmock/gmock.h>

#include "connectors/formats/test_tables.hpp"
#include "connectors/kafka/record_layout.hpp"

namespace tarn::connectors {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

ScanOptions options_of(const std::string& options, const std::string& connector = "kafka") {
    auto table = test_table("t (a INT) WITH ('connector' = '" + connector + "', " + options + ")");
    return scan_options(table->options);
}

TEST(ScanOptions, are_those_of_flink_where_nothing_is_said) {
    ScanOptions scan = options_of("'topic' = ' a ;b'");

    EXPECT_THAT(scan.topics, ElementsAre("a", "b"));
    EXPECT_EQ(scan.start.kind, ScanPlace::Kind::Committed);
    EXPECT_FALSE(scan.end);
    EXPECT_FALSE(scan.reset);
    EXPECT_EQ(scan.discovery_every, std::chrono::minutes(5));
    EXPECT_EQ(options_of("'topic' = 'a'", "upsert-kafka").start.kind, ScanPlace::Kind::Earliest);
}

TEST(ScanOptions, tell_offsets_by_partition) {
    ScanOptions scan = options_of(
        "'topic' = 'a', 'scan.startup.mode' = 'specific-offsets', "
        "'scan.startup.specific-offsets' = 'partition:0,offset:42; partition:10, offset:300;'");

    EXPECT_THAT(scan.start.offsets, ElementsAre(Pair(0, 42), Pair(10, 300)));
}

TEST(ScanOptions, are_refused_by_name) {
    auto refusal = [](const std::string& options) {
        return refusal_of([&] { options_of("'topic' = 'a', " + options); });
    };

    EXPECT_THAT(
        refusal("'scan.startup.mode' = 'specific-offsets', "
                "'scan.startup.specific-offsets' = 'partition:0,offset:x'"),
        HasSubstr(
            "'scan.startup.specific-offsets' is 'partition:0,offset:x', which is not partition:0"));
    EXPECT_THAT(refusal("'scan.startup.mode' = 'timestamp'"),
                HasSubstr("the option 'scan.startup.timestamp-millis' is missing"));
    EXPECT_THAT(refusal("'scan.startup.mode' = 'soon'"),
                HasSubstr("the option 'scan.startup.mode' is 'soon', which is not a place"));
    EXPECT_THAT(refusal("'properties.auto.offset.reset' = 'now'"),
                HasSubstr("'properties.auto.offset.reset' is 'now', which is not one of earliest, "
                          "latest, none"));
    EXPECT_THAT(refusal("'scan.bounded.mode' = 'group-offsets'"),
                HasSubstr("the option 'properties.group.id' is missing"));
    EXPECT_THAT(refusal_of([] { options_of("'a' = 'b'"); }),
                HasSubstr("the option 'topic' is missing"));
}

TEST(RecordLayout, refuses_keys_that_cannot_be) {
    auto refusal = [](const std::string& options) {
        auto table = test_table(
            "t (k_a INT, b INT) WITH ('connector' = 'kafka', 'format' = 'json', 'key.format' = "
            "'json', " +
            options + ")");
        return refusal_of([&] { record_layout(*table, table->options); });
    };

    EXPECT_THAT(refusal("'key.fields' = 'c'"),
                HasSubstr("the key has no column 'c' to be made of"));
    EXPECT_THAT(refusal("'key.fields' = 'k_a;b', 'key.fields-prefix' = 'k_'"),
                HasSubstr("the column 'b' of the key does not begin with 'k_'"));
    EXPECT_THAT(refusal("'a' = 'b'"), HasSubstr("the option 'key.fields' is missing"));
    EXPECT_EQ(refusal("'key.fields' = 'k_a', 'key.fields-prefix' = 'k_'"), "");
}

}  // namespace
}  // namespace tarn::connectors
