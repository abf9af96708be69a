// First rows by time, without windows: deduplication and sorting.
#include <gmock/gmock.h>

#include "engine/pipeline/test_job.hpp"

namespace tarn::engine {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class TimeRanks : public testing::Test {
protected:
    TimeRanks() {
        job.declare(
            "t (id INT, k STRING, n INT, ts TIMESTAMP(3), p AS PROCTIME(), "
            "WATERMARK FOR ts AS ts - INTERVAL '2' SECOND)");
    }

    static std::string one_of_each(const std::string& order, const std::string& columns = "id, k") {
        return "SELECT " + columns +
               " FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY k ORDER BY " + order +
               ") AS r FROM t) WHERE r = 1";
    }

    // Each as "1, 'a', 5 @ 07", the seconds of its time last; all in one batch.
    std::vector<std::string> push(const std::vector<std::string>& rows) {
        std::vector<std::string> texts;
        for (const std::string& row : rows) {
            size_t at = row.find(" @ ");
            texts.push_back(row.substr(0, at) +
                            ", TIMESTAMP '1970-01-01 00:00:" + row.substr(at + 3) + "'");
        }
        job.push("t", texts);
        return job.changes();
    }
    int64_t late_rows() { return job.pipeline().refused()[static_cast<size_t>(Refusal::Late)]; }

