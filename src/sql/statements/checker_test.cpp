#include "sql/statements/checker.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

namespace tarn::sql {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const std::string Orders =
    "CREATE TABLE orders (id INT NOT NULL, name STRING, price DECIMAL(10, 2), tags ARRAY<STRING>, "
    "ts TIMESTAMP(3), p AS PROCTIME(), WATERMARK FOR ts AS ts) WITH ('connector' = 'datagen');\n"
    "CREATE TABLE target (id BIGINT, name STRING NOT NULL) WITH ('connector' = 'print');\n";

std::vector<std::string> texts_of(const std::vector<Problem>& problems, const Source& source) {
    std::vector<std::string> texts;
    for (const Problem& problem : problems) {
        Place place = source.place_of(problem.span.begin);
        texts.push_back(fmt::format("{}:{}: {}{}", place.line, place.column, problem.what,
                                    problem.hint.empty() ? "" : " (" + problem.hint + ")"));
    }
    return texts;
}

// Below the two tables, in the third line.
std::vector<std::string> problems_of(const std::string& sql) {
    Source source("test.sql", Orders + sql);
    return texts_of(check(parse(source)).problems, source);
}

std::vector<std::string> notes_of(const std::string& sql) {
    Source source("test.sql", Orders + sql);
    return texts_of(check(parse(source)).notes, source);
}

TEST(Checker, finds_nothing_wrong_in_what_is_right) {
    EXPECT_THAT(problems_of("SELECT id, COUNT(*) FROM orders GROUP BY id;"
                            "INSERT INTO target SELECT id, name FROM orders;"
                            "UPDATE target SET name = 'x' WHERE id = 1; DELETE FROM target;"),
                IsEmpty());
}

TEST(Checker, names_what_it_does_not_know_and_what_is_near) {
    EXPECT_THAT(problems_of("SELECT nam FROM orders"),
                ElementsAre("3:8: there is no column 'nam' (did you mean 'name'?)"));
    EXPECT_THAT(problems_of("SELECT o.nam FROM orders AS o"),
                ElementsAre("3:10: there is no column 'o.nam' (did you mean 'name'?)"));
    EXPECT_THAT(problems_of("SELECT * FROM order_s"),
                ElementsAre("3:15: there is no table 'order_s' (did you mean 'orders'?)"));
    EXPECT_THAT(problems_of("SELECT * FROM default_databas.orders"),
                ElementsAre("3:15: the catalog 'default_catalog' has no database "
                            "'default_databas' (did you mean 'default_database'?)"));
    EXPECT_THAT(problems_of("USE CATALOG lake"),
                ElementsAre("3:13: there is no catalog 'lake' (known: default_catalog)"));
    EXPECT_THAT(problems_of("SELECT SUMM(id) FROM orders"),
                ElementsAre("3:8: there is no function 'SUMM' (did you mean 'SUM'?)"));
}

TEST(Checker, tells_what_a_group_cannot_show) {
    EXPECT_THAT(problems_of("SELECT id, name FROM orders GROUP BY id"),
                ElementsAre("3:12: 'name' is neither grouped by nor in an aggregate (add it to "
                            "GROUP BY, or take its MAX, MIN or FIRST_VALUE)"));
    EXPECT_THAT(problems_of("SELECT id FROM orders WHERE COUNT(*) > 1"),
                ElementsAre("3:29: the aggregate COUNT has no place in WHERE (HAVING comes after "
                            "aggregates)"));
    EXPECT_THAT(problems_of("SELECT SUM(MAX(id)) FROM orders"),
                ElementsAre("3:12: the aggregate MAX has no place in SUM"));
    EXPECT_THAT(problems_of("SELECT SUM(name) FROM orders"),
                ElementsAre("3:8: SUM does not take (STRING) (SUM([DISTINCT] number))"));
}

TEST(Checker, tells_what_joins_and_subqueries_want) {
    EXPECT_THAT(problems_of("SELECT id FROM orders AS a JOIN orders AS b ON a.id = b.id"),
                ElementsAre("3:8: 'id' is a column of 'a' and of 'b' (say which with the table's "
                            "name before it)"));
    EXPECT_THAT(problems_of("SELECT a.id FROM orders AS a JOIN orders AS b"),
                ElementsAre("3:18: a join wants ON or USING (CROSS JOIN is the one without a "
                            "condition)"));
    EXPECT_THAT(problems_of("SELECT id FROM orders WHERE id = (SELECT id, name FROM orders)"),
                ElementsAre("3:34: a subquery for a value has one column, not 2"));
    EXPECT_THAT(problems_of("SELECT id FROM orders UNION SELECT id, name FROM orders"),
                ElementsAre("3:1: UNION of 1 columns and 2"));
    EXPECT_THAT(problems_of("SELECT x FROM orders CROSS JOIN UNNEST(name) AS t (x)"),
                ElementsAre("3:40: UNNEST wants an ARRAY, a MAP or a MULTISET, not STRING"));
}

TEST(Checker, tells_what_windows_want) {
    EXPECT_THAT(
        problems_of("SELECT * FROM TABLE(TUMBLE(TABLE orders, DESCRIPTOR(ts)))"),
        ElementsAre("3:21: TUMBLE wants size (TUMBLE(TABLE t, DESCRIPTOR(time), size[, offset]))"));
    EXPECT_THAT(problems_of("SELECT * FROM TABLE(TUMBLE(TABLE orders, DESCRIPTOR(id), "
                            "INTERVAL '1' MINUTE))"),
                ElementsAre("3:21: a window goes by a TIMESTAMP, and 'id' is INT"));
    EXPECT_THAT(problems_of("SELECT RANK() OVER (PARTITION BY id) FROM orders"),
                ElementsAre("3:8: RANK wants an ORDER BY in OVER"));
    EXPECT_THAT(problems_of("SELECT id FROM orders WHERE ROW_NUMBER() OVER (ORDER BY ts) = 1"),
                ElementsAre("3:29: OVER has no place in WHERE"));
}

TEST(Checker, tells_what_does_not_fit_into_a_table) {
    EXPECT_THAT(problems_of("INSERT INTO target SELECT name, id FROM orders"),
                ElementsAre("3:20: 'id' is BIGINT, and the query gives it STRING (CAST(… AS "
                            "BIGINT))"));
    EXPECT_THAT(
        problems_of("INSERT INTO target SELECT id FROM orders"),
        ElementsAre("3:20: the query has 1 columns, and 'target' takes 2 (it has id BIGINT, "
                    "name STRING NOT NULL)"));
    EXPECT_THAT(problems_of("INSERT INTO target (id) SELECT id FROM orders"),
                ElementsAre("3:13: 'name' gets no value, and cannot be NULL"));
    EXPECT_THAT(problems_of("INSERT INTO orders (id, p) SELECT id, ts FROM orders"),
                ElementsAre("3:25: the table takes no column 'p' (known: id, name, price, tags, "
                            "ts)"));
}

TEST(Checker, knows_what_statements_before_have_done) {
    EXPECT_THAT(problems_of("DROP TABLE orders; SELECT * FROM orders"),
                ElementsAre("3:34: there is no table 'orders' (known: target)"));
    EXPECT_THAT(problems_of("ALTER TABLE orders RENAME name TO title; SELECT title FROM orders"),
                IsEmpty());
    EXPECT_THAT(problems_of("CREATE VIEW v AS SELECT id AS n FROM orders; SELECT n FROM v"),
                IsEmpty());
    EXPECT_THAT(problems_of("CREATE TABLE copy LIKE orders; SELECT price FROM copy"), IsEmpty());
    EXPECT_THAT(problems_of("CREATE TABLE c WITH ('connector' = 'print') AS SELECT id AS k FROM "
                            "orders; INSERT INTO c SELECT 1"),
                IsEmpty());
    EXPECT_THAT(problems_of("CREATE TABLE orders (id INT) WITH ('connector' = 'print')"),
                ElementsAre("3:14: there is a table or view 'orders' already (IF NOT EXISTS leaves "
                            "it as it is)"));
    EXPECT_THAT(problems_of("ALTER TABLE orders DROP nam"),
                ElementsAre("3:25: the table has no column 'nam' (did you mean 'name'?)"));
    EXPECT_THAT(problems_of("CREATE DATABASE d; CREATE TABLE d.t (a INT) WITH ('connector' = "
                            "'print'); DROP DATABASE d"),
                ElementsAre("3:89: the database 'd' is not empty (CASCADE drops what is in it, "
                            "too)"));
}

TEST(Checker, finds_all_faults_of_a_file_at_once) {
    EXPECT_THAT(problems_of("SELECT a FROM orders;\nSELEC 1;\nSELECT * FROM nowhere;"),
                ElementsAre(testing::StartsWith("3:8: there is no column 'a'"),
                            testing::StartsWith("4:1: "),
                            testing::StartsWith("5:15: there is no table 'nowhere'")));
}

TEST(Checker, stops_what_reads_too_many_tables) {
    std::string sql = "CREATE VIEW v0 AS SELECT id FROM orders;";
    for (int i = 1; i <= 12; ++i) {
        sql += fmt::format(
            "CREATE VIEW v{} AS SELECT a.id FROM v{} AS a JOIN v{} AS b "
            "ON a.id = b.id;",
            i, i - 1, i - 1);
    }
    EXPECT_THAT(problems_of(sql),
                testing::Contains(testing::HasSubstr("a query reads more than 2000 tables")));
}

TEST(Checker, advises_where_a_real_flink_surprises) {
    EXPECT_THAT(notes_of("SELECT AVG(id), SUM(id) FROM orders"),
                ElementsAre("3:8: AVG of integers is an integer, cut off (AVG(CAST(… AS DOUBLE)) "
                            "keeps the fraction)",
                            "3:17: SUM of INT is one as well, and wraps around (SUM(CAST(… AS "
                            "BIGINT)) has room)"));
    EXPECT_THAT(notes_of("SET 'tabel.x' = 'y'"),
                ElementsAre("3:1: 'tabel.x' is no setting that Tarn or Flink knows (it is kept and "
                            "changes nothing)"));
}

TEST(Checker, advises_a_time_for_patterns_that_may_never_end) {
    auto match = [](const std::string& pattern) {
        return "SELECT * FROM orders MATCH_RECOGNIZE (ORDER BY ts MEASURES B.id AS id PATTERN (" +
               pattern + " DEFINE B AS B.id > 1)";
    };
    EXPECT_THAT(notes_of(match("A+ B)")),
                ElementsAre("3:15: the rows of a match that has begun may be kept for ever (WITHIN "
                            "INTERVAL '1' HOUR behind the PATTERN says when it is over)"));
    EXPECT_THAT(notes_of(match("A+ B) WITHIN INTERVAL '1' HOUR")), IsEmpty());
    EXPECT_THAT(notes_of(match("A{1,3} B)")), IsEmpty());
}

TEST(Checker, says_what_it_cannot_know_of_a_catalog_elsewhere) {
    const std::string lake =
        "CREATE CATALOG lake WITH ('type' = 'iceberg', 'catalog-type' = 'rest', 'uri' = 'x');";
    EXPECT_THAT(problems_of(lake + "SELECT * FROM lake.db.t; USE lake.db; SELECT * FROM t"),
                IsEmpty());
    EXPECT_THAT(notes_of(lake + "SELECT * FROM lake.db.t"),
                ElementsAre(testing::HasSubstr("'lake.db.t' is not known here")));
}

// How many plans there are each time that something is planned.
std::vector<size_t> counts_of_plans(const std::string& sql) {
    std::vector<size_t> counts;
    Source source("test.sql", Orders + sql);
    check(parse(source), [&](const Planned& planned) {
        EXPECT_EQ(planned.plans.size(), planned.operators.size());
        counts.push_back(planned.plans.size());
    });
    return counts;
}

TEST(Checker, plans_the_inserts_of_a_set_together) {
    const std::string insert = "INSERT INTO target SELECT id, name FROM orders; ";

    EXPECT_THAT(counts_of_plans(insert + insert), ElementsAre(1, 1));
    EXPECT_THAT(counts_of_plans("BEGIN STATEMENT SET; " + insert + insert + "END;" + insert),
                ElementsAre(2, 1));
    EXPECT_THAT(counts_of_plans("EXECUTE STATEMENT SET BEGIN " + insert + insert + "END;"),
                ElementsAre(2));
    EXPECT_THAT(counts_of_plans("BEGIN STATEMENT SET; SELECT id FROM orders; " + insert),
                ElementsAre(1, 1));
}

TEST(Checker, tells_of_each_insert_of_a_set_why_it_cannot_run) {
    const std::string sorted = "INSERT INTO target SELECT id, name FROM orders ORDER BY ";

    EXPECT_THAT(problems_of("EXECUTE STATEMENT SET BEGIN\n" + sorted + "id;\n" + sorted +
                            "name;\n" + sorted + "ts;\nEND;"),
                ElementsAre(testing::StartsWith("4:"), testing::StartsWith("5:")));
}

class Files : public testing::TestWithParam<std::string> {};

TEST_P(Files, have_nothing_wrong) {
    auto path = std::filesystem::path(std::getenv("TARN_SOURCE_DIR")) / "tests/sql/files" /
                (GetParam() + ".sql");
    std::ifstream file(path);
    Source source(GetParam(), std::string(std::istreambuf_iterator<char>(file), {}));
    Checked checked = check(parse(source));
    EXPECT_THAT(texts_of(checked.problems, source), IsEmpty());
    EXPECT_THAT(texts_of(checked.notes, source),
                testing::Not(testing::Contains(testing::HasSubstr("not known here"))));
}

INSTANTIATE_TEST_SUITE_P(All, Files, testing::Values("lab", "adtech", "shop"),
                         [](const auto& name) { return name.param; });

}  // namespace
}  // namespace tarn::sql
