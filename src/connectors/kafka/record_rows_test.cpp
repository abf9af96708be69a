#include "connectors/kafka/record_rows.hpp"

#include "connectors/kafka/kafka_fixture.hpp"

namespace tarn::connectors {
namespace {

using log::testing::a_batch;
using testing::ElementsAre;
using testing::HasSubstr;

// What a table shows of the records of its topic "records".
class RecordRowsTest : public KafkaTablesTest {
protected:
    Lines rows_of(const Bytes& batch, const std::string& columns, const std::string& options,
                  const std::string& connector = "kafka") {
        create("records");
        append("records", 0, batch);
        return read_all(columns, options, connector);
    }
    Lines read_all(const std::string& columns, const std::string& options,
                   const std::string& connector = "kafka") {
        std::string start = connector == "kafka" ? "'scan.startup.mode' = 'earliest-offset', " : "";
        auto opened = source(
            table(columns,
                  "'topic' = 'records', 'scan.bounded.mode' = 'latest-offset', " + start + options,
                  connector));
        Lines lines = all_rows(*opened);
        EXPECT_TRUE(opened->is_ended());
        return lines;
    }
};

INSTANTIATE_TEST_SUITE_P(Topics, RecordRowsTest, testing::Values(Access::InPlace, Access::ByClient),
                         [](const auto& info) { return testing::PrintToString(info.param); });

TEST_P(RecordRowsTest, show_what_is_known_of_a_record) {
    Bytes batch = a_batch()
                      .of({{{}, R"({"a":1})", 7, {{"x", "1"}, {"y", {}}, {"x", "2"}}},
                           {{}, R"({"a":2})", 1'000}})
                      .bytes();

    EXPECT_THAT(
        rows_of(batch,
                "(a INT, topic STRING METADATA VIRTUAL, p BIGINT METADATA FROM 'partition' "
                "VIRTUAL, `offset` BIGINT METADATA VIRTUAL, ts TIMESTAMP_LTZ(3) METADATA FROM "
                "'timestamp', wall TIMESTAMP(3) METADATA FROM 'timestamp' VIRTUAL, kind STRING "
                "METADATA FROM 'timestamp-type' VIRTUAL, epoch INT METADATA FROM 'leader-epoch' "
                "VIRTUAL, headers MAP<STRING, BYTES> METADATA)",
                "'format' = 'json'"),
        ElementsAre(
            "+I 1 | 'records' | 0 | 0 | 1970-01-01 00:00:00.007Z | 1970-01-01 00:00:00.007 | "
            "'CreateTime' | 0 | {'x'=x'32', 'y'=NULL}",
            "+I 2 | 'records' | 0 | 1 | 1970-01-01 00:00:01Z | 1970-01-01 00:00:01 | "
            "'CreateTime' | 0 | {}"));
}

TEST_P(RecordRowsTest, have_the_time_at_which_the_broker_stored_them) {
    std::map<std::string, std::string> config{{"message.timestamp.type", "LogAppendTime"}};
    broker->log.topics().create({.name = "records", .config = log::TopicConfig(config)});
    put("records", 0, {R"({"a":1})"});

    EXPECT_THAT(read_all("(ts TIMESTAMP_LTZ(3) METADATA FROM 'timestamp' VIRTUAL, kind STRING "
                         "METADATA FROM 'timestamp-type' VIRTUAL)",
                         "'format' = 'json'"),
                ElementsAre("+I 2027-01-15 08:00:00Z | 'LogAppendTime'"));
}

TEST_P(RecordRowsTest, are_changes_in_a_format_of_changes) {
    create("records");
    put("records", 0,
        {R"({"after":{"a":1},"source":{"table":"x"},"op":"c"})",
         R"({"before":{"a":1},"after":{"a":2},"source":{"table":"y"},"op":"u","ts_ms":5})"});
    std::string format = "'format' = 'debezium-json'";

    EXPECT_THAT(read_all("(a INT)", format), ElementsAre("+I 1", "-U 1", "+U 2"));
    EXPECT_THAT(read_all("(a INT, o BIGINT METADATA FROM 'offset' VIRTUAL, t STRING METADATA FROM "
                         "'value.source.table' VIRTUAL, told TIMESTAMP(3) METADATA FROM "
                         "'value.ingestion-timestamp' VIRTUAL)",
                         format),
                ElementsAre("+I 1 | 0 | 'x' | NULL", "-U 1 | 1 | 'y' | 1970-01-01 00:00:00.005",
                            "+U 2 | 1 | 'y' | 1970-01-01 00:00:00.005"));
    EXPECT_THAT(
        refusal_of([&] { read_all("(a INT METADATA FROM 'value.source.name' VIRTUAL)", format); }),
        HasSubstr("records have no metadata 'value.source.name'"));
    EXPECT_THAT(refusal_of([&] {
                    read_all("(a ARRAY<INT> METADATA FROM 'value.source.table' VIRTUAL)", format);
                }),
                HasSubstr("the metadata 'value.source.table' is STRING, not ARRAY<INT>"));
}

TEST_P(RecordRowsTest, hold_the_fields_that_are_read) {
    create("records");
    put("records", 0, {R"({"a":{"x":1,"y":"no number","z":{"u":2}},"b":3})"});
    sql::stream::TableSource wanted =
        source_of(table("(b INT, a ROW<x INT, y INT, z ROW<u INT>>)",
                        "'topic' = 'records', 'scan.bounded.mode' = 'latest-offset', "
                        "'scan.startup.mode' = 'earliest-offset', 'format' = 'json'"));
    wanted.fields = {{1, {"z"}}};
    columns = asked_columns(wanted);

    KafkaSource opened(wanted, topics(wanted.options), clock, sql::TimeZone(), BadRecords::Fail);

    EXPECT_THAT(all_rows(opened), ElementsAre("+I 3 | (NULL, NULL, (2))"));
}

TEST_P(RecordRowsTest, refuse_metadata_that_there_is_not) {
    auto refusal = [&](const std::string& columns) {
        return refusal_of(
            [&] { source(table(columns, "'topic' = 'records', 'format' = 'json'")); });
    };

    EXPECT_THAT(refusal("(a INT METADATA FROM 'key')"),
                HasSubstr("column 'a': records have no metadata 'key'; there are topic"));
    EXPECT_THAT(refusal("(a INT METADATA FROM 'headers')"),
                HasSubstr("column 'a': the metadata 'headers' is MAP<STRING, BYTES>, not INT"));
}

TEST_P(RecordRowsTest, take_columns_of_the_key_from_the_key) {
    Bytes batch = a_batch()
                      .of({{R"({"id":1,"part":"x"})", R"({"v":10})"},
                           {{}, R"({"v":20})"},
                           {R"({"id":3,"part":"y"})", R"([{"v":30},{"v":31}])"},
                           {R"({"id":4,"part":"y"})", {}}})
                      .bytes();

    EXPECT_THAT(rows_of(batch, "(v INT, k_part STRING, k_id INT)",
                        "'key.format' = 'json', 'key.fields' = 'k_id;k_part', 'key.fields-prefix' "
                        "= 'k_', 'value.fields-include' = 'EXCEPT_KEY', 'value.format' = 'json'"),
                ElementsAre("+I 10 | 'x' | 1", "+I 30 | 'y' | 3", "+I 31 | 'y' | 3"));
}

TEST_P(RecordRowsTest, take_columns_of_the_key_from_the_value_where_both_have_them) {
    Bytes batch = a_batch().of({{"7", R"({"id":1,"v":10})"}}).bytes();

    EXPECT_THAT(rows_of(batch, "(id INT, v INT)",
                        "'key.format' = 'csv', 'key.fields' = 'id', 'value.format' = 'json'"),
                ElementsAre("+I 1 | 10"));
}

TEST_P(RecordRowsTest, are_none_without_a_value) {
    Bytes batch = a_batch().of({{"k", {}}, {"k", R"({"a":1})"}, {"k", ""}, {"k", {}}}).bytes();

    EXPECT_THAT(rows_of(batch, "(a INT)", "'format' = 'json'"), ElementsAre("+I 1"));
}

TEST_P(RecordRowsTest, have_a_null_where_raw_bytes_are_missing) {
    Bytes batch = a_batch().of({{"k", "x"}, {{}, "y"}, {"k", {}}}).bytes();

    EXPECT_THAT(rows_of(batch, "(v STRING)", "'format' = 'raw'"),
                ElementsAre("+I 'x'", "+I 'y'", "+I NULL"));
    EXPECT_THAT(read_all("(k STRING, v STRING)",
                         "'value.format' = 'raw', 'key.format' = 'raw', 'key.fields' = 'k', "
                         "'value.fields-include' = 'EXCEPT_KEY'"),
                ElementsAre("+I 'k' | 'x'", "+I NULL | 'y'", "+I 'k' | NULL"));
}

TEST_P(RecordRowsTest, take_a_key_away_without_a_value_in_a_table_of_upserts) {
    Bytes batch = a_batch()
                      .of({{R"({"id":1})", R"({"id":1,"v":"a"})"},
                           {R"({"id":1})", {}},
                           {R"({"id":2})", R"({"id":2,"v":"b"})"},
                           {R"({"id":1})", R"({"id":1,"v":"c"})"}})
                      .bytes();

    EXPECT_THAT(
        rows_of(batch,
                "(v STRING, o BIGINT METADATA FROM 'offset' VIRTUAL, id INT, "
                "PRIMARY KEY (id) NOT ENFORCED)",
                "'key.format' = 'json', 'value.format' = 'json'", "upsert-kafka"),
        ElementsAre("+I 'a' | 0 | 1", "-D NULL | 1 | 1", "+I 'b' | 2 | 2", "+I 'c' | 3 | 1"));
}

TEST_P(RecordRowsTest, say_where_a_bad_record_stands) {
    Bytes batch = a_batch().of({{"k", {}}, {"1", R"({"a":1})"}, {"2", R"({"a":"x"})"}}).bytes();
    auto refusal = refusal_of([&] { rows_of(batch, "(a INT)", "'format' = 'json'"); });

    EXPECT_THAT(refusal, HasSubstr("topic 'records', partition 0, offset 2, value: "));
    EXPECT_THAT(refusal_of([&] {
                    read_all("(k INT, a STRING)",
                             "'key.format' = 'json', 'key.fields' = 'k', 'value.format' = 'json', "
                             "'value.fields-include' = 'EXCEPT_KEY'");
                }),
                HasSubstr("topic 'records', partition 0, offset 1, key: "));
}

TEST_P(RecordRowsTest, pass_over_bad_records_where_the_options_say_so) {
    Bytes batch = a_batch().of({{{}, "{"}, {{}, R"({"a":1})"}, {{}, "nonsense"}}).bytes();

    EXPECT_THAT(rows_of(batch, "(a INT, o BIGINT METADATA FROM 'offset' VIRTUAL)",
                        "'format' = 'json', 'json.ignore-parse-errors' = 'true'"),
                ElementsAre("+I 1 | 1"));
}

TEST_P(RecordRowsTest, come_out_of_packed_batches) {
    Bytes batch =
        a_batch().of({{{}, R"({"a":1})"}, {{}, R"({"a":2})"}}).compressed(log::Codec::Lz4).bytes();

    EXPECT_THAT(rows_of(batch, "(a INT)", "'format' = 'json'"), ElementsAre("+I 1", "+I 2"));
}

}  // namespace
}  // namespace tarn::connectors
