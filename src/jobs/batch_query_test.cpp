#include "jobs/batch_query.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "base/error.hpp"
#include "jobs/shown_rows.hpp"
#include "jobs/sql_file.hpp"

namespace tarn::jobs {
namespace {

using testing::HasSubstr;

// What is shown of a query over made-up rows: i is 1 to 5, r is i modulo 2.
class BatchQueries : public testing::Test {
protected:
    std::string shown(const std::string& query, const std::string& mode = "BATCH") {
        std::string text;
        auto open_result = [&](const std::vector<sql::PlanColumn>& columns) {
            return std::make_unique<ShownRows>(columns, [&](std::string lines) { text += lines; });
        };
        std::string file =
            fmt::format("SET 'execution.runtime-mode' = '{}'; {} {};", mode, Tables, query);
        SqlFile("job", around, open_result).read(sql::parse(sql::Source("job.sql", file)), [] {
            return false;
        });
        return text;
    }

    const std::string Tables =
        "CREATE TABLE n (i BIGINT, r AS MOD(i, 2)) WITH ('connector' = 'datagen',"
        " 'rows-per-second' = '1000000', 'fields.i.kind' = 'sequence', 'fields.i.start' = '1',"
        " 'fields.i.end' = '5');"
        "CREATE TABLE endless (i BIGINT) WITH ('connector' = 'datagen');";

    SystemClock clock;
    SeededRandom random{7};
    std::ostringstream out;
    connectors::Surroundings around{.clock = clock,
                                    .random = random,
                                    .consoles = {out, out},
                                    .files = {nullptr, "/data"},
                                    .writer = {}};
};

TEST_F(BatchQueries, show_what_has_come_of_changes) {
    std::string counts = "SELECT r, COUNT(*), SUM(i) FROM n GROUP BY r";
    EXPECT_THAT(shown(counts, "streaming"), HasSubstr("-U[1, 1, 1]"));
    EXPECT_EQ(shown(counts + " ORDER BY r"), "+I[0, 2, 6]\n+I[1, 3, 9]\n");
    EXPECT_EQ(shown("SELECT SUM(i) FROM n"), "+I[15]\n");
}

TEST_F(BatchQueries, are_in_order) {
    EXPECT_EQ(shown("SELECT i FROM n ORDER BY i DESC"), "+I[5]\n+I[4]\n+I[3]\n+I[2]\n+I[1]\n");
    EXPECT_EQ(shown("SELECT i FROM n ORDER BY r, i DESC LIMIT 3"), "+I[4]\n+I[2]\n+I[5]\n");
    EXPECT_EQ(shown("SELECT i FROM n ORDER BY i LIMIT 2 OFFSET 1"), "+I[2]\n+I[3]\n");
    EXPECT_EQ(shown("SELECT i FROM n ORDER BY i OFFSET 3 ROWS"), "+I[4]\n+I[5]\n");
}

TEST_F(BatchQueries, may_have_no_order_and_no_rows) {
    EXPECT_EQ(shown("SELECT i FROM n LIMIT 2"), "+I[1]\n+I[2]\n");
    EXPECT_EQ(shown("SELECT i FROM n WHERE i > 9 ORDER BY i"), "");
    EXPECT_EQ(shown("SELECT COUNT(*) FROM n WHERE i > 9"), "+I[0]\n");
}

TEST_F(BatchQueries, keep_rows_that_are_equal) {
    EXPECT_EQ(shown("SELECT r FROM n ORDER BY r"), "+I[0]\n+I[0]\n+I[1]\n+I[1]\n+I[1]\n");
}

TEST_F(BatchQueries, refuse_tables_without_an_end) {
    try {
        shown("SELECT COUNT(*) FROM endless");
        FAIL();
    } catch (const Error& error) {
        EXPECT_THAT(error.what(), HasSubstr("endless has no end"));
    }
}

}  // namespace
}  // namespace tarn::jobs
