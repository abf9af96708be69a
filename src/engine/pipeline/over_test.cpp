// OVER of endless streams, row by row.
#include <gmock/gmock.h>

#include "base/error.hpp"

#include "engine/pipeline/test_job.hpp"

namespace tarn::engine {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

class Over : public testing::Test {
protected:
    Over() {
        job.declare(
            "t (k STRING, n INT, s STRING, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '2' "
            "SECOND)");
        job.declare("p (k STRING, n INT, pt AS PROCTIME())");
        job.declare("c (k STRING, n INT, pt AS PROCTIME())", sql::AllChanges);
    }

    // "a 1 05": key, number and second.
    void push(const std::vector<std::string>& texts) {
        std::vector<std::string> rows;
        for (const std::string& text : texts) {
            size_t second = text.rfind(' ');
            size_t number = text.find(' ') + 1;
            rows.push_back("'" + text.substr(0, number - 1) + "', " +
                           text.substr(number, second - number) + ", 'x" + text.substr(second + 1) +
                           "', TIMESTAMP '2024-01-01 00:00:" + text.substr(second + 1) + "'");
        }
        job.push("t", rows);
    }

    int64_t late() const { return job.pipeline().refused()[static_cast<size_t>(Refusal::Late)]; }

    mutable TestJob job;
};

TEST_F(Over, waits_until_time_has_come_to_its_rows) {
    job.run("SELECT n, SUM(n) OVER (PARTITION BY k ORDER BY ts ROWS UNBOUNDED PRECEDING) FROM t");
    push({"a 1 05", "a 2 04", "b 4 04"});
    EXPECT_THAT(job.changes(), IsEmpty());
    job.restart();
    push({"a 3 07"});
    EXPECT_THAT(job.changes(), UnorderedElementsAre("+I 2, 2", "+I 4, 4", "+I 1, 3"));
    job.end();
    EXPECT_THAT(job.changes(), ElementsAre("+I 3, 6"));
}

TEST_F(Over, has_all_rows_of_one_time_in_a_range) {
    job.run(
        "SELECT n, COUNT(*) OVER (PARTITION BY k ORDER BY ts), ROW_NUMBER() OVER (PARTITION BY k "
        "ORDER BY ts) FROM t");
    push({"a 1 05", "a 2 05", "a 3 06"});
    job.restart();
    job.end();
    EXPECT_THAT(job.changes(), ElementsAre("+I 1, 2, 1", "+I 2, 2, 2", "+I 3, 3, 3"));
}

TEST_F(Over, takes_back_rows_that_leave_a_frame_of_rows) {
    job.run(
        "SELECT n, SUM(n) OVER w, MAX(s) OVER w, COUNT(DISTINCT n) OVER w FROM t "
        "WINDOW w AS (PARTITION BY k ORDER BY ts ROWS 1 PRECEDING)");
    push({"a 1 05", "a 1 06", "b 7 06", "a 2 07"});
    job.restart();
    push({"a 4 20"});
    job.restart();
    job.end();
    EXPECT_THAT(job.changes(),
                ElementsAre("+I 1, 1, 'x05', 1", "+I 1, 2, 'x06', 1", "+I 7, 7, 'x06', 1",
                            "+I 2, 3, 'x07', 2", "+I 4, 6, 'x20', 2"));
}

TEST_F(Over, takes_back_rows_that_leave_a_frame_of_some_time) {
    job.run(
        "SELECT n, SUM(n) OVER (PARTITION BY k ORDER BY ts RANGE INTERVAL '3' SECOND PRECEDING) "
        "FROM t");
    push({"a 1 05", "a 2 07", "a 4 08"});
    job.restart();
    push({"a 8 11", "a 16 11"});
    job.restart();
    job.end();
    EXPECT_THAT(job.changes(),
                ElementsAre("+I 1, 1", "+I 2, 3", "+I 4, 7", "+I 8, 28", "+I 16, 28"));
}

TEST_F(Over, without_a_bound_refuses_rows_behind_the_watermark) {
    job.run("SELECT n, SUM(n) OVER (PARTITION BY k ORDER BY ts) FROM t");
    push({"a 1 10"});
    push({"b 2 08", "b 3 09"});
    job.end();
    EXPECT_THAT(job.changes(), ElementsAre("+I 3, 3", "+I 1, 1"));
    EXPECT_EQ(late(), 1);
}

TEST_F(Over, with_a_bound_refuses_rows_behind_those_of_their_key) {
    job.run("SELECT n, SUM(n) OVER (PARTITION BY k ORDER BY ts ROWS 1 PRECEDING) FROM t");
    push({"a 1 05", "a 2 10"});
    EXPECT_THAT(job.changes(), ElementsAre("+I 1, 1"));
    job.restart();
    push({"a 3 05", "a 4 06", "b 5 01"});
    job.end();
    EXPECT_THAT(job.changes(), ElementsAre("+I 5, 5", "+I 4, 5", "+I 2, 6"));
    EXPECT_EQ(late(), 1);
}

TEST_F(Over, forgets_keys_whose_frame_of_some_time_is_empty) {
    job.run(
        "SELECT n, SUM(n) OVER (PARTITION BY k ORDER BY ts RANGE INTERVAL '1' SECOND PRECEDING) "
        "FROM t");
    push({"a 1 05"});
    push({"b 1 30"});
    push({"a 2 05"});
    job.end();
    EXPECT_THAT(job.changes(), ElementsAre("+I 1, 1", "+I 2, 2", "+I 1, 1"));
    EXPECT_EQ(late(), 0);
}

TEST_F(Over, looks_back_by_lag) {
    job.run(
        "SELECT n, LAG(s) OVER w, LAG(n, 2, -1) OVER w FROM t "
        "WINDOW w AS (PARTITION BY k ORDER BY ts)");
    push({"a 1 05", "a 2 06", "b 3 06"});
    push({"c 9 20"});
    job.restart();
    push({"a 4 30"});
    job.end();
    EXPECT_THAT(job.changes(), ElementsAre("+I 1, NULL, -1", "+I 2, 'x05', -1", "+I 3, NULL, -1",
                                           "+I 9, NULL, -1", "+I 4, 'x06', 1"));
}

TEST_F(Over, by_processing_time_gives_rows_as_they_come) {
    job.run(
        "SELECT n, SUM(n) OVER (PARTITION BY k ORDER BY pt), COUNT(*) OVER (PARTITION BY k ORDER "
        "BY pt) FROM p");
    job.push("p", {"'a', 1", "'b', 2", "'a', 3"});
    job.restart();
    job.push("p", {"'a', NULL"});
    EXPECT_THAT(job.changes(),
                ElementsAre("+I 1, 1, 1", "+I 2, 2, 1", "+I 3, 4, 2", "+I NULL, 4, 3"));
}

TEST_F(Over, by_processing_time_waits_for_the_end_of_a_millisecond) {
    job.run(
        "SELECT n, SUM(n) OVER (PARTITION BY k ORDER BY pt RANGE INTERVAL '1' SECOND PRECEDING) "
        "FROM p");
    job.push("p", {"'a', 1"});
    job.push("p", {"'a', 2"});
    EXPECT_THAT(job.changes(), IsEmpty());
    job.restart();
    job.clock().advance(std::chrono::milliseconds(1));
    job.pipeline().wake();
    EXPECT_THAT(job.changes(), ElementsAre("+I 1, 3", "+I 2, 3"));
    job.clock().advance(std::chrono::milliseconds(1000));
    job.push("p", {"'a', 4"});
    job.clock().advance(std::chrono::milliseconds(1));
    job.pipeline().wake();
    EXPECT_THAT(job.changes(), ElementsAre("+I 4, 4"));
}

TEST_F(Over, forgets_keys_whose_time_to_live_is_over) {
    job.context().state_ttl = std::chrono::milliseconds(1000);
    job.run("SELECT n, COUNT(*) OVER (PARTITION BY k ORDER BY pt) FROM p");
    job.push("p", {"'a', 1"});
    job.clock().advance(std::chrono::milliseconds(1000));
    job.pipeline().wake();
    EXPECT_FALSE(job.pipeline().wakes_at_ms());
    job.push("p", {"'a', 2"});
    EXPECT_THAT(job.changes(), ElementsAre("+I 1, 1", "+I 2, 1"));
}

TEST_F(Over, says_that_it_does_not_take_changes) {
    try {
        job.run("SELECT n, COUNT(*) OVER (PARTITION BY k ORDER BY pt) FROM c");
        FAIL() << "it runs";
    } catch (const Error& error) {
        EXPECT_THAT(error.what(), testing::HasSubstr("change"));
    }
}

}  // namespace
}  // namespace tarn::engine
