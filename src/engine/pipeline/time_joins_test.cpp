// Joins that know time: within bounds, of the same window, with versions. What a real Flink gives
// stands in tests/sql/changelogs; here is what it does not show.
#include <gmock/gmock.h>

#include "engine/pipeline/test_job.hpp"

namespace tarn::engine {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

class TimeJoins : public testing::Test {
protected:
    TimeJoins() {
        job.declare(
            "a (id INT, k STRING, ts TIMESTAMP(3), p AS PROCTIME(), WATERMARK FOR ts AS ts)");
        job.declare(
            "b (bid INT, bk STRING, bts TIMESTAMP(3), bp AS PROCTIME(), "
            "WATERMARK FOR bts AS bts)");
    }

    void push(const std::string& table, int id, const std::string& key, const std::string& second) {
        job.push(table, {fmt::format("{}, {}, TIMESTAMP '1970-01-01 00:00:{}'", id, key, second)});
    }

    static std::string of_windows(const std::string& join) {
        return "SELECT id, bid FROM TABLE(TUMBLE(TABLE a, DESCRIPTOR(ts), INTERVAL '10' SECOND)) "
               "l " +
               join +
               " JOIN TABLE(TUMBLE(TABLE b, DESCRIPTOR(bts), INTERVAL '10' SECOND)) r "
               "ON l.window_start = r.window_start AND l.window_end = r.window_end AND k = bk";
    }

    TestJob job;
};

TEST_F(TimeJoins, within_a_time_hold_the_watermark_back_for_rows_without_a_partner) {
    job.run(
        "SELECT id, bid FROM a LEFT JOIN b ON k = bk AND bts BETWEEN ts - INTERVAL '5' SECOND "
        "AND ts + INTERVAL '2' SECOND");
    push("a", 1, "'x'", "10");
    push("b", 7, "'y'", "10");
    EXPECT_EQ(job.watermark(), 5'000);
    job.end();
    EXPECT_THAT(job.changes(), ElementsAre("+I 1, NULL"));
    EXPECT_EQ(job.watermark(), EndOfTime);
}

TEST_F(TimeJoins, within_a_time_of_the_clock_forget_rows_by_the_clock) {
    job.run(
        "SELECT id, bid FROM a LEFT JOIN b ON k = bk AND bp BETWEEN p - INTERVAL '5' SECOND "
        "AND p + INTERVAL '5' SECOND");
    push("a", 1, "'x'", "10");
    push("a", 2, "'y'", "10");
    job.restart();
    job.clock().advance(std::chrono::seconds(5));
    push("b", 7, "'x'", "10");
    EXPECT_THAT(job.changes(), ElementsAre("+I 1, 7"));
    job.clock().advance(std::chrono::seconds(6));
    job.pipeline().wake();
    EXPECT_THAT(job.changes(), ElementsAre("+I 2, NULL"));
    push("b", 8, "'x'", "10");
    EXPECT_THAT(job.changes(), IsEmpty());
}

TEST_F(TimeJoins, of_windows_are_given_when_the_window_is_over) {
    job.run(of_windows("FULL"));
    push("a", 1, "'x'", "01");
    push("a", 2, "NULL", "02");
    push("b", 7, "'x'", "03");
    push("b", 8, "NULL", "04");
    push("b", 9, "'x'", "11");
    job.restart();
    EXPECT_THAT(job.changes(), IsEmpty());
    push("a", 3, "'x'", "12");
    EXPECT_THAT(job.changes(), UnorderedElementsAre("+I 1, 7", "+I 2, NULL", "+I NULL, 8"));
    job.end();
    EXPECT_THAT(job.changes(), ElementsAre("+I 3, 9"));
}

TEST_F(TimeJoins, of_windows_refuse_rows_of_windows_that_are_over) {
    job.run(of_windows("INNER"));
    push("a", 1, "'x'", "15");
    push("b", 7, "'x'", "15");
    push("a", 2, "'x'", "09");
    job.end();
    EXPECT_THAT(job.changes(), ElementsAre("+I 1, 7"));
    EXPECT_EQ(job.pipeline().refused()[static_cast<size_t>(Refusal::Late)], 1);
}

TEST_F(TimeJoins, of_windows_tell_which_rows_have_a_partner) {
    std::string query =
        "SELECT id FROM TABLE(TUMBLE(TABLE a, DESCRIPTOR(ts), INTERVAL '10' SECOND)) l WHERE {} "
        "(SELECT 1 FROM TABLE(TUMBLE(TABLE b, DESCRIPTOR(bts), INTERVAL '10' SECOND)) r "
        "WHERE l.window_start = r.window_start AND l.window_end = r.window_end AND k = bk)";
    for (const auto& [word, row] : {std::pair("EXISTS", "+I 1"), {"NOT EXISTS", "+I 2"}}) {
        job.run(fmt::format(fmt::runtime(query), word));
        push("a", 1, "'x'", "01");
        push("a", 2, "'y'", "01");
        push("b", 7, "'x'", "01");
        push("b", 8, "'x'", "02");
        job.restart();
        job.end();
        EXPECT_THAT(job.changes(), ElementsAre(row));
    }
}

}  // namespace
}  // namespace tarn::engine
