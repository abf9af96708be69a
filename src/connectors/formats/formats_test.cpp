#include <gmock/gmock.h>

#include "connectors/formats/format_fixture.hpp"
#include "connectors/formats/option_values.hpp"

namespace tarn::connectors {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
// Where the records of a text lie, with | between them.
std::string split(const std::string& options, std::string_view text) {
    FormatPtr format = format_of(test_table("t (a STRING) WITH (" + options + ")")->options);
    std::string result;
    while (auto end = format->record_end(text, true)) {
        result += std::string(text.substr(0, end->end)) + "|";
        text.remove_prefix(end->next);
    }
    return result;
}

TEST(JsonFormat, reads_the_columns_that_are_asked_for_in_their_order) {
    std::string table = "t (a INT, b STRING, c ROW<d DOUBLE>) WITH ('format' = 'json')";

    Decoded all = decoded(table, {R"({"a": 1, "b": "x", "c": {"d": 1.5}})", R"({"b": 7})"});
    EXPECT_THAT(all.rows, ElementsAre("+I 1 | 'x' | (1.5)", "+I NULL | '7' | NULL"));

    Decoded some = decoded(table, {R"({"a": 1, "b": "x"})"}, {{1, 0}});
    EXPECT_THAT(some.rows, ElementsAre("+I 'x' | 1"));

    Decoded none = decoded(table, {"{}", "{}"}, {{}});
    EXPECT_THAT(none.rows, ElementsAre("+I ", "+I "));
}

TEST(JsonFormat, reports_records_that_are_wrong_or_makes_them_null) {
    Lines records = {R"({"a": 1})", " ", R"({"a": "x"})", "no json", R"({"a": 4} and more)"};

    Decoded strict = decoded("t (a INT) WITH ('format' = 'json')", records);
    EXPECT_THAT(strict.rows, ElementsAre("+I 1", "+I 4"));
    EXPECT_THAT(strict.errors, ElementsAre(HasSubstr("#2 a: "), HasSubstr("#3 ")));

    Decoded lenient =
        decoded("t (a INT) WITH ('format' = 'json', 'json.ignore-parse-errors' = 'true')", records);
    EXPECT_THAT(lenient.rows, ElementsAre("+I 1", "+I NULL", "+I 4"));
}

TEST(JsonFormat, wants_all_fields_when_it_is_told_to) {
    Decoded found = decoded(
        "t (a INT) WITH ('format' = 'json', 'json.fail-on-missing-field' = 'true')", {"{}"});

    EXPECT_THAT(found.rows, IsEmpty());
    EXPECT_THAT(found.errors, ElementsAre(HasSubstr("#0 a: ")));
}

TEST(JsonFormat, reads_and_writes_times_by_the_standard_that_is_named) {
    std::string sql = "t (a TIMESTAMP(3)) WITH ('format' = 'json')";
    std::string iso =
        "t (a TIMESTAMP(3)) "
        "WITH ('format' = 'json', 'json.timestamp-format.standard' = 'ISO-8601')";

    EXPECT_THAT(decoded(sql, {R"({"a": "2024-01-02T03:04:05"})"}).errors.size(), 1u);
    EXPECT_THAT(decoded(iso, {R"({"a": "2024-01-02T03:04:05"})"}).rows,
                ElementsAre("+I 2024-01-02 03:04:05"));
    EXPECT_THAT(encoded(sql, {"TIMESTAMP '2024-01-02 03:04:05'"}),
                ElementsAre(R"({"a":"2024-01-02 03:04:05"})"));
    EXPECT_THAT(encoded(iso, {"TIMESTAMP '2024-01-02 03:04:05'"}),
                ElementsAre(R"({"a":"2024-01-02T03:04:05"})"));
}

TEST(JsonFormat, leaves_null_fields_out_when_it_is_told_to) {
    EXPECT_THAT(encoded("t (a INT, b STRING) WITH ('format' = 'json')", {"1, NULL", "2, 'x'"}),
                ElementsAre(R"({"a":1,"b":null})", R"({"a":2,"b":"x"})"));
    EXPECT_THAT(encoded("t (a INT, b STRING) WITH ('format' = 'json', "
                        "'json.encode.ignore-null-fields' = 'true')",
                        {"1, NULL"}),
                ElementsAre(R"({"a":1})"));
}

TEST(JsonFormat, takes_its_options_from_the_slot_that_names_it) {
    auto table = test_table(
        "t (a STRING, b INT) WITH ('value.format' = 'json', "
        "'value.json.encode.ignore-null-fields' = 'true')");
    StoredColumns columns = written_columns(table->table);

    auto encoder = format_of(table->options, "value.format")->encoder(columns);

    EXPECT_EQ(encoder->encoded(batch_of(columns, {"NULL, 1"})).lines(), "{\"b\":1}\n");
}

TEST(Formats, refuse_changes_that_they_cannot_say) {
    auto table = test_table("t (a INT) WITH ('format' = 'json')");
    StoredColumns columns = written_columns(table->table);
    engine::ChangeBatch batch = batch_of(columns, {"1"});
    batch.kinds = {engine::Change::Delete};

    EXPECT_THAT(refusal_of([&] { format_of(table->options)->encoder(columns)->encoded(batch); }),
                HasSubstr("the format 'json' has no way to say that a row is -D"));
}

TEST(Formats, refuse_what_does_not_run_yet) {
    auto table = test_table("t (a INT) WITH ('format' = 'orc')");

    EXPECT_THAT(refusal_of([&] { format_of(table->options); }),
                HasSubstr("the format 'orc' does not run yet"));
}

TEST(Formats, say_where_a_record_is_wrong_and_what_to_do) {
    DecodedChanges bad;
    bad.errors = {{3, 10, 20, "a: it is wrong"}};
    auto where = [](const columns::RowError& error) {
        return fmt::format("f.json, record {}", error.record);
    };
    auto strict = test_table("t (a INT) WITH ('format' = 'json')");
    auto lenient =
        test_table("t (a INT) WITH ('format' = 'json', 'json.ignore-parse-errors' = 'true')");

    EXPECT_THAT(refusal_of([&] { format_of(strict->options)->check(bad, where); }),
                AllOf(HasSubstr("f.json, record 3: a: it is wrong"),
                      HasSubstr("'json.ignore-parse-errors' = 'true'")));
    EXPECT_EQ(refusal_of([&] { format_of(lenient->options)->check(bad, where); }), "");
}

TEST(CsvFormat, finds_columns_by_their_place_in_the_table) {
    std::string table = "t (a INT, b STRING, c DOUBLE) WITH ('format' = 'csv')";

    EXPECT_THAT(decoded(table, {"1,x,1.5", "2,\"y,z\",2"}).rows,
                ElementsAre("+I 1 | 'x' | 1.5", "+I 2 | 'y,z' | 2.0"));
    EXPECT_THAT(decoded(table, {"1,x,1.5"}, {{2, 0}}).rows, ElementsAre("+I 1.5 | 1"));
}

TEST(CsvFormat, has_no_null_unless_a_literal_is_named) {
    EXPECT_THAT(decoded("t (a STRING, b STRING) WITH ('format' = 'csv')", {",x"}).rows,
                ElementsAre("+I '' | 'x'"));
    EXPECT_THAT(decoded("t (a STRING, b STRING) "
                        "WITH ('format' = 'csv', 'csv.null-literal' = 'n/a')",
                        {"n/a,x", ",x"})
                    .rows,
                ElementsAre("+I NULL | 'x'", "+I '' | 'x'"));
}

TEST(CsvFormat, numbers_errors_by_record_past_comments_and_open_quotes) {
    Decoded found =
        decoded("t (a INT, b STRING) WITH ('format' = 'csv', 'csv.allow-comments' = 'true')",
                {"# a, b", "1,x", "2,\"open", "z,y", "4,y"});

    EXPECT_THAT(found.rows, ElementsAre("+I 1 | 'x'", "+I 4 | 'y'"));
    EXPECT_THAT(found.errors,
                ElementsAre("#2 a quoted field does not end", HasSubstr("#3 a: \"z\" is no")));
}

TEST(CsvFormat, takes_other_delimiters_and_quotes) {
    std::string table =
        "t (a STRING, b STRING) WITH ('format' = 'csv', 'csv.field-delimiter' = ';', "
        "'csv.quote-character' = '''')";

    EXPECT_THAT(decoded(table, {"'x;1';y"}).rows, ElementsAre("+I 'x;1' | 'y'"));
    EXPECT_THAT(encoded(table, {"'x;1', 'y'"}), ElementsAre("'x;1';y"));
}

TEST(CsvFormat, finds_the_ends_of_records_with_newlines_in_quotes) {
    EXPECT_EQ(split("'format' = 'csv'", "a,\"b\n\"\"c\"\r\nd\n\"e\nf\""),
              "a,\"b\n\"\"c\"|d|\"e\nf\"|");
    EXPECT_EQ(split("'format' = 'csv'", "a,\"open\nb\n"), "a,\"open|b|");
    EXPECT_EQ(split("'format' = 'csv', 'csv.disable-quote-character' = 'true'", "\"a\nb\""),
              "\"a|b\"|");
    EXPECT_THAT(encoded("t (a STRING) WITH ('format' = 'csv')", {"'1'", "'2\n3'"}),
                ElementsAre("1", "\"2\n3\""));
}

TEST(CsvFormat, refuses_what_it_cannot_do_by_name) {
    EXPECT_THAT(
        refusal_of([] { encoded("t (a ARRAY<INT>) WITH ('format' = 'csv')", {"ARRAY[1]"}); }),
        HasSubstr("column 'a': list<item: int32> has no form in CSV"));
    EXPECT_THAT(refusal_of([] {
                    decoded("t (a INT) WITH ('format' = 'csv', 'csv.escape-character' = 'x')", {});
                }),
                HasSubstr("the option 'csv.escape-character' does not work here"));
}

TEST(RawFormat, takes_a_text_as_it_is) {
    std::string table = "t (a STRING) WITH ('format' = 'raw')";

    EXPECT_THAT(decoded(table, {"x,y", ""}).rows, ElementsAre("+I 'x,y'", "+I ''"));
    EXPECT_THAT(encoded(table, {"'x,y'", "NULL"}), ElementsAre("x,y", ""));
    EXPECT_THAT(decoded(table, {"x"}, {{}}).rows, ElementsAre("+I "));
}

TEST(RawFormat, takes_numbers_in_either_order_of_bytes) {
    std::string big = "t (a INT) WITH ('format' = 'raw')";
    std::string little = "t (a INT) WITH ('format' = 'raw', 'raw.endianness' = 'little-endian')";
    std::string bytes("\0\0\1\2", 4);

    EXPECT_THAT(decoded(big, {bytes}).rows, ElementsAre("+I 258"));
    EXPECT_THAT(encoded(big, {"258"}), ElementsAre(bytes));
    EXPECT_THAT(decoded(little, {std::string("\2\1\0\0", 4)}).rows, ElementsAre("+I 258"));
    EXPECT_THAT(decoded(big, {"abc"}).errors, ElementsAre("#0 a: 3 bytes are no INT, which has 4"));
}

TEST(RawFormat, wants_one_column_that_has_a_raw_form) {
    EXPECT_THAT(refusal_of([] { decoded("t (a INT, b INT) WITH ('format' = 'raw')", {}); }),
                HasSubstr("the format 'raw' wants one column, the table has 2"));
    EXPECT_THAT(refusal_of([] { decoded("t (a DATE) WITH ('format' = 'raw')", {}); }),
                HasSubstr("column 'a': DATE has no raw form"));
}

TEST(OptionValues, are_read_by_their_kinds) {
    auto table = test_table(
        "t (a INT) WITH ('x.d' = '5 min', 'x.e' = '250', 'x.s' = '64mb', 'x.f' = 'TRUE', "
        "'x.n' = '0.5', 'x.t' = '\\t', 'x.bad' = 'often')");
    OptionValues options(table->options, "x.");

    EXPECT_EQ(options.duration("d"), std::chrono::minutes(5));
    EXPECT_EQ(options.duration("e"), std::chrono::milliseconds(250));
    EXPECT_EQ(options.size("s"), 64 << 20);
    EXPECT_TRUE(options.is_on("f"));
    EXPECT_EQ(options.number("n"), 0.5);
    EXPECT_EQ(options.character("t"), '\t');
    EXPECT_EQ(options.whole("missing"), std::nullopt);
    EXPECT_EQ(refusal_of([&] { options.duration("bad"); }),
              "the option 'x.bad' is 'often', which is not a duration such as 10s");
    EXPECT_EQ(refusal_of([&] { options.wanted_text("path"); }), "the option 'x.path' is missing");
}

}  // namespace
}  // namespace tarn::connectors
