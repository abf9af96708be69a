#include <gmock/gmock.h>

#include "connectors/formats/debezium_envelope.hpp"
#include "connectors/formats/format_fixture.hpp"

namespace tarn::connectors {
namespace {

using engine::Change;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const std::string Table =
    "t (id BIGINT, name STRING, weight DECIMAL(10, 2)) WITH ('format' = 'debezium-json')";

const std::string Updated =
    R"({"before":{"id":111,"name":"scooter","weight":5.18},)"
    R"("after":{"id":111,"name":"scooter","weight":5.15},)"
    R"("source":{"version":"1.1.1","ts_ms":1589362330000,"db":"inventory","schema":null,)"
    R"("table":"products"},"op":"u","ts_ms":1589362330904,"transaction":null})";

std::string with_option(const std::string& option) {
    return "t (id BIGINT, name STRING) WITH ('format' = 'debezium-json', 'debezium-json." + option +
           "')";
}

TEST(DebeziumFormat, reads_changes) {
    Decoded found =
        decoded(Table, {R"({"before":null,"after":{"id":1,"name":"a"},"op":"r"})",
                        R"({"after":{"id":2,"name":"b","weight":"1.5"},"op":"c"})", Updated, "",
                        R"({"before":{"id":1,"name":"a"},"after":null,"op":"d"})"});

    EXPECT_THAT(found.rows,
                ElementsAre("+I 1 | 'a' | NULL", "+I 2 | 'b' | 1.50", "-U 111 | 'scooter' | 5.18",
                            "+U 111 | 'scooter' | 5.15", "-D 1 | 'a' | NULL"));
    EXPECT_THAT(found.errors, IsEmpty());
}

TEST(DebeziumFormat, reads_the_columns_that_are_asked_for) {
    EXPECT_THAT(decoded(Table, {Updated}, {{2, 0}}).rows,
                ElementsAre("-U 5.18 | 111", "+U 5.15 | 111"));
    EXPECT_THAT(decoded(Table, {Updated}, {{}}).rows, ElementsAre("-U ", "+U "));
}

TEST(DebeziumFormat, knows_the_record_of_each_change) {
    auto table = test_table(Table);
    StoredColumns columns = physical_columns(table->table);
    auto decoder = format_of(table->options)->decoder(columns, columns);

    for (const std::string& record : {std::string(), std::string("x"), Updated}) {
        decoder->append(record);
    }
    DecodedChanges found = decoder->finish();

    EXPECT_THAT(found.record_of_row, ElementsAre(2, 2));
    ASSERT_EQ(found.errors.size(), 1u);
    EXPECT_EQ(found.errors[0].record, 1);
}

TEST(DebeziumFormat, reads_changes_that_have_their_schema_with_them) {
    std::string table = with_option("schema-include' = 'true");

    Decoded found = decoded(table, {R"({"schema":{"type":"struct"},"payload":)"
                                    R"({"before":{"id":7,"name":"x"},"after":null,"op":"d"}})",
                                    R"({"after":{"id":8},"op":"c"})"});

    EXPECT_THAT(found.rows, ElementsAre("-D 7 | 'x'"));
    EXPECT_THAT(found.errors, ElementsAre("#1 the record has no \"op\""));
}

TEST(DebeziumFormat, says_why_a_record_is_no_change) {
    Decoded found =
        decoded(Table, {R"({"before":null,"after":{"id":1},"op":"u"})",
                        R"({"after":{"id":1},"op":"t"})", R"({"before":{"id":1},"op":"c"})",
                        R"({"after":{"id":"one"},"op":"c"})", "{}", R"({"op":"d"})"});

    EXPECT_THAT(found.rows, IsEmpty());
    EXPECT_THAT(
        found.errors,
        ElementsAre("#0 \"before\" is null, and \"op\" is \"u\"; if a Debezium connector for "
                    "PostgreSQL sent this, the table there wants REPLICA IDENTITY FULL",
                    "#1 \"op\" is \"t\", which is none of c, r, u and d",
                    "#2 \"after\" is null, and \"op\" is \"c\"", "#3 after.id: \"one\" is no int64",
                    "#4 the record has no \"op\"",
                    HasSubstr("#5 \"before\" is null, and \"op\" is \"d\"")));
}

TEST(DebeziumFormat, passes_over_what_is_wrong_when_it_is_told_to) {
    auto table = test_table(with_option("ignore-parse-errors' = 'true"));
    StoredColumns columns = physical_columns(table->table);
    FormatPtr format = format_of(table->options);
    auto decoder = format->decoder(columns, columns);
    for (std::string_view record : {R"({"op":"d"})", R"({"after":{"id":"one"},"op":"c"})"}) {
        decoder->append(record);
    }

    DecodedChanges found = decoder->finish();

    EXPECT_THAT(lines_of(found.changes, columns), ElementsAre("+I NULL | NULL"));
    EXPECT_EQ(refusal_of([&] { format->check(found, [](auto&) { return ""; }); }), "");
}

TEST(DebeziumFormat, writes_an_update_as_a_row_that_goes_and_one_that_comes) {
    std::string table = "t (id INT, name STRING) WITH ('format' = 'debezium-json')";

    EXPECT_THAT(encoded(table, {"1, 'a'"}),
                ElementsAre(R"({"before":null,"after":{"id":1,"name":"a"},"op":"c"})"));
    EXPECT_THAT(encoded(table, {"1, 'a'", "1, NULL", "1, NULL"},
                        {Change::UpdateBefore, Change::UpdateAfter, Change::Delete}),
                ElementsAre(R"({"before":{"id":1,"name":"a"},"after":null,"op":"d"})",
                            R"({"before":null,"after":{"id":1,"name":null},"op":"c"})",
                            R"({"before":{"id":1,"name":null},"after":null,"op":"d"})"));
    EXPECT_THAT(encoded(with_option("encode.ignore-null-fields' = 'true"), {"1, NULL"}),
                ElementsAre(R"({"after":{"id":1},"op":"c"})"));
}

TEST(DebeziumFormat, writes_no_schema) {
    EXPECT_THAT(
        refusal_of([] { encoded(with_option("schema-include' = 'true"), {"1, 'a'"}); }),
        HasSubstr("the option 'debezium-json.schema-include' is only for reading; changes are"));
}

// What the record of an update tells under the key.
std::string told(const std::string& key) {
    auto table = test_table(Table);
    sql::TableColumn column{"m", *envelope_metadata_type(key), sql::Metadata{key, true}};
    auto decoder = format_of(table->options)->decoder(physical_columns(table->table), {column});
    decoder->append(Updated);
    return lines_of(decoder->finish().changes, {column}).at(1);
}

TEST(DebeziumFormat, tells_where_a_change_is_from) {
    EXPECT_EQ(told("ingestion-timestamp"), "+U 2020-05-13 09:32:10.904Z");
    EXPECT_EQ(told("source.timestamp"), "+U 2020-05-13 09:32:10Z");
    EXPECT_EQ(told("source.database"), "+U 'inventory'");
    EXPECT_EQ(told("source.schema"), "+U NULL");
    EXPECT_EQ(told("source.table"), "+U 'products'");
    EXPECT_EQ(told("schema"), "+U NULL");
    EXPECT_EQ(told("source.properties"),
              "+U {'db'='inventory', 'schema'=NULL, 'table'='products', 'ts_ms'='1589362330000', "
              "'version'='1.1.1'}");
    EXPECT_EQ(envelope_metadata_type("source.name"), std::nullopt);
}

}  // namespace
}  // namespace tarn::connectors
