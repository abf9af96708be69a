// Windows of random rows, which come in batches, in no order and with restarts between them: in the
// end each window has been given once, as the answer over all rows has it.
#include <gmock/gmock.h>

#include <random>

#include "engine/pipeline/test_job.hpp"

namespace tarn::engine {
namespace {

constexpr int Delay = 5'000;

class RandomBids {
public:
    explicit RandomBids(unsigned seed) : random_(seed) {}

    // None comes behind the watermark.
    std::string next() {
        now_ += number_below(1'200);
        int time = now_ - number_below(Delay);
        std::string key = number_below(4) == 0 ? "NULL" : fmt::format("'{}'", number_below(3));
        return fmt::format("{}, {}, TIMESTAMP '2024-03-30 00:{:02}:{:02}.{:03}'", key,
                           number_below(10), time / 60'000, time / 1'000 % 60, time % 1'000);
    }
    int number_below(int end) { return std::uniform_int_distribution<int>(0, end - 1)(random_); }

private:
    std::mt19937 random_;
    int now_ = 60'000;
};

class RandomWindows : public testing::TestWithParam<std::string> {
protected:
    static void run(unsigned seed) {
        TestJob job;
        job.declare(
            "bids (k STRING, price INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '5' "
            "SECOND)");
        job.run(GetParam());
        RandomBids bids(seed);
        std::vector<std::string> all;
        std::vector<std::string> given;
        for (int batch = 0; batch < 15; ++batch) {
            std::vector<std::string> rows;
            for (int i = bids.number_below(20); i >= 0; --i) rows.push_back(bids.next());
            job.push("bids", rows);
            all.insert(all.end(), rows.begin(), rows.end());
            if (bids.number_below(3) == 0) job.restart();
            std::ranges::copy(job.changes(), std::back_inserter(given));
        }
        job.end();
        std::ranges::copy(job.changes(), std::back_inserter(given));
        for (std::string& each : given) each = each.substr(3);
        EXPECT_THAT(given,
                    testing::UnorderedElementsAreArray(job.answer(GetParam(), {{"bids", all}})))
            << seed;
        EXPECT_EQ(job.pipeline().refused()[static_cast<size_t>(Refusal::Late)], 0);
    }
};

constexpr unsigned Runs = 8;

TEST_P(RandomWindows, come_to_the_answer_over_all_rows) {
    for (unsigned seed = 0; seed < Runs; ++seed) run(seed);
}

std::string grouped(const std::string& window, const std::string& by) {
    return "SELECT " + by +
           ", COUNT(*), SUM(price), MIN(price), MAX(price), AVG(price), COUNT(DISTINCT price) "
           "FILTER (WHERE price > 2), window_start, window_end FROM TABLE(" +
           window + ") GROUP BY window_start, window_end, " + by;
}

const std::string Rows = "TABLE bids, DESCRIPTOR(ts), ";
const std::string RowsOfKeys = "TABLE bids PARTITION BY k, DESCRIPTOR(ts), ";

INSTANTIATE_TEST_SUITE_P(
    Of, RandomWindows,
    testing::Values(
        grouped("TUMBLE(" + Rows + "INTERVAL '7' SECOND)", "k"),
        grouped("TUMBLE(" + Rows + "INTERVAL '7' SECOND, INTERVAL '3' SECOND)", "k"),
        grouped("HOP(" + Rows + "INTERVAL '2' SECOND, INTERVAL '10' SECOND)", "k"),
        grouped("HOP(" + Rows + "INTERVAL '1' SECOND, INTERVAL '30' SECOND)", "k"),
        grouped("HOP(" + Rows + "INTERVAL '5' SECOND, INTERVAL '5' SECOND)", "k"),
        grouped("CUMULATE(" + Rows + "INTERVAL '2' SECOND, INTERVAL '12' SECOND)", "k"),
        grouped("SESSION(" + RowsOfKeys + "INTERVAL '1' SECOND)", "k"),
        grouped("SESSION(" + RowsOfKeys + "INTERVAL '3' SECOND)", "k"),
        "SELECT COUNT(*), SUM(price) FROM bids GROUP BY HOP(ts, INTERVAL '4' SECOND, INTERVAL "
        "'6' SECOND)",
        "SELECT COUNT(*), SUM(price) FROM bids GROUP BY HOP(ts, INTERVAL '4' SECOND, INTERVAL "
        "'1' SECOND)",
        "SELECT k, COUNT(*), SUM(price) FROM bids GROUP BY k, SESSION(ts, INTERVAL '2' SECOND)",
        "SELECT COUNT(*), SUM(price) FROM bids GROUP BY SESSION(ts, INTERVAL '1' SECOND)",
        "SELECT * FROM TABLE(HOP(" + Rows + "INTERVAL '2' SECOND, INTERVAL '6' SECOND))",
        "SELECT * FROM TABLE(SESSION(" + RowsOfKeys + "INTERVAL '2' SECOND))",
        "SELECT COUNT(*), MAX(c), window_end FROM (SELECT k, COUNT(*) AS c, window_start, "
        "window_end FROM TABLE(CUMULATE(" +
            Rows +
            "INTERVAL '2' SECOND, INTERVAL '12' SECOND)) GROUP BY k, window_start, window_end) AS "
            "t GROUP BY window_start, window_end"));

}  // namespace
}  // namespace tarn::engine
