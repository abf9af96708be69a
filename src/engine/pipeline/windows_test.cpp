// Windows of time: which rows they hold, when they are given, and what becomes of late rows. Each
// case also runs with a restart after each push, which must make no difference.
#include <gmock/gmock.h>

#include "engine/pipeline/test_job.hpp"

namespace tarn::engine {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class Windows : public testing::TestWithParam<bool> {
protected:
    struct Bid {
        std::string key;
        int price;
        std::string second;
    };

    Windows() {
        job.declare(
            "bids (k STRING, price INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '1' "
            "SECOND)");
    }

    void bid(const std::vector<Bid>& bids, Change change = Change::Insert) {
        std::vector<std::string> rows;
        for (const Bid& each : bids) {
            std::string key = each.key.empty() ? "NULL" : "'" + each.key + "'";
            rows.push_back(key + ", " + std::to_string(each.price) +
                           ", TIMESTAMP '1970-01-01 00:00:" + each.second + "'");
        }
        push("bids", rows, change);
    }
    void push(const std::string& table, const std::vector<std::string>& rows,
              Change change = Change::Insert) {
        job.push(table, rows, change);
        if (GetParam()) job.restart();
    }
    std::vector<std::string> changes() { return job.changes(); }
    std::vector<std::string> changes_at_end() {
        job.end();
        return job.changes();
    }
    // Each row counts in a window or here.
    int64_t late() { return job.pipeline().refused()[static_cast<size_t>(Refusal::Late)]; }

