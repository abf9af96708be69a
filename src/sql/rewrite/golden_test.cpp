// The queries of tests/sql/queries/*.test give the same rows before and after they are rewritten.
#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

#include "sql/bounded/test_queries.hpp"
#include "sql/plan/plan_check.hpp"
#include "sql/plan/plan_text.hpp"
#include "sql/rewrite/passes.hpp"
#include "sql/rewrite/rewrite.hpp"

namespace tarn::sql {
namespace {

using Lines = std::vector<std::string>;

// The types of its columns and its rows, or "fails".
Lines outcome(const Plan& plan, const TestQuery& query) {
    Lines lines;
    try {
        lines = lines_of(answer(plan, query.tables, query.session), plan.columns);
    } catch (const RowError&) {
        return {"fails"};
    }
    if (query.word == "query") std::ranges::sort(lines);
    std::string columns;
    for (const PlanColumn& column : plan.columns) {
        columns += fmt::format("{} {}, ", text_of(column.type), static_cast<int>(column.time));
    }
    lines.insert(lines.begin(), columns);
    return lines;
}

Lines names_of(const Plan& plan) {
    Lines names;
    for (const PlanColumn& column : plan.columns) names.push_back(column.name);
    return names;
}

struct Pass {
    std::string_view name;
    std::function<PlanPtr(const PlanPtr&, const Session&)> run;
};

// All of them together, and each alone: none counts on another one.
const std::vector<Pass>& passes() {
    static const std::vector<Pass> all{
        {"all", [](auto& plan, auto& session) { return rewritten(plan, session); }},
        {"simple values", with_simple_values},
        {"idle steps", [](auto& plan, auto&) { return without_idle_steps(plan); }},
        {"neighbours", [](auto& plan, auto&) { return with_neighbours_joined(plan); }},
        {"filters", [](auto& plan, auto&) { return with_filters_down(plan); }},
        {"orders", [](auto& plan, auto&) { return without_unseen_orders(plan); }},
        {"columns", [](auto& plan, auto&) { return without_unread_columns({plan}).front(); }},
        {"scan filters", [](auto& plan, auto&) { return with_scan_filters({plan}).front(); }},
        {"shared", [](auto& plan, auto&) { return with_shared_parts({plan}).front(); }},
    };
    return all;
}

class Rewritten : public testing::TestWithParam<std::string_view> {};

TEST_P(Rewritten, GivesTheSameRows) {
    int compared = 0;
    QueryFile::play(GetParam(), [&](const TestQuery& query) {
        if (!query.plan || query.word == "stream") return;
        SCOPED_TRACE(query.place + ": " + query.sql);
        Lines before = outcome(*query.plan, query);
        for (const Pass& pass : passes()) {
            SCOPED_TRACE(pass.name);
            PlanPtr plan = pass.run(query.plan, query.session);
            Lines after = outcome(*plan, query);
            EXPECT_EQ(after, before) << text_of(*query.plan) << text_of(*plan);
            // Inside of a plan rows are read by places: names are kept by all of it.
            bool is_all = pass.name == "all";
            EXPECT_TRUE(!is_all || names_of(*plan) == names_of(*query.plan));
        }
        ++compared;
    });
    EXPECT_GT(compared, 0);
}

INSTANTIATE_TEST_SUITE_P(Topics, Rewritten, testing::ValuesIn(QueryTopics),
                         [](const auto& topic) { return std::string(topic.param); });

class Checked : public testing::TestWithParam<std::string_view> {};

// Also of what is planned for endless runs and for tables, which nobody answers here.
TEST_P(Checked, KeepsWhatPlansKeepTo) {
    int checked = 0;
    QueryFile::play(GetParam(), [&](const TestQuery& query) {
        if (!query.plan) return;
        SCOPED_TRACE(query.place + ": " + query.sql);
        check(*query.plan);
        for (const Pass& pass : passes()) check(*pass.run(query.plan, query.session));
        PlanPtr once = rewritten(query.plan, query.session);
        EXPECT_EQ(text_of(*rewritten(once, query.session)), text_of(*once));
        ++checked;
    });
    EXPECT_GT(checked, 0);
}

INSTANTIATE_TEST_SUITE_P(Topics, Checked, testing::ValuesIn(QueryTopics),
                         [](const auto& topic) { return std::string(topic.param); });
INSTANTIATE_TEST_SUITE_P(PlannedAlone, Checked, testing::Values("streams", "insert"),
                         [](const auto& topic) { return std::string(topic.param); });

}  // namespace
}  // namespace tarn::sql
