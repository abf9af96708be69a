#include "sql/tables/declaration.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "sql/syntax/parser.hpp"

namespace tarn::sql {
namespace {

// What is wrong with a statement, the first line of each.
std::vector<std::string> faults_of(const std::string& statement) {
    Parsed parsed = parse(Source("test", statement + ";"));
    std::vector<std::string> faults;
    for (const Problem& problem : parsed.problems) faults.push_back(problem.what);
    for (const Statement& each : parsed.statements) {
        if (const auto* table = std::get_if<CreateTable>(&each.node)) {
            for (const Problem& problem : declared(*table, Session()).problems) {
                faults.push_back(problem.what);
            }
        }
    }
    return faults;
}

Table table_of(const std::string& statement) {
    Parsed parsed = parse(Source("test", statement + ";"));
    return declared(std::get<CreateTable>(parsed.statements.at(0).node), Session()).table;
}

TEST(Declaration, IsTakenOrRefusedAsFlinkDoes) {
    std::ifstream lines(std::string(std::getenv("TARN_SOURCE_DIR")) +
                        "/tests/sql/tables/declarations.test");
    int asked = 0;
    for (std::string line; std::getline(lines, line);) {
        if (line.empty() || line[0] == '#') continue;
        size_t space = line.find(' ');
        std::string verdict = line.substr(0, space);
        bool is_taken = verdict == "accept" || verdict == "tarn-only";
        EXPECT_EQ(faults_of(line.substr(space + 1)).empty(), is_taken) << line;
        ++asked;
    }
    EXPECT_GT(asked, 50);
}

TEST(Declaration, TellsAllThatIsWrong) {
    EXPECT_THAT(faults_of("CREATE TABLE t (a INT, b AS c, d AS UPPER(a), ts STRING,"
                          " WATERMARK FOR ts AS ts, PRIMARY KEY (e))"),
                testing::ElementsAre(
                    "there is no column 'c'", "UPPER does not take (INT)",
                    "a primary key cannot be enforced", "the table has no column 'e'",
                    "a watermark goes by a TIMESTAMP or TIMESTAMP_LTZ of up to 3 digits, and "
                    "'ts' is STRING"));
}

TEST(Declaration, KnowsTheTypesOfComputedColumnsAndKeys) {
    Table table = table_of(
        "CREATE TABLE t (id BIGINT, price DECIMAL(10, 2), twice AS price * 2,"
        " ts TIMESTAMP_LTZ(3) METADATA FROM 'timestamp', WATERMARK FOR ts AS ts,"
        " PRIMARY KEY (id) NOT ENFORCED)");

    std::vector<std::string> columns;
    for (const TableColumn& column : table.columns) {
        columns.push_back(column.name + " " + text_of(column.type));
    }
    EXPECT_THAT(columns, testing::ElementsAre("id BIGINT NOT NULL", "price DECIMAL(10, 2)",
                                              "ts TIMESTAMP_LTZ(3)", "twice DECIMAL(21, 2)"));
    EXPECT_EQ(table.watermark->column, "ts");
    EXPECT_THAT(table.primary_key, testing::ElementsAre("id"));
}

TEST(Declaration, LetsThroughWhatAnotherTableMayDeclare) {
    EXPECT_THAT(faults_of("CREATE TABLE t (WATERMARK FOR ts AS ts) LIKE u"), testing::IsEmpty());
    EXPECT_THAT(faults_of("CREATE TABLE t (a INT, a INT) LIKE u"),
                testing::ElementsAre("there are two columns 'a'"));
}

}  // namespace
}  // namespace tarn::sql
