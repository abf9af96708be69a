// The `stream` questions of tests/sql/queries/*.test: what a real Flink plans for endless runs.
// stream_differences there says where we plan otherwise on purpose.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sql/bounded/test_queries.hpp"
#include "sql/expressions/known_differences.hpp"
#include "sql/stream/stream_planner.hpp"
#include "sql/stream/test_traits.hpp"

namespace tarn::sql {
namespace {

std::string plan_text(const TestQuery& query) {
    if (!query.refusal.empty()) return "- " + query.refusal;
    if (!query.plan) return "- rows of streams are only inserted";
    auto traits = [&](const StoredTable& table, const Options&) {
        return traits_of(query.kinds->at(table.path.name));
    };
    try {
        return "= " + operators_text(*stream_plan(query.plan, query.session, traits));
    } catch (const SqlError& error) {
        return std::string("- ") + error.what();
    }
}

class StreamGolden : public testing::TestWithParam<std::string_view> {};

TEST_P(StreamGolden, plans_are_those_of_flink) {
    KnownDifferences differences(queries_folder() / "stream_differences", GetParam());
    std::string wrong;
    QueryFile::play(GetParam(), [&](const TestQuery& query) {
        // What is asked of tables has another answer, but any error other than SqlError gets away.
        std::string own = plan_text(query);
        if (query.word != "stream") return;
        const std::string& flink = query.flink.at(0);
        bool is_right = own[0] == '-' ? flink[0] == '-' : own == flink;
        if (is_right || differences.has(query.sql, own)) return;
        wrong +=
            fmt::format("{}: {}\n  flink {}\n  tarn  {}\n", query.place, query.sql, flink, own);
    });

    EXPECT_EQ(wrong, "");
    EXPECT_THAT(differences.stale(), testing::IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(Topics, StreamGolden,
                         testing::Values("aggregates", "group_by", "insert", "joins", "order",
                                         "over", "select", "set_operations", "streams", "windows"),
                         [](const auto& topic) { return std::string(topic.param); });

}  // namespace
}  // namespace tarn::sql
