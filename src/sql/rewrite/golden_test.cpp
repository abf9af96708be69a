// The queries of tests/sql/queries/*.test give the same rows before and after they are rewritten.
#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "sql/bounded/test_queries.hpp"
#include "sql/plan/plan_check.hpp"
#include "sql/plan/plan_text.hpp"
#include "sql/rewrite/rewrite.hpp"

namespace tarn::sql {
namespace {

// Its columns and rows, or "fails".
std::vector<std::string> outcome(const Plan& plan, const TestQuery& query) {
    std::vector<std::string> lines;
    try {
        lines = lines_of(answer(plan, query.tables, query.session), plan.columns);
    } catch (const RowError&) {
        return {"fails"};
    }
    if (query.word == "query") std::ranges::sort(lines);
    std::string columns;
    for (const PlanColumn& column : plan.columns) {
        columns += fmt::format("{} {} {}, ", column.name, text_of(column.type),
                               static_cast<int>(column.time));
    }
    lines.insert(lines.begin(), columns);
    return lines;
}

class Rewritten : public testing::TestWithParam<std::string_view> {};

TEST_P(Rewritten, GivesTheSameRows) {
    int compared = 0;
    QueryFile::play(GetParam(), [&](const TestQuery& query) {
        if (!query.plan) return;
        SCOPED_TRACE(query.place + ": " + query.sql);
        check(*query.plan);
        PlanPtr plan = rewritten(query.plan, query.session);
        check(*plan);

        std::vector<std::string> before;
        try {
            before = outcome(*query.plan, query);
        } catch (const std::exception&) {
            return;  // what cannot be answered at all yet
        }
        EXPECT_EQ(outcome(*plan, query), before) << text_of(*query.plan) << text_of(*plan);
        ++compared;
    });
    RecordProperty("compared", compared);
    EXPECT_GT(compared, 0);
}

INSTANTIATE_TEST_SUITE_P(Topics, Rewritten, testing::ValuesIn(QueryTopics),
                         [](const auto& topic) { return std::string(topic.param); });

}  // namespace
}  // namespace tarn::sql
