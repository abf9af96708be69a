// Joins with tables that are looked up. What a real Flink gives stands in
// tests/sql/changelogs/temporal_joins.test; here is what it does not show.
#include <gmock/gmock.h>

#include "engine/pipeline/test_job.hpp"

namespace tarn::engine {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class LookupJoins : public testing::Test {
protected:
    LookupJoins() {
        job.declare("orders (id INT, item INT, p AS PROCTIME())", sql::AllChanges);
        job.declare(
            "timed (id INT, item INT, ts TIMESTAMP(3), p AS PROCTIME(), "
            "WATERMARK FOR ts AS ts)");
        job.declare_lookup("items (item INT, name STRING, price INT)");
        job.put("items", {"1, 'pen', 3", "2, 'cup', 5"});
    }

    static std::string joined(const std::string& kind, const std::string& more = "") {
        return "SELECT id, name, price FROM orders AS o " + kind +
               "JOIN items FOR SYSTEM_TIME AS OF o.p AS i ON o.item = i.item" + more;
    }

    TestJob job;
};

TEST_F(LookupJoins, ask_once_for_all_keys_of_a_batch) {
    job.run(joined("LEFT "));
    job.push("orders", {"1, 2", "2, 1", "3, NULL", "4, 2", "5, 9"});

    EXPECT_THAT(job.changes(), ElementsAre("+I 1, 'cup', 5", "+I 2, 'pen', 3", "+I 3, NULL, NULL",
                                           "+I 4, 'cup', 5", "+I 5, NULL, NULL"));
    EXPECT_THAT(job.questions(), ElementsAre(3));
}

TEST_F(LookupJoins, ask_nothing_for_rows_without_a_key) {
    job.run(joined(""));
    job.push("orders", {"1, NULL"});

    EXPECT_THAT(job.changes(), IsEmpty());
    EXPECT_THAT(job.questions(), IsEmpty());
}

TEST_F(LookupJoins, give_changes_of_the_kind_of_the_left_ones_with_what_the_table_has_by_then) {
    job.run_for_all_changes(joined("LEFT "));
    job.push("orders", {"1, 1"});
    job.remove("items", {"1, 'pen', 3"});
    job.put("items", {"1, 'ink', 4"});
    job.push("orders", {"1, 1"}, Change::UpdateBefore);
    job.push("orders", {"1, 7"}, Change::UpdateAfter);
    job.push("orders", {"1, 7"}, Change::Delete);

    EXPECT_THAT(job.changes(), ElementsAre("+I 1, 'pen', 3", "-U 1, 'ink', 4", "+U 1, NULL, NULL",
                                           "-D 1, NULL, NULL"));
}

TEST_F(LookupJoins, give_every_row_of_a_key) {
    job.put("items", {"1, 'ink', 4"});
    job.run(joined("", " AND i.price > 3"));
    job.push("orders", {"1, 1", "2, 2"});

    EXPECT_THAT(job.changes(), ElementsAre("+I 1, 'ink', 4", "+I 2, 'cup', 5"));
}

TEST_F(LookupJoins, compare_what_is_computed_of_the_table_with_its_answer) {
    job.run(joined("", " AND o.id = i.price + 1"));
    job.push("orders", {"4, 1", "4, 2", "6, 2"});

    EXPECT_THAT(job.changes(), ElementsAre("+I 4, 'pen', 3", "+I 6, 'cup', 5"));
}

TEST_F(LookupJoins, leave_out_rows_of_the_table_that_nobody_wants) {
    job.run(joined("LEFT ", " AND i.name <> 'cup' AND o.id < 3"));
    job.push("orders", {"1, 1", "2, 2", "3, 1"});

    EXPECT_THAT(job.changes(),
                ElementsAre("+I 1, 'pen', 3", "+I 2, NULL, NULL", "+I 3, NULL, NULL"));
}

TEST_F(LookupJoins, pass_time_on_and_go_on_after_a_restart) {
    job.run(
        "SELECT id, name, ts FROM timed AS o JOIN items FOR SYSTEM_TIME AS OF o.p AS i "
        "ON o.item = i.item");
    job.push("timed", {"1, 1, TIMESTAMP '1970-01-01 00:00:07'"});
    EXPECT_EQ(job.watermark(), 7'000);
    job.restart();
    job.push("timed", {"2, 2, TIMESTAMP '1970-01-01 00:00:08'"});

    EXPECT_THAT(job.changes(), ElementsAre("+I 1, 'pen', 1970-01-01 00:00:07",
                                           "+I 2, 'cup', 1970-01-01 00:00:08"));
    job.end();
    EXPECT_EQ(job.watermark(), EndOfTime);
}

TEST_F(LookupJoins, want_a_column_that_the_table_is_asked_by) {
    auto refusal_of = [&](const std::string& sql) {
        try {
            job.run(sql);
            return std::string("it runs");
        } catch (const sql::SqlError& error) {
            return std::string(error.what());
        }
    };

    EXPECT_THAT(refusal_of("SELECT id FROM orders AS o JOIN items FOR SYSTEM_TIME AS OF o.p AS i "
                           "ON o.item > i.item"),
                HasSubstr("this join compares none with ="));
    EXPECT_THAT(refusal_of("SELECT id FROM orders AS o JOIN items FOR SYSTEM_TIME AS OF o.p AS i "
                           "ON CAST(o.item AS BIGINT) = i.item"),
                HasSubstr("this join compares none with ="));
}

}  // namespace
}  // namespace tarn::engine
