// What the parser makes of texts. Which statements it takes is in tests/sql/syntax; here are its
// trees, its limits and the words of its errors.

#include <gtest/gtest.h>

#include "sql/syntax/parser.hpp"
#include "sql/syntax/text.hpp"

namespace tarn::sql {
namespace {

std::string rewritten(const std::string& sql) {
    return text_of(parse_statement(Source("test.sql", sql)));
}

std::string rewritten_expression(const std::string& sql) {
    return text_of(parse_expression(Source("test.sql", sql)));
}

// Without the file's name and the excerpt: "1:8: what; hint".
std::string faults_of(const std::string& sql) {
    Source source("test.sql", sql);
    std::string all;
    for (const Problem& problem : parse(source).problems) {
        Place place = source.place_of(problem.span.begin);
        all += fmt::format("{}{}:{}: {}", all.empty() ? "" : "\n", place.line, place.column,
                           problem.what);
        if (!problem.hint.empty()) all += "; " + problem.hint;
    }
    return all;
}

std::string repeated(const std::string& text, int times) {
    std::string all;
    for (int i = 0; i < times; ++i) all += text;
    return all;
}

TEST(Parser, binds_operators_as_calcite_does) {
    EXPECT_EQ(rewritten_expression("a + b * c - d"), "a + b * c - d");
    EXPECT_EQ(rewritten_expression("(a + b) * c"), "(a + b) * c");
    EXPECT_EQ(rewritten_expression("(a * b) + (c)"), "a * b + c");
    EXPECT_EQ(rewritten_expression("a - (b - c)"), "a - (b - c)");
    EXPECT_EQ(rewritten_expression("NOT (a = b) AND c OR d"), "NOT a = b AND c OR d");
    EXPECT_EQ(rewritten_expression("(NOT a) IS NULL"), "(NOT a) IS NULL");
    EXPECT_EQ(rewritten_expression("a || b * c"), "a || b * c");
    EXPECT_EQ(rewritten_expression("(a = b) IS NOT TRUE"), "a = b IS NOT TRUE");
    EXPECT_EQ(rewritten_expression("- (- a)"), "-(-a)");
    EXPECT_EQ(rewritten_expression("(a OR b) AND (c AND d)"), "(a OR b) AND (c AND d)");
}

TEST(Parser, keeps_conditions_in_a_row_beside_one_another) {
    Expression all = parse_expression(Source("test.sql", "a" + repeated(" OR b = 1", 20'000)));

    EXPECT_EQ(std::get<Operation>(all.node).operands.size(), 20'001);
}

TEST(Parser, quotes_names_only_where_they_need_it) {
    EXPECT_EQ(rewritten("SELECT `a`, `user`, `größe`, `odd ``name`, b.`At` FROM `my-db`.t"),
              "SELECT a, `user`, größe, `odd ``name`, b.`At` FROM `my-db`.t");
}

TEST(Parser, knows_where_each_piece_stands) {
    Source source("test.sql", "SELECT a,\n       größe + 1 AS b FROM t");
    auto query = std::get<QueryPtr>(parse_statement(source).node);
    const auto& sum = std::get<Select>(query->body).items.at(1).expression;
    const auto& one = std::get<Operation>(sum.node).operands.at(1);

    EXPECT_EQ(source.text(sum.span), "größe + 1");
    EXPECT_EQ(source.place_of(one.span.begin).line, 2);
    EXPECT_EQ(source.place_of(one.span.begin).column, 16);
}

TEST(Parser, shows_the_place_of_a_fault) {
    Source source("trades.sql", "SELECT symbol,\n\tprice pris FORM trades");
    auto problems = parse(source).problems;

    ASSERT_EQ(problems.size(), 1);
    EXPECT_EQ(text_of(source, problems[0]),
              "trades.sql:2:13: 'FORM' was not expected here\n"
              "    \tprice pris FORM trades\n"
              "    \t           ^^^^\n"
              "  did you mean FROM?");
}

TEST(Parser, reports_each_faulty_statement_and_reads_on) {
    Source source("test.sql", "SELEC 1;\nSELECT 1;\nINSERT t SELECT 1;;\nUSE d; SELECT (2");
    Parsed parsed = parse(source);

    EXPECT_EQ(parsed.statements.size(), 2);
    EXPECT_EQ(faults_of(std::string(source.text())),
              "1:1: 'SELEC' was not expected here; did you mean SELECT?\n"
              "3:8: expected INTO or OVERWRITE, found 't'\n"
              "4:17: the end of the text was not expected here; "
              "the ( of line 4, column 15 is still open");
}

TEST(Parser, guesses_what_a_slip_was_meant_for) {
    EXPECT_EQ(faults_of("SELECT a FORM t"),
              "1:10: 'FORM' was read as a name, then 't' was not expected here; "
              "did you mean FROM?");
    EXPECT_EQ(faults_of("SHOW TABELS"),
              "1:6: 'TABELS' was not expected here; did you mean TABLES?");
    EXPECT_EQ(faults_of("SELECT a FROM t ORDER a"),
              "1:17: 'ORDER' was not expected here; it is written ORDER BY");
    EXPECT_EQ(faults_of("SELECT a FROM t MINUS SELECT a FROM u"),
              "1:17: 'MINUS' was not expected here; it is called EXCEPT here");
    EXPECT_EQ(faults_of("SELECT a == b"),
              "1:11: expected an expression, found '='; two values are compared with one =");
}

TEST(Parser, says_when_a_name_has_to_be_quoted) {
    EXPECT_EQ(faults_of("SELECT value FROM t"),
              "1:8: expected an expression, found 'value'; "
              "VALUE is a reserved word; as a name it is written `value`");
    EXPECT_EQ(faults_of("CREATE TABLE t (timestamp TIMESTAMP(3))"),
              "1:17: expected a name, found 'timestamp'; "
              "TIMESTAMP is a reserved word; as a name it is written `timestamp`");
    EXPECT_EQ(faults_of("SELECT a FROM \"my table\""),
              "1:15: names are quoted with `, texts with '");
}

TEST(Parser, names_what_is_missing) {
    EXPECT_EQ(faults_of("SELECT a, FROM t"), "1:11: expected an expression, found 'FROM'");
    EXPECT_EQ(faults_of("SELECT a FROM"), "1:14: expected a table, found the end of the text");
    EXPECT_EQ(faults_of("CREATE TABLE t (a)"), "1:17: the column a has no type");
    EXPECT_EQ(faults_of("CREATE TABLE t (a INT) WITH (topic = 'x')"),
              "1:30: the key of an option stands in quotes; write 'topic'");
    EXPECT_EQ(faults_of("SET 'parallelism.default' = 2"),
              "1:29: the value of a setting stands in quotes; write '2'");
    EXPECT_EQ(faults_of("SELECT 'abc"), "1:8: this text has no end: a ' is missing");
    EXPECT_EQ(faults_of("SELECT 1 /* abc"), "1:10: this comment has no end: '*/' is missing");
}

TEST(Parser, refuses_by_name_what_flink_runs_and_tarn_does_not) {
    auto statement = parse_statement(Source("test.sql", "CREATE FUNCTION f AS 'F' LANGUAGE JAVA"));

    EXPECT_EQ(std::get<Refused>(statement.node).what, "CREATE FUNCTION");
    EXPECT_EQ(std::get<Refused>(statement.node).because, "functions in Java need a JVM");
    EXPECT_EQ(faults_of("SELECT a FROM t TABLESAMPLE BERNOULLI (10)"),
              "1:17: Flink has no TABLESAMPLE");
}

TEST(Parser, bounds_how_deep_and_how_long_a_tree_grows) {
    EXPECT_EQ(faults_of("SELECT " + repeated("(", 10'000) + "1"),
              "1:205: more than 200 levels in one another; take a part of it out into a view");
    EXPECT_EQ(faults_of("SELECT 1" + repeated(" + 1", 2000)),
              "1:8: more than 1000 operators in a row");
    EXPECT_EQ(faults_of("SELECT a" + repeated("[1]", 2000)), "1:8: too many brackets in a row");
    EXPECT_THROW(Source("large.sql", std::string(Source::BytesMax + 1, ' ')), Error);
}

}  // namespace
}  // namespace tarn::sql