    TestJob job;
};

INSTANTIATE_TEST_SUITE_P(With, Windows, testing::Bool(), [](const auto& each) {
    return each.param ? std::string("restarts") : std::string("one_run");
});

const std::string Edges = "DATE_FORMAT(window_start, 'mm:ss'), DATE_FORMAT(window_end, 'mm:ss') ";

std::string tumbling(const std::string& values) {
    return "SELECT " + values + ", " + Edges +
           "FROM TABLE(TUMBLE(TABLE bids, DESCRIPTOR(ts), INTERVAL '10' SECOND)) ";
}

TEST_P(Windows, are_given_when_the_watermark_comes_to_their_last_millisecond) {
    job.run(tumbling("k, SUM(price)") + "GROUP BY k, window_start, window_end");

    bid({{"a", 3, "01"}, {"b", 4, "02"}, {"a", 5, "09.999"}, {"a", 7, "10"}});
    EXPECT_THAT(changes(), IsEmpty());
    bid({{"b", 1, "10.998"}});
    EXPECT_THAT(changes(), IsEmpty());
    bid({{"b", 1, "10.999"}});
    EXPECT_THAT(changes(),
                ElementsAre("+I 'a', 8, '00:00', '00:10'", "+I 'b', 4, '00:00', '00:10'"));
    EXPECT_EQ(job.watermark(), 9'999);
    EXPECT_THAT(changes_at_end(),
                ElementsAre("+I 'a', 7, '00:10', '00:20'", "+I 'b', 2, '00:10', '00:20'"));
}

TEST_P(Windows, leave_out_what_comes_when_they_are_over) {
    job.run(tumbling("SUM(price)") + "GROUP BY window_start, window_end");

    bid({{"a", 1, "05"}, {"a", 2, "20"}});
    // Behind the watermark, but in a window that is open.
    bid({{"a", 4, "12"}, {"a", 8, "09"}, {"a", 16, "21"}});
    EXPECT_THAT(changes(), ElementsAre("+I 1, '00:00', '00:10'", "+I 4, '00:10', '00:20'"));
    EXPECT_THAT(changes_at_end(), ElementsAre("+I 18, '00:20', '00:30'"));
    if (!GetParam()) {
        EXPECT_EQ(late(), 1);
    }
}

TEST_P(Windows, take_a_missing_key_for_a_key) {
    job.run(tumbling("k, COUNT(*)") + "GROUP BY k, window_start, window_end");

    bid({{"", 1, "01"}, {"a", 1, "01"}, {"", 1, "02"}});
    EXPECT_THAT(changes_at_end(),
                ElementsAre("+I NULL, 2, '00:00', '00:10'", "+I 'a', 1, '00:00', '00:10'"));
}

TEST_P(Windows, count_what_filters_let_through_and_different_values_once) {
    job.run(tumbling("COUNT(*) FILTER (WHERE price > 1), COUNT(DISTINCT price), "
                     "SUM(DISTINCT price) FILTER (WHERE k = 'b')") +
            "GROUP BY window_start, window_end");

    bid({{"a", 1, "01"}, {"b", 2, "02"}});
    bid({{"b", 2, "03"}, {"b", 3, "04"}, {"", 3, "05"}});
    EXPECT_THAT(changes_at_end(), ElementsAre("+I 4, 3, 5, '00:00', '00:10'"));
}

TEST_P(Windows, give_each_grouping_set_its_rows) {
    job.run(tumbling("k, SUM(price)") +
            "GROUP BY window_start, window_end, GROUPING SETS ((k), ())");

    bid({{"a", 1, "01"}, {"b", 2, "02"}, {"a", 4, "03"}});
    EXPECT_THAT(changes_at_end(), testing::UnorderedElementsAre("+I 'a', 5, '00:00', '00:10'",
                                                                "+I NULL, 7, '00:00', '00:10'",
                                                                "+I 'b', 2, '00:00', '00:10'"));
}

TEST_P(Windows, that_hop_share_rows) {
    job.run(
        "SELECT SUM(price), " + Edges +
        "FROM TABLE(HOP(TABLE bids, DESCRIPTOR(ts), INTERVAL '5' SECOND, INTERVAL '10' SECOND)) "
        "GROUP BY window_start, window_end");

    bid({{"a", 1, "02"}, {"a", 2, "07"}, {"a", 4, "12"}});
    EXPECT_THAT(changes(), ElementsAre("+I 1, '59:55', '00:05'", "+I 3, '00:00', '00:10'"));
    // Too late for the window that ends at 10, but not for the next.
    bid({{"a", 8, "06"}, {"a", 16, "01"}});
    EXPECT_THAT(changes_at_end(), ElementsAre("+I 14, '00:05', '00:15'", "+I 4, '00:10', '00:20'"));
    if (!GetParam()) {
        EXPECT_EQ(late(), 1);
    }
}

TEST_P(Windows, that_hop_need_no_row_in_each_slice) {
    job.run("SELECT k, COUNT(*), " + Edges +
            "FROM TABLE(HOP(TABLE bids, DESCRIPTOR(ts), INTERVAL '2' SECOND, INTERVAL '6' SECOND)) "
            "GROUP BY k, window_start, window_end");

    bid({{"a", 1, "10"}, {"b", 2, "15"}});
    EXPECT_THAT(changes(),
                ElementsAre("+I 'a', 1, '00:06', '00:12'", "+I 'a', 1, '00:08', '00:14'"));
    EXPECT_THAT(changes_at_end(),
                ElementsAre("+I 'a', 1, '00:10', '00:16'", "+I 'b', 1, '00:10', '00:16'",
                            "+I 'b', 1, '00:12', '00:18'", "+I 'b', 1, '00:14', '00:20'"));
}

TEST_P(Windows, of_the_older_kind_may_leave_gaps) {
    job.run(
        "SELECT SUM(price), DATE_FORMAT(HOP_END(ts, INTERVAL '4' SECOND, INTERVAL '2' SECOND), "
        "'mm:ss') FROM bids GROUP BY HOP(ts, INTERVAL '4' SECOND, INTERVAL '2' SECOND)");

    bid({{"a", 1, "01"}, {"a", 2, "03"}, {"a", 4, "05.999"}});
    EXPECT_THAT(changes_at_end(), ElementsAre("+I 1, '00:02'", "+I 4, '00:06'"));
    EXPECT_EQ(late(), 0);
}

TEST_P(Windows, that_cumulate_grow_step_by_step) {
    job.run("SELECT k, SUM(price), " + Edges +
            "FROM TABLE(CUMULATE(TABLE bids, DESCRIPTOR(ts), INTERVAL '5' SECOND, INTERVAL '15' "
            "SECOND)) "
            "GROUP BY k, window_start, window_end");

    bid({{"a", 1, "02"}, {"b", 2, "07"}, {"a", 4, "11"}});
    EXPECT_THAT(changes(), ElementsAre("+I 'a', 1, '00:00', '00:05'", "+I 'a', 1, '00:00', '00:10'",
                                       "+I 'b', 2, '00:00', '00:10'"));
    // In the windows that are still to come.
    bid({{"b", 8, "03"}, {"c", 16, "08"}});
    EXPECT_THAT(changes_at_end(),
                ElementsAre("+I 'a', 5, '00:00', '00:15'", "+I 'b', 10, '00:00', '00:15'",
                            "+I 'c', 16, '00:00', '00:15'"));
}

TEST_P(Windows, that_cumulate_may_begin_with_a_late_row) {
    job.run("SELECT SUM(price), " + Edges +
            "FROM TABLE(CUMULATE(TABLE bids, DESCRIPTOR(ts), INTERVAL '5' SECOND, INTERVAL '15' "
            "SECOND)) "
            "GROUP BY window_start, window_end");

    bid({{"a", 1, "22"}});
    bid({{"a", 2, "16"}, {"a", 4, "14"}});
    EXPECT_THAT(changes_at_end(), ElementsAre("+I 3, '00:15', '00:25'", "+I 3, '00:15', '00:30'"));
}

std::string sessions(const std::string& values) {
    return "SELECT k, " + values + ", " + Edges +
           "FROM TABLE(SESSION(TABLE bids PARTITION BY k, DESCRIPTOR(ts), INTERVAL '4' SECOND)) ";
}

TEST_P(Windows, of_sessions_are_joined_by_rows_between_them) {
    job.run(sessions("SUM(price), COUNT(*)") + "GROUP BY k, window_start, window_end");

    bid({{"a", 1, "05"}, {"b", 2, "04"}, {"a", 4, "12"}});
    EXPECT_THAT(changes(),
                ElementsAre("+I 'b', 2, 1, '00:04', '00:08'", "+I 'a', 1, 1, '00:05', '00:09'"));
    bid({{"a", 8, "20"}, {"a", 16, "16.5"}});
    EXPECT_THAT(changes(), ElementsAre("+I 'a', 4, 1, '00:12', '00:16'"));
    bid({{"a", 32, "24.5"}});
    EXPECT_THAT(changes_at_end(),
                ElementsAre("+I 'a', 24, 2, '00:16', '00:24'", "+I 'a', 32, 1, '00:24', '00:28'"));
}

TEST_P(Windows, of_sessions_take_late_rows_that_their_own_rows_wait_for) {
    job.run(sessions("SUM(price)") + "GROUP BY k, window_start, window_end");

    bid({{"a", 1, "05"}, {"b", 2, "11"}});
    EXPECT_THAT(changes(), ElementsAre("+I 'a', 1, '00:05', '00:09'"));
    // The first session is over, so what comes just behind it begins one of its own.
    bid({{"a", 4, "09"}, {"a", 8, "04"}});
    EXPECT_THAT(changes_at_end(),
                ElementsAre("+I 'a', 4, '00:09', '00:13'", "+I 'b', 2, '00:11', '00:15'"));
    if (!GetParam()) {
        EXPECT_EQ(late(), 1);
    }
}

TEST_P(Windows, of_sessions_of_the_older_kind_go_by_the_keys) {
    job.run(
        "SELECT k, SUM(price), DATE_FORMAT(SESSION_START(ts, INTERVAL '4' SECOND), 'mm:ss') "
        "FROM bids GROUP BY k, SESSION(ts, INTERVAL '4' SECOND)");

    bid({{"a", 1, "01"}, {"", 2, "02"}, {"a", 4, "04"}, {"", 8, "08"}});
    EXPECT_THAT(changes_at_end(),
                testing::UnorderedElementsAre("+I 'a', 5, '00:01'", "+I NULL, 2, '00:02'",
                                              "+I NULL, 8, '00:08'"));
}

TEST_P(Windows, of_windows_take_what_the_first_give) {
    job.run(
        "SELECT SUM(s), COUNT(*), " + Edges +
        "FROM (SELECT k, SUM(price) AS s, window_start, window_end FROM TABLE(TUMBLE(TABLE bids, "
        "DESCRIPTOR(ts), INTERVAL '10' SECOND)) GROUP BY k, window_start, window_end) AS t "
        "GROUP BY window_start, window_end");

    bid({{"a", 1, "01"}, {"b", 2, "02"}, {"a", 4, "03"}, {"c", 8, "12"}});
    EXPECT_THAT(changes(), ElementsAre("+I 7, 2, '00:00', '00:10'"));
    EXPECT_THAT(changes_at_end(), ElementsAre("+I 8, 1, '00:10', '00:20'"));
}

TEST_P(Windows, may_be_put_into_larger_ones) {
    job.run(
        "WITH tens AS (SELECT SUM(price) AS s, window_time AS rt FROM TABLE(TUMBLE(TABLE bids, "
        "DESCRIPTOR(ts), INTERVAL '10' SECOND)) GROUP BY window_start, window_end, window_time) "
        "SELECT SUM(s), " +
        Edges +
        "FROM TABLE(TUMBLE(TABLE tens, DESCRIPTOR(rt), INTERVAL '30' SECOND)) "
        "GROUP BY window_start, window_end");

    bid({{"a", 1, "01"}, {"b", 2, "12"}, {"a", 4, "23"}});
    EXPECT_THAT(changes(), IsEmpty());
    bid({{"c", 8, "31"}});
    EXPECT_THAT(changes(), ElementsAre("+I 7, '00:00', '00:30'"));
}

TEST_P(Windows, of_the_older_kind_take_rows_back) {
    job.declare(
        "orders (k STRING, price INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '1' "
        "SECOND)",
        sql::AllChanges);
    job.run(
        "SELECT k, SUM(price), MAX(price) FROM orders "
        "GROUP BY k, TUMBLE(ts, INTERVAL '10' SECOND)");

    auto order = [](const std::string& key, int price) {
        return "'" + key + "', " + std::to_string(price) + ", TIMESTAMP '1970-01-01 00:00:05'";
    };
    push("orders", {order("a", 7), order("a", 5), order("b", 3)});
    push("orders", {order("a", 7)}, Change::UpdateBefore);
    push("orders", {order("a", 6)}, Change::UpdateAfter);
    push("orders", {order("b", 3)}, Change::Delete);
    EXPECT_THAT(changes_at_end(), ElementsAre("+I 'a', 11, 6"));
}

TEST_P(Windows, of_moments_follow_the_clocks_of_the_session) {
    job.context().zone = sql::TimeZone::named("Europe/Berlin");
    job.declare("moments (x INT, ts TIMESTAMP_LTZ(3), WATERMARK FOR ts AS ts)");
    job.run(
        "SELECT SUM(x), window_start, window_end FROM TABLE(TUMBLE(TABLE moments, DESCRIPTOR(ts), "
        "INTERVAL '1' DAY)) GROUP BY window_start, window_end");

    // The night has an hour less: midnight is at 22:00 UTC.
    auto at = [](const std::string& x, const std::string& time) {
        return x + ", CAST('2024-03-" + time + "' AS TIMESTAMP_LTZ(3))";
    };
    push("moments", {at("1", "31 00:30:00"), at("2", "31 23:59:59.998")});
    EXPECT_THAT(changes(), IsEmpty());
    push("moments", {at("4", "31 23:59:59.999")});
    EXPECT_THAT(changes(), ElementsAre("+I 7, 2024-03-31 00:00:00, 2024-04-01 00:00:00"));
}

TEST_P(Windows, of_processing_time_are_given_by_the_clock) {
    job.declare("events (x INT, p AS PROCTIME())");
    job.run(
        "SELECT SUM(x) FROM TABLE(TUMBLE(TABLE events, DESCRIPTOR(p), INTERVAL '10' SECOND)) "
        "GROUP BY window_start, window_end");

    push("events", {"1", "2"});
    int64_t now = job.context().now_ms();
    EXPECT_EQ(job.pipeline().wakes_at_ms(), now + 10'000);
    job.clock().advance(std::chrono::milliseconds(9'999));
    push("events", {"4"});
    job.pipeline().wake();
    EXPECT_THAT(changes(), IsEmpty());
    job.clock().advance(std::chrono::milliseconds(1));
    job.pipeline().wake();
    EXPECT_THAT(changes(), ElementsAre("+I 7"));
    EXPECT_EQ(job.pipeline().wakes_at_ms(), std::nullopt);
    push("events", {"8"});
    EXPECT_THAT(changes_at_end(), ElementsAre("+I 8"));
}

TEST_P(Windows, of_processing_time_may_be_sessions) {
    job.declare("events (x INT, p AS PROCTIME())");
    job.run("SELECT SUM(x) FROM events GROUP BY SESSION(p, INTERVAL '10' SECOND)");

    push("events", {"1"});
    job.clock().advance(std::chrono::seconds(6));
    push("events", {"2"});
    job.clock().advance(std::chrono::seconds(6));
    job.pipeline().wake();
    EXPECT_THAT(changes(), IsEmpty());
    job.clock().advance(std::chrono::seconds(4));
    job.pipeline().wake();
    EXPECT_THAT(changes(), ElementsAre("+I 3"));
}

TEST_P(Windows, of_rows_stand_beside_them_at_once) {
    job.run(
        "SELECT price, " + Edges +
        "FROM TABLE(HOP(TABLE bids, DESCRIPTOR(ts), INTERVAL '5' SECOND, INTERVAL '10' SECOND))");

    bid({{"a", 1, "07"}, {"a", 2, "02"}});
    EXPECT_THAT(changes(), ElementsAre("+I 1, '00:05', '00:15'", "+I 1, '00:00', '00:10'",
                                       "+I 2, '00:00', '00:10'", "+I 2, '59:55', '00:05'"));
}

TEST_P(Windows, of_rows_that_are_sessions_stand_beside_them_when_they_are_over) {
    job.run("SELECT k, price, " + Edges +
            "FROM TABLE(SESSION(TABLE bids PARTITION BY k, DESCRIPTOR(ts), INTERVAL '4' SECOND))");

    bid({{"a", 1, "02"}, {"a", 2, "07"}, {"b", 4, "07"}});
    EXPECT_THAT(changes(), ElementsAre("+I 'a', 1, '00:02', '00:06'"));
    bid({{"a", 8, "05"}, {"b", 16, "11"}});
    EXPECT_THAT(changes(), IsEmpty());
    EXPECT_THAT(changes_at_end(),
                ElementsAre("+I 'a', 2, '00:05', '00:11'", "+I 'a', 8, '00:05', '00:11'",
                            "+I 'b', 4, '00:07', '00:15'", "+I 'b', 16, '00:07', '00:15'"));
}

}  // namespace
}  // namespace tarn::engine
