// MATCH_RECOGNIZE, row by row; what it finds is held to Flink's by tests/sql/changelogs.
#include <gmock/gmock.h>

#include "base/error.hpp"
#include "engine/pipeline/test_job.hpp"

namespace tarn::engine {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class Match : public testing::Test {
protected:
    Match() {
        job.declare(
            "t (k STRING, n INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '2' SECOND)");
        job.declare("p (k STRING, n INT, pt AS PROCTIME())");
    }

    // "a 1 05": key, number and second.
    void push(const std::vector<std::string>& texts) {
        std::vector<std::string> rows;
        for (const std::string& text : texts) {
            size_t second = text.rfind(' ');
            size_t number = text.find(' ') + 1;
            rows.push_back("'" + text.substr(0, number - 1) + "', " +
                           text.substr(number, second - number) +
                           ", TIMESTAMP '2024-01-01 00:00:" + text.substr(second + 1) + "'");
        }
        job.push("t", rows);
    }

    int64_t late() const { return job.pipeline().refused()[static_cast<size_t>(Refusal::Late)]; }

    mutable TestJob job;
};

TEST_F(Match, waits_until_time_has_come_to_its_rows) {
    job.run(
        "SELECT * FROM t MATCH_RECOGNIZE (PARTITION BY k ORDER BY ts MEASURES A.n AS a, B.n AS b "
        "PATTERN (A B) DEFINE B AS B.n > A.n)");
    push({"a 2 06", "a 1 05", "b 1 05", "b 9 07"});
    EXPECT_THAT(job.changes(), IsEmpty());
    job.restart();
    push({"a 3 08"});
    EXPECT_THAT(job.changes(), ElementsAre("+I 'a', 1, 2"));
    job.end();
    EXPECT_THAT(job.changes(), testing::UnorderedElementsAre("+I 'b', 1, 9", "+I 'a', 2, 3"));
}

TEST_F(Match, leaves_late_rows_out_and_counts_them) {
    job.run(
        "SELECT * FROM t MATCH_RECOGNIZE (ORDER BY ts MEASURES A.n AS a, B.n AS b "
        "PATTERN (A B) DEFINE B AS B.n > A.n)");
    push({"a 1 05"});
    push({"a 7 20"});
    push({"a 4 18", "a 5 19"});
    job.end();

    EXPECT_EQ(late(), 1);
    EXPECT_THAT(job.changes(), ElementsAre("+I 1, 5", "+I 5, 7"));
}

TEST_F(Match, keeps_nothing_of_rows_that_no_match_has) {
    job.run(
        "SELECT * FROM t MATCH_RECOGNIZE (PARTITION BY k ORDER BY ts MEASURES A.n AS a "
        "PATTERN (A B+ C) WITHIN INTERVAL '10' SECOND DEFINE A AS A.n > 5, B AS B.n < 5, "
        "C AS C.n > 5)");
    auto kept = [&] {
        Pipeline::State state = job.pipeline().save();
        int64_t rows = 0;
        for (const auto& [part, saved] : state) {
            for (const StateRows& each : saved.all("taken")) rows += each->num_rows();
        }
        return rows;
    };

    push({"a 1 01", "a 6 02", "a 2 03", "a 3 04", "b 2 05", "b 7 06"});
    push({"c 0 09"});
    EXPECT_EQ(kept(), 4) << "a from 6 on, and the 7 of b";
    push({"c 0 18"});
    EXPECT_EQ(kept(), 0) << "their time is over";
}

TEST_F(Match, shares_what_matches_have_in_common_through_a_restart) {
    job.run(
        "SELECT * FROM t MATCH_RECOGNIZE (ORDER BY ts MEASURES FIRST(A.n) AS a, COUNT(*) AS c "
        "AFTER MATCH SKIP PAST LAST ROW PATTERN (A+? B) DEFINE B AS B.n = 0)");
    std::vector<std::string> rows;
    for (int i = 10; i < 50; ++i)
        rows.push_back("a " + std::to_string(i) + " " + std::to_string(i));
    push(rows);
    job.restart();
    push({"a 0 55"});
    job.restart();
    job.end();
    EXPECT_THAT(job.changes(), ElementsAre("+I 10, 41"));
}

TEST_F(Match, by_the_clock_needs_no_watermark) {
    job.run(
        "SELECT * FROM p MATCH_RECOGNIZE (PARTITION BY k ORDER BY pt MEASURES A.n AS a, B.n AS b "
        "PATTERN (A B) DEFINE B AS B.n > A.n)");
    job.push("p", {"'a', 1"});
    job.restart();
    job.push("p", {"'b', 5", "'a', 2"});
    EXPECT_THAT(job.changes(), ElementsAre("+I 'a', 1, 2"));
}

TEST_F(Match, by_the_clock_puts_the_rows_of_a_millisecond_in_order) {
    job.run(
        "SELECT * FROM p MATCH_RECOGNIZE (ORDER BY pt, n MEASURES A.n AS a, B.n AS b "
        "PATTERN (A B) DEFINE B AS B.n > A.n)");
    job.push("p", {"'a', 3", "'a', 1", "'a', 2"});
    EXPECT_THAT(job.changes(), IsEmpty());
    job.restart();
    job.clock().advance(std::chrono::milliseconds(1));
    job.pipeline().wake();
    EXPECT_THAT(job.changes(), ElementsAre("+I 1, 2", "+I 2, 3"));
}

TEST_F(Match, by_the_clock_lets_go_when_its_time_is_over) {
    job.run(
        "SELECT * FROM p MATCH_RECOGNIZE (ORDER BY pt MEASURES A.n AS a, C.n AS c "
        "PATTERN (A B*? C) WITHIN INTERVAL '10' SECOND DEFINE C AS C.n > A.n)");
    job.push("p", {"'a', 9"});
    job.clock().advance(std::chrono::seconds(4));
    job.push("p", {"'a', 1", "'a', 2"});
    EXPECT_THAT(job.changes(), IsEmpty()) << "the 9 may still be found";
    job.restart();
    job.clock().advance(std::chrono::seconds(6));
    job.pipeline().wake();
    EXPECT_THAT(job.changes(), ElementsAre("+I 1, 2"));
    job.push("p", {"'a', 10"});
    EXPECT_THAT(job.changes(), ElementsAre("+I 2, 10"));
}

TEST_F(Match, says_why_it_cannot_skip) {
    job.run(
        "SELECT * FROM t MATCH_RECOGNIZE (ORDER BY ts MEASURES A.n AS a "
        "AFTER MATCH SKIP TO LAST B PATTERN (A B* C) DEFINE B AS B.n > A.n)");
    push({"a 5 01", "a 4 02"});
    try {
        job.end();
        FAIL() << "it did";
    } catch (const Error& error) {
        EXPECT_STREQ(error.what(), "MATCH_RECOGNIZE cannot skip to 'B': a match has no row of it");
    }
}

}  // namespace
}  // namespace tarn::engine
