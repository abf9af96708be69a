// Operators that look at one row at a time, and what holds for all of a pipeline.
#include <gmock/gmock.h>

#include "engine/pipeline/test_job.hpp"

namespace tarn::engine {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class Rows : public testing::Test {
protected:
    Rows() {
        job.declare("t (id INT, name STRING, items ARRAY<INT>)", sql::AllChanges);
        job.declare(
            "bids (price INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '5' SECOND)");
    }

    void bid(const std::vector<std::string>& seconds, int32_t partition = 0) {
        std::vector<std::string> rows;
        for (const std::string& each : seconds) {
            rows.push_back("1, TIMESTAMP '1970-01-01 00:00:" + each + "'");
        }
        job.push("bids", rows, Change::Insert, partition);
    }

    TestJob job;
};

TEST_F(Rows, are_computed_where_the_condition_holds) {
    job.run("SELECT id + 1, UPPER(name) FROM t WHERE id > 1");
    job.push("t", {"1, 'a', NULL", "2, 'b', NULL", "NULL, 'c', NULL"});
    job.push("t", {"3, NULL, NULL"}, Change::Delete);
    EXPECT_THAT(job.changes(), ElementsAre("+I 3, 'B'", "-D 4, NULL"));
    job.push("t", {"1, 'a', NULL"});
    EXPECT_THAT(job.changes(), IsEmpty());
}

TEST_F(Rows, of_items_have_the_change_of_their_row) {
    job.run("SELECT id, item FROM t CROSS JOIN UNNEST(items) AS u (item)");
    job.push("t", {"1, 'a', ARRAY[7, 8]", "2, 'b', NULL"}, Change::UpdateAfter);
    EXPECT_THAT(job.changes(), ElementsAre("+U 1, 7", "+U 1, 8"));
}

TEST_F(Rows, of_values_need_no_source) {
    job.run("SELECT x * 2 FROM (VALUES (1), (2)) AS v (x)");
    EXPECT_THAT(job.changes(), ElementsAre("+I 2", "+I 4"));
    EXPECT_EQ(job.watermark(), EndOfTime);
}

TEST_F(Rows, bring_time_forward) {
    job.run("SELECT price FROM bids");
    bid({"10", "08"});
    EXPECT_EQ(job.watermark(), 5'000);
    bid({"07"});
    EXPECT_EQ(job.watermark(), 5'000);
    job.end();
    EXPECT_EQ(job.watermark(), EndOfTime);
}

TEST_F(Rows, of_each_partition_bring_time_forward_and_the_slowest_counts) {
    job.run("SELECT price FROM bids");
    job.pipeline().expect(0, std::vector<int32_t>{0, 1});
    bid({"30"}, 0);
    EXPECT_EQ(job.watermark(), NoTimeYet);
    bid({"10"}, 1);
    EXPECT_EQ(job.watermark(), 5'000);
    bid({"20"}, 1);
    EXPECT_EQ(job.watermark(), 15'000);
    job.pipeline().set_idle(0, 1);
    EXPECT_EQ(job.watermark(), 25'000);
    bid({"40"}, 0);
    EXPECT_EQ(job.watermark(), 35'000);
}

TEST_F(Rows, without_a_time_are_left_out_and_counted) {
    job.run("SELECT price FROM bids");
    job.push("bids", {"1, NULL", "2, TIMESTAMP '1970-01-01 00:00:10'"});
    EXPECT_THAT(job.changes(), ElementsAre("+I 2"));
    EXPECT_EQ(job.pipeline().refused()[static_cast<size_t>(Refusal::NullTime)], 1);
}

TEST_F(Rows, go_on_in_time_where_a_job_stopped) {
    job.run("SELECT price FROM bids");
    job.pipeline().expect(0, std::vector<int32_t>{0, 1});
    bid({"30"}, 0);
    bid({"10"}, 1);
    job.restart();
    bid({"12"}, 1);
    EXPECT_EQ(job.watermark(), 7'000);
}

}  // namespace
}  // namespace tarn::engine
