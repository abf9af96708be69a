#include "sql/options/check.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

#include "sql/syntax/parser.hpp"

namespace tarn::sql {
namespace {

std::vector<Problem> problems_of(const std::string& statement, TableHome home = TableHome::Memory) {
    Parsed parsed = parse(Source("test", statement + ";"));
    if (!parsed.problems.empty()) return parsed.problems;
    const auto& node = parsed.statements.at(0).node;
    if (const auto* catalog = std::get_if<CreateCatalog>(&node))
        return problems_of_options(*catalog);
    return problems_of_options(std::get<CreateTable>(node), home);
}

// "what; hint" of each.
std::vector<std::string> faults_of(const std::string& statement) {
    std::vector<std::string> faults;
    for (const Problem& problem : problems_of(statement)) {
        faults.push_back(problem.hint.empty() ? problem.what : problem.what + "; " + problem.hint);
    }
    return faults;
}

std::vector<std::string> faults_with(const std::string& options) {
    return faults_of("CREATE TABLE t (a INT, b STRING) WITH (" + options + ")");
}

std::vector<std::string> kafka_faults(const std::string& options) {
    return faults_with(
        "'connector'='kafka', 'properties.bootstrap.servers'='k:9092', 'topic'='t', "
        "'format'='json', " +
        options);
}

using testing::ElementsAre;
using testing::IsEmpty;

int count_of_lines_held_to(const std::string& file) {
    std::ifstream lines(std::string(std::getenv("TARN_SOURCE_DIR")) + "/tests/sql/options/" + file);
    int asked = 0;
    for (std::string line; std::getline(lines, line);) {
        if (line.empty() || line[0] == '#') continue;
        size_t space = line.find(' ');
        std::string verdict = line.substr(0, space);
        bool is_taken = verdict == "accept" || verdict == "tarn-only";
        EXPECT_EQ(faults_of(line.substr(space + 1)).empty(), is_taken)
            << line << "\n"
            << testing::PrintToString(faults_of(line.substr(space + 1)));
        ++asked;
    }
    return asked;
}

TEST(Options, are_taken_or_refused_as_flink_does) {
    EXPECT_GT(count_of_lines_held_to("options.test"), 200);
}

TEST(Options, of_connectors_that_the_flink_of_the_tests_has_not) {
    EXPECT_GT(count_of_lines_held_to("elsewhere.test"), 60);
}

TEST(Options, name_the_connector_that_was_likely_meant) {
    EXPECT_THAT(faults_with("'connector'='kafak'"),
                ElementsAre("there is no connector 'kafak'; did you mean 'kafka'?"));
    EXPECT_THAT(
        faults_with("'connector'='pulsar'"),
        ElementsAre("there is no connector 'pulsar'; known: kafka, upsert-kafka, filesystem, "
                    "datagen, faker, nexmark, print, blackhole, …"));
    EXPECT_THAT(faults_with("'connectors'='kafka'"),
                ElementsAre("a table needs 'connector'; did you mean 'connector'?"));
}

TEST(Options, name_the_option_that_was_likely_meant) {
    EXPECT_THAT(kafka_faults("'scan.startup.modes'='latest-offset'"),
                ElementsAre("'kafka' takes no option 'scan.startup.modes'; did you mean "
                            "'scan.startup.mode'?"));
    EXPECT_THAT(kafka_faults("'json.ignore-parse-error'='true'"),
                ElementsAre("'kafka' takes no option 'json.ignore-parse-error'; did you mean "
                            "'json.ignore-parse-errors'?"));
    EXPECT_THAT(faults_with("'connector'='datagen', 'fields.b.lenght'='3'"),
                ElementsAre("'datagen' takes no option 'fields.b.lenght'; did you mean "
                            "'fields.b.length'?"));
    EXPECT_THAT(faults_with("'connector'='print', 'compression'='zstd'"),
                ElementsAre("'print' takes no option 'compression'; tarn connector describe print "
                            "lists them"));
}

TEST(Options, say_what_a_value_should_be) {
    EXPECT_THAT(kafka_faults("'scan.startup.mode'='earliest'"),
                ElementsAre("'scan.startup.mode' is 'earliest', which is none of earliest-offset, "
                            "latest-offset, group-offsets, timestamp, specific-offsets; did you "
                            "mean 'earliest-offset'?"));
    EXPECT_THAT(faults_with("'connector'='datagen', 'rows-per-second'='0'"),
                ElementsAre("'rows-per-second' is '0', which is not a whole number above 0"));
    EXPECT_THAT(kafka_faults("'scan.watermark.idle-timeout'='soon'"),
                ElementsAre("'scan.watermark.idle-timeout' is 'soon', which is not a duration such "
                            "as 500ms, 10s or 5 min"));
    EXPECT_THAT(kafka_faults("'key.format'='json', 'key.fields'='a;c'"),
                ElementsAre("'key.fields' names 'c', which is no physical column of the table; "
                            "did you mean 'a'?"));
}

TEST(Options, say_what_is_missing) {
    EXPECT_THAT(faults_with("'connector'='kafka'"),
                ElementsAre("'kafka' needs 'properties.bootstrap.servers'; brokers to connect to "
                            "first: host:port, host:port",
                            "'kafka' needs 'topic' or 'topic-pattern'",
                            "'kafka' needs 'format' or 'value.format'"));
    EXPECT_THAT(faults_of("CREATE TABLE t (a INT)"),
                ElementsAre("a table needs 'connector', which says what it stands for; known: "
                            "kafka, upsert-kafka, filesystem, datagen, faker, nexmark, print, "
                            "blackhole, …"));
}

TEST(Options, say_what_does_not_go_together) {
    EXPECT_THAT(kafka_faults("'scan.startup.mode'='timestamp'"),
                ElementsAre("'scan.startup.mode' = 'timestamp' needs "
                            "'scan.startup.timestamp-millis'"));
    EXPECT_THAT(kafka_faults("'topic-pattern'='t.*'"),
                ElementsAre("'topic-pattern' does not go with 'topic'"));
    EXPECT_THAT(
        kafka_faults("'json.ignore-parse-errors'='true', 'json.fail-on-missing-field'='TRUE'"),
        ElementsAre("'json.ignore-parse-errors' = 'true' does not go with "
                    "'json.fail-on-missing-field' = 'true'"));
    EXPECT_THAT(faults_with("'connector'='datagen', 'fields.a.start'='1'"),
                ElementsAre("'fields.a.start' needs 'fields.a.kind' = 'sequence'"));
}

TEST(Options, know_which_connectors_want_a_primary_key) {
    EXPECT_THAT(faults_with("'connector'='upsert-kafka', 'properties.bootstrap.servers'='k:9092', "
                            "'topic'='t', 'key.format'='json', 'value.format'='json'"),
                ElementsAre("'upsert-kafka' needs a primary key; say PRIMARY KEY (…) NOT "
                            "ENFORCED"));
    EXPECT_THAT(
        faults_of("CREATE TABLE t (a INT, PRIMARY KEY (a) NOT ENFORCED) WITH "
                  "('connector'='kafka', 'properties.bootstrap.servers'='k:9092', 'topic'='t', "
                  "'format'='json')"),
        ElementsAre("the format 'json' only adds rows, so the table has no primary key; "
                    "'upsert-kafka' keeps one row for each key"));
}

TEST(Options, point_at_the_key_or_the_value_that_is_wrong) {
    const std::string statement =
        "CREATE TABLE t (a INT) WITH ('connector'='datagen', 'rows'='1', 'number-of-rows'='x')";
    auto problems = problems_of(statement);

    ASSERT_EQ(problems.size(), 2);
    EXPECT_EQ(problems[0].span.begin, statement.find("'rows'"));
    EXPECT_EQ(problems[1].span.begin, statement.find("'x'"));
}

TEST(Options, are_properties_where_a_table_may_be_icebergs) {
    EXPECT_THAT(
        problems_of("CREATE TABLE t (a INT) WITH ('format-version'='2')", TableHome::Unknown),
        IsEmpty());
}

TEST(Options, of_a_table_like_another_need_not_be_whole) {
    EXPECT_THAT(faults_of("CREATE TABLE t WITH ('connector'='kafka', 'topic'='t') LIKE u"),
                IsEmpty());
    EXPECT_THAT(faults_of("CREATE TABLE t WITH ('connector'='kafka', 'topik'='t') LIKE u"),
                ElementsAre("'kafka' takes no option 'topik'; did you mean 'topic'?"));
}

TEST(Options, of_catalogs_are_checked_too) {
    EXPECT_THAT(faults_of("CREATE CATALOG c WITH ('type'='icberg')"),
                ElementsAre("there is no type of catalog 'icberg'; did you mean 'iceberg'?"));
    EXPECT_THAT(faults_of("CREATE CATALOG c WITH ('type'='iceberg', 'catalog-type'='rest')"),
                ElementsAre("'catalog-type' = 'rest' needs 'uri'"));
}

TEST(Options, have_each_key_once_and_a_sentence_on_it) {
    auto check = [](const OptionSet& set, std::string_view name) {
        std::vector<std::string_view> keys;
        for (const OptionRule& rule : set.options) {
            EXPECT_THAT(keys, testing::Not(testing::Contains(rule.key))) << name;
            EXPECT_TRUE(rule.text.ends_with('.') || rule.text.ends_with("…")) << rule.key;
            EXPECT_TRUE(rule.fallback.empty() || fits(rule, rule.fallback)) << rule.key;
            keys.push_back(rule.key);
        }
    };
    for (const Connector& each : all_connectors()) check(each.takes, each.name);
    for (const Format& each : all_formats()) check(each.takes, each.name);
    for (const CatalogKind& each : all_catalog_kinds()) check(each.takes, each.name);
    check(options_of_tables(), "every table");
    check(options_of_sources(), "every source");
}

}  // namespace
}  // namespace tarn::sql