    TestJob job;
};

TEST_F(TimeRanks, by_the_clock_keep_the_first_row) {
    job.run_for_all_changes(one_of_each("p"));
    EXPECT_THAT(push({"1, 'a', 1 @ 10", "2, 'a', 1 @ 05", "3, NULL, 1 @ 05"}),
                ElementsAre("+I 1, 'a'", "+I 3, NULL"));
    job.restart();
    EXPECT_THAT(push({"4, 'a', 1 @ 10", "5, 'b', 1 @ 05", "6, NULL, 1 @ 05"}),
                ElementsAre("+I 5, 'b'"));
}

TEST_F(TimeRanks, by_the_clock_keep_the_last_row) {
    job.run_for_all_changes(one_of_each("p DESC"));
    EXPECT_THAT(push({"1, 'a', 1 @ 10", "2, 'a', 1 @ 05"}),
                ElementsAre("+I 1, 'a'", "-U 1, 'a'", "+U 2, 'a'"));
    job.restart();
    EXPECT_THAT(push({"3, 'a', 1 @ 01"}), ElementsAre("-U 2, 'a'", "+U 3, 'a'"));
}

TEST_F(TimeRanks, by_the_clock_do_not_change_with_an_equal_row) {
    std::string rows = "(SELECT k, n, p FROM t)";
    std::string query =
        "SELECT k, n FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY k ORDER BY p DESC) AS r "
        "FROM " +
        rows + ") WHERE r = 1";
    job.run_for_all_changes(query);
    push({"1, 'a', 1 @ 10"});
    job.clock().advance(std::chrono::seconds(1));
    EXPECT_THAT(push({"2, 'a', 1 @ 11"}), IsEmpty());
    EXPECT_THAT(push({"3, 'a', 2 @ 11"}), ElementsAre("-U 'a', 1", "+U 'a', 2"));
    job.context().state_ttl = std::chrono::hours(1);
    job.run_for_all_changes(query);
    EXPECT_THAT(push({"1, 'a', 1 @ 10", "1, 'a', 1 @ 10"}),
                ElementsAre("+I 'a', 1", "-U 'a', 1", "+U 'a', 1"));
}

TEST_F(TimeRanks, by_rowtime_keep_the_first_row_and_change_when_an_earlier_one_comes) {
    job.run_for_all_changes(one_of_each("ts"));
    EXPECT_THAT(push({"1, 'a', 1 @ 10", "2, 'a', 1 @ 10", "3, 'b', 1 @ 09"}),
                ElementsAre("+I 1, 'a'", "+I 3, 'b'"));
    job.restart();
    EXPECT_THAT(push({"4, 'a', 1 @ 01"}), ElementsAre("-U 1, 'a'", "+U 4, 'a'"));
}

TEST_F(TimeRanks, by_rowtime_keep_the_last_row_and_of_equal_times_the_later_one) {
    job.run(one_of_each("ts DESC"));
    EXPECT_THAT(push({"1, 'a', 1 @ 10", "2, 'a', 1 @ 10", "3, 'a', 1 @ 09"}),
                ElementsAre("+I 1, 'a'", "+U 2, 'a'"));
    job.restart();
    EXPECT_THAT(push({"4, 'a', 1 @ 09", "5, 'a', 1 @ 11"}), ElementsAre("+U 5, 'a'"));
}

TEST_F(TimeRanks, of_one_batch_may_come_out_as_the_last_of_them) {
    job.context().may_collapse = true;
    job.run_for_all_changes(one_of_each("ts DESC"));
    EXPECT_THAT(push({"1, 'a', 1 @ 10", "2, 'b', 1 @ 10", "3, 'a', 1 @ 12"}),
                ElementsAre("+I 2, 'b'", "+I 3, 'a'"));
    EXPECT_THAT(push({"4, 'a', 1 @ 13", "5, 'a', 1 @ 14"}), ElementsAre("-U 3, 'a'", "+U 5, 'a'"));
}

TEST_F(TimeRanks, are_forgotten_when_their_time_is_over) {
    job.context().state_ttl = std::chrono::seconds(10);
    job.run(one_of_each("p"));
    push({"1, 'a', 1 @ 10"});
    job.clock().advance(std::chrono::seconds(9));
    EXPECT_THAT(push({"2, 'a', 1 @ 10"}), IsEmpty());
    job.restart();
    job.clock().advance(std::chrono::seconds(1));
    EXPECT_THAT(push({"3, 'a', 1 @ 10"}), ElementsAre("+I 3, 'a'"));
}

// --- sorting

TEST_F(TimeRanks, of_a_sort_come_as_time_goes_on) {
    job.run("SELECT id, n FROM t ORDER BY ts, n DESC");
    EXPECT_THAT(push({"1, 'a', 5 @ 05", "2, 'a', 2 @ 03", "3, 'a', NULL @ 05", "4, 'a', 7 @ 05"}),
                IsEmpty());
    job.restart();
    EXPECT_THAT(push({"5, 'a', 7 @ 05", "6, 'a', 0 @ 08"}),
                ElementsAre("+I 2, 2", "+I 4, 7", "+I 5, 7", "+I 1, 5", "+I 3, NULL"));
    EXPECT_THAT(push({"7, 'a', 1 @ 05"}), IsEmpty());
    EXPECT_EQ(late_rows(), 1);
    // Behind the watermark, but nothing later has come out.
    push({"8, 'a', 1 @ 05.500"});
    job.end();
    EXPECT_THAT(job.changes(), ElementsAre("+I 8, 1", "+I 6, 0"));
}

TEST_F(TimeRanks, of_a_sort_by_the_clock_come_when_the_millisecond_has_passed) {
    job.run("SELECT id, n FROM t ORDER BY p, n");
    EXPECT_THAT(push({"1, 'a', 5 @ 05", "2, 'a', 2 @ 03"}), IsEmpty());
    job.restart();
    job.clock().advance(std::chrono::milliseconds(1));
    job.pipeline().wake();
    EXPECT_THAT(job.changes(), ElementsAre("+I 2, 2", "+I 1, 5"));
    push({"3, 'a', 5 @ 05", "4, 'a', 2 @ 03"});
    job.end();
    EXPECT_THAT(job.changes(), ElementsAre("+I 4, 2", "+I 3, 5"));
    job.run("SELECT id FROM t ORDER BY p");
    EXPECT_THAT(push({"1, 'a', 5 @ 05"}), ElementsAre("+I 1"));
}

}  // namespace
}  // namespace tarn::engine
