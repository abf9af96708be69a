// GROUP BY of endless streams, change by change.
#include <gmock/gmock.h>

#include "engine/pipeline/test_job.hpp"

namespace tarn::engine {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

class GroupBy : public testing::Test {
protected:
    GroupBy() {
        job.declare("t (k STRING, n INT, f DOUBLE)");
        job.declare("c (k STRING, n INT)", sql::AllChanges);
    }

    // A condition on changes wants the rows that updates replace, and this one is always TRUE.
    void run(const std::string& query) {
        job.run("SELECT * FROM (" + query + ") WHERE RAND() < 2");
    }

    void add(const std::vector<std::string>& rows) { job.push("c", rows); }
    void remove(const std::vector<std::string>& rows) { job.push("c", rows, Change::Delete); }

    TestJob job;
};

TEST_F(GroupBy, tells_of_each_row_what_its_group_was_and_is) {
    run("SELECT k, COUNT(*), SUM(n) FROM t GROUP BY k");
    job.push("t", {"'a', 1, 0", "'b', 2, 0", "'a', 3, 0"});
    EXPECT_THAT(job.changes(),
                ElementsAre("+I 'a', 1, 1", "+I 'b', 1, 2", "-U 'a', 1, 1", "+U 'a', 2, 4"));
    job.restart();
    job.push("t", {"'a', NULL, 0", "'a', 5, 0", "NULL, 1, 0"});
    EXPECT_THAT(job.changes(), ElementsAre("-U 'a', 2, 4", "+U 'a', 3, 4", "-U 'a', 3, 4",
                                           "+U 'a', 4, 9", "+I NULL, 1, 1"));
}

TEST_F(GroupBy, tells_nothing_of_what_was_where_nobody_asks) {
    job.run("SELECT k, COUNT(*) FROM c GROUP BY k");
    add({"'a', 1", "'a', 3"});
    remove({"'a', 1", "'a', 3"});
    EXPECT_THAT(job.changes(), ElementsAre("+I 'a', 1", "+U 'a', 2", "+U 'a', 1", "-D 'a', 1"));
}

TEST_F(GroupBy, does_not_tell_what_stays_the_same) {
    run("SELECT k, MAX(n) FROM t GROUP BY k");
    job.push("t", {"'a', 3, 0", "'a', 1, 0", "'a', NULL, 0", "'a', 4, 0"});
    EXPECT_THAT(job.changes(), ElementsAre("+I 'a', 3", "-U 'a', 3", "+U 'a', 4"));
}

TEST_F(GroupBy, compares_floating_numbers_as_java_does) {
    run("SELECT SUM(f) FROM t");
    job.push("t", {"'a', 0, 0.0", "'a', 0, CAST('-0.0' AS DOUBLE)"});
    EXPECT_THAT(job.changes(), ElementsAre("+I 0.0"));
    job.push("t", {"'a', 0, CAST('NaN' AS DOUBLE)", "'a', 0, 1.0"});
    EXPECT_THAT(job.changes(), ElementsAre("-U 0.0", "+U NaN", "-U NaN", "+U NaN"));
}

TEST_F(GroupBy, without_keys_is_one_group_that_begins_with_the_first_row) {
    run("SELECT COUNT(*), MIN(n) FROM c");
    EXPECT_THAT(job.changes(), IsEmpty());
    remove({"'z', 1"});
    EXPECT_THAT(job.changes(), IsEmpty());
    add({"'a', 4"});
    add({"'b', 3"});
    EXPECT_THAT(job.changes(), ElementsAre("+I 1, 4", "-U 1, 4", "+U 2, 3"));
    job.restart();
    remove({"'b', 3", "'a', 4"});
    EXPECT_THAT(job.changes(), ElementsAre("-U 2, 3", "+U 1, 4", "-D 1, 4"));
}

TEST_F(GroupBy, ends_groups_with_their_last_row_and_begins_them_anew) {
    run("SELECT k, COUNT(*), SUM(n) FROM c GROUP BY k");
    add({"'a', 1", "'b', 5"});
    EXPECT_THAT(job.changes(), ElementsAre("+I 'a', 1, 1", "+I 'b', 1, 5"));
    remove({"'a', 1", "'a', 1", "'b', 5"});
    EXPECT_THAT(job.changes(), ElementsAre("-D 'a', 1, 1", "-D 'b', 1, 5"));
    job.restart();
    add({"'b', 7"});
    EXPECT_THAT(job.changes(), ElementsAre("+I 'b', 1, 7"));
}

TEST_F(GroupBy, begins_and_ends_groups_many_times_in_one_batch) {
    run("SELECT s, COUNT(*) FROM (SELECT k, SUM(n) AS s FROM t GROUP BY k) GROUP BY s");
    job.push("t", {"'a', 1, 0", "'b', 1, 0", "'a', 1, 0", "'b', -1, 0", "'a', -1, 0"});
    EXPECT_THAT(job.changes(), ElementsAre("+I 1, 1", "-U 1, 1", "+U 1, 2", "-U 1, 2", "+U 1, 1",
                                           "+I 2, 1", "-D 1, 1", "+I 0, 1", "-D 2, 1", "+I 1, 1"));
}

TEST_F(GroupBy, of_distinct_rows_only_tells_the_first) {
    run("SELECT DISTINCT k, n FROM t");
    job.push("t", {"'a', 1, 0", "'a', 1, 0", "'a', NULL, 0", "'a', NULL, 1"});
    job.restart();
    job.push("t", {"'a', 1, 0", "'b', 1, 0"});
    EXPECT_THAT(job.changes(), ElementsAre("+I 'a', 1", "+I 'a', NULL", "+I 'b', 1"));
}

TEST_F(GroupBy, of_distinct_rows_tells_the_last_that_goes) {
    run("SELECT DISTINCT k FROM c");
    add({"'a', 1", "'a', 2"});
    remove({"'a', 2"});
    job.restart();
    remove({"'a', 1"});
    EXPECT_THAT(job.changes(), ElementsAre("+I 'a'", "-D 'a'"));
}

TEST_F(GroupBy, counts_what_filters_let_through_and_distinct_values_once) {
    run("SELECT k, COUNT(*) FILTER (WHERE n > 1), SUM(DISTINCT n) FROM c GROUP BY k");
    add({"'a', 1", "'a', 2", "'a', 2"});
    EXPECT_THAT(job.changes(), ElementsAre("+I 'a', 0, 1", "-U 'a', 0, 1", "+U 'a', 1, 3",
                                           "-U 'a', 1, 3", "+U 'a', 2, 3"));
    job.restart();
    remove({"'a', 1", "'a', 2", "'a', 2"});
    EXPECT_THAT(job.changes(), ElementsAre("-U 'a', 2, 3", "+U 'a', 2, 2", "-U 'a', 2, 2",
                                           "+U 'a', 1, 2", "-D 'a', 1, 2"));
}

TEST_F(GroupBy, tells_one_change_for_each_batch_where_they_may_collapse) {
    job.context().may_collapse = true;
    run("SELECT k, COUNT(*), MAX(n) FROM c GROUP BY k");
    add({"'a', 1", "'b', 2", "'a', 3"});
    EXPECT_THAT(job.changes(), UnorderedElementsAre("+I 'a', 2, 3", "+I 'b', 1, 2"));
    job.restart();
    remove({"'a', 3", "'b', 2", "'b', 2"});
    EXPECT_THAT(job.changes(),
                UnorderedElementsAre("-U 'a', 2, 3", "+U 'a', 1, 1", "-D 'b', 1, 2"));
}

TEST_F(GroupBy, tells_nothing_of_groups_that_come_and_go_in_a_batch_that_collapses) {
    job.context().may_collapse = true;
    run("SELECT n, COUNT(*) FROM (SELECT k, SUM(n) AS n FROM c GROUP BY k) GROUP BY n");
    add({"'a', 1"});
    job.changes();
    add({"'a', 1", "'b', 4"});
    EXPECT_THAT(job.changes(), UnorderedElementsAre("-D 1, 1", "+I 2, 1", "+I 4, 1"));
}

TEST_F(GroupBy, forgets_groups_whose_time_to_live_is_over) {
    job.context().state_ttl = std::chrono::milliseconds(1000);
    run("SELECT k, COUNT(*) FROM c GROUP BY k");
    add({"'a', 1", "'b', 1"});
    job.clock().advance(std::chrono::milliseconds(600));
    add({"'a', 1"});
    job.changes();
    job.restart();
    job.clock().advance(std::chrono::milliseconds(600));
    add({"'b', 1", "'a', 1"});
    remove({"'b', 1", "'b', 1"});
    EXPECT_THAT(job.changes(), ElementsAre("+I 'b', 1", "-U 'a', 2", "+U 'a', 3", "-D 'b', 1"));
}

TEST_F(GroupBy, tells_what_stays_the_same_where_it_has_a_time_to_live) {
    job.context().state_ttl = std::chrono::milliseconds(1000);
    run("SELECT k, MAX(n) FROM t GROUP BY k");
    job.push("t", {"'a', 3, 0", "'a', 1, 0"});
    EXPECT_THAT(job.changes(), ElementsAre("+I 'a', 3", "-U 'a', 3", "+U 'a', 3"));
}

TEST_F(GroupBy, frees_the_state_of_groups_that_nobody_touches) {
    job.context().state_ttl = std::chrono::milliseconds(1000);
    run("SELECT k, COUNT(*) FROM t GROUP BY k");
    job.push("t", {"'a', 1, 0"});
    ASSERT_TRUE(job.pipeline().wakes_at_ms());
    job.clock().advance(std::chrono::milliseconds(1000));
    job.pipeline().wake();
    EXPECT_FALSE(job.pipeline().wakes_at_ms());
    job.push("t", {"'a', 1, 0"});
    EXPECT_THAT(job.changes(), ElementsAre("+I 'a', 1", "+I 'a', 1"));
}

}  // namespace
}  // namespace tarn::engine
