#include "sql/stream/stream_planner.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <set>

#include "sql/plan/query_binder.hpp"
#include "sql/syntax/parser.hpp"
#include "sql/tables/declaration.hpp"

namespace tarn::sql {
namespace {

using namespace stream;

class StreamPlanner : public testing::Test {
protected:
    StreamPlanner() {
        declare(
            "trades (id INT, k STRING, price INT, ts TIMESTAMP(3), p AS PROCTIME(), "
            "WATERMARK FOR ts AS ts) WITH ('connector' = 'kafka', 'format' = 'json')");
        declare(
            "orders (id INT, ots TIMESTAMP(3), WATERMARK FOR ots AS ots) "
            "WITH ('connector' = 'kafka', 'format' = 'json')");
        declare(
            "prices (k STRING, price INT, PRIMARY KEY (k) NOT ENFORCED) "
            "WITH ('connector' = 'upsert-kafka')");
        declare("names (k STRING, name STRING) WITH ('connector' = 'jdbc')");
        declare("counts (k STRING, n BIGINT) WITH ('connector' = 'kafka', 'format' = 'json')");
        declare(
            "changes (k STRING, n BIGINT) "
            "WITH ('connector' = 'kafka', 'format' = 'debezium-json')");
    }

    PlanPtr bound(const std::string& sql) const {
        Statement statement = parse_statement(sql::Source("query", sql));
        const auto* insert = std::get_if<Insert>(&statement.node);
        return insert ? bind_insert(*insert, names_, session_)
                      : bind_query(*std::get<QueryPtr>(statement.node), names_, session_);
    }

    StreamPlanPtr planned(const std::string& sql) const {
        return stream_plan(bound(sql), session_);
    }

    // Of the INSERTs of a set.
    std::vector<StreamPlanPtr> planned_together(const std::vector<std::string>& inserts) const {
        std::vector<PlanPtr> plans;
        for (const std::string& sql : inserts) plans.push_back(bound(sql));
        return stream_plans(plans, session_);
    }

    // How many there are, what several read counted once.
    template <typename Operator>
    static size_t count_of(const std::vector<StreamPlanPtr>& plans) {
        std::set<const StreamPlan*> met;
        size_t found = 0;
        std::function<void(const StreamPlan&)> visit = [&](const StreamPlan& plan) {
            if (!met.insert(&plan).second) return;
            found += std::holds_alternative<Operator>(plan.node) ? 1 : 0;
            for (const StreamPlanPtr& input : inputs_of(plan)) visit(*input);
        };
        for (const StreamPlanPtr& plan : plans) visit(*plan);
        return found;
    }

    std::string text_of_plan(const std::string& sql) const { return operators_text(*planned(sql)); }

    // The place that the error shows, what it says, and the hint in brackets.
    std::string refusal(const std::string& sql) const {
        try {
            planned(sql);
        } catch (const SqlError& error) {
            const Problem& problem = error.problem();
            std::string place =
                sql.substr(problem.span.begin, problem.span.end - problem.span.begin);
            return place + ": " + problem.what + " (" + problem.hint + ")";
        }
        return "it is planned";
    }

    // The topmost operator of a kind.
    template <typename Operator>
    static const Operator* find(const StreamPlan& plan) {
        if (const auto* found = std::get_if<Operator>(&plan.node)) return found;
        for (const StreamPlanPtr& input : inputs_of(plan)) {
            if (const auto* found = find<Operator>(*input)) return found;
        }
        return nullptr;
    }

private:
    void declare(const std::string& text) {
        Statement statement = parse_statement(sql::Source("table", "CREATE TABLE " + text));
        const auto& create = std::get<CreateTable>(statement.node);
        Declaration found = declared(create, session_);
        names_.put(std::make_shared<StoredTable>(
            StoredTable{names_.path_of(create.name), found.table, create.options}));
    }

    Namespace names_;
    Session session_{.zone = {}, .now = {{1'780'000'000'000, 0}}};
};

// --- connectors

TEST_F(StreamPlanner, knows_the_changes_of_tables_by_their_connectors) {
    EXPECT_EQ(text_of_plan("SELECT * FROM trades"), "Source[I]");
    EXPECT_EQ(text_of_plan("SELECT * FROM prices"), "ChangelogNormalize[I,UA,D](Source[I,UA,D])");
    EXPECT_EQ(text_of_plan("SELECT * FROM changes"), "Source[I,UB,UA,D]");
    EXPECT_EQ(text_of_plan("INSERT INTO prices SELECT k, price FROM trades"), "Sink[I](Source[I])");
    EXPECT_EQ(text_of_plan("INSERT INTO changes SELECT k, COUNT(*) FROM trades GROUP BY k"),
              "Sink[I,UB,UA](GroupAggregate[I,UB,UA](Source[I]))");
}

TEST_F(StreamPlanner, takes_away_befores_that_nobody_wants) {
    StreamPlanPtr plan = planned("SELECT * FROM changes");

    EXPECT_TRUE(std::holds_alternative<DropBefores>(plan->node));
    EXPECT_EQ(text_of(plan->changes), "I,UA,D");
}

// --- what operators know

TEST_F(StreamPlanner, puts_rows_into_windows_where_they_are_counted) {
    StreamPlanPtr plan = planned(
        "SELECT k, window_end, SUM(price) FROM TABLE(HOP(TABLE trades, DESCRIPTOR(ts), INTERVAL "
        "'5' SECOND, INTERVAL '10' SECOND)) GROUP BY k, window_start, window_end");

    const auto* windows = find<WindowAggregate>(*plan);
    ASSERT_TRUE(windows);
    EXPECT_FALSE(windows->of_rows);
    EXPECT_EQ(windows->window.size_ms, 10'000);
    EXPECT_EQ(windows->input->columns[windows->window.time].name, "ts");
    EXPECT_EQ(windows->input->columns[windows->keys[0]].name, "k");
    EXPECT_EQ(windows->calls[0].arguments, std::vector<size_t>{1});
    EXPECT_EQ(plan->columns[1].name, "window_end");
}

TEST_F(StreamPlanner, counts_windows_again_by_their_columns) {
    StreamPlanPtr plan = planned(
        "SELECT window_start, MAX(n) FROM (SELECT k, window_start, window_end, COUNT(*) AS n FROM "
        "TABLE(TUMBLE(TABLE trades, DESCRIPTOR(ts), INTERVAL '1' MINUTE)) GROUP BY k, "
        "window_start, window_end) GROUP BY window_start, window_end");

    const auto* windows = find<WindowAggregate>(*plan);
    ASSERT_TRUE(windows && windows->of_rows);
    EXPECT_EQ(windows->input->columns[windows->of_rows->start].name, "window_start");
    EXPECT_EQ(windows->input->columns[windows->of_rows->end].name, "window_end");
}

TEST_F(StreamPlanner, knows_how_far_times_lie_apart) {
    StreamPlanPtr plan = planned(
        "SELECT 1 FROM trades AS t, orders AS o WHERE t.id = o.id AND o.ots < t.ts + INTERVAL '2' "
        "SECOND AND t.ts <= o.ots + INTERVAL '1' SECOND AND t.price > 3");

    const auto* join = find<IntervalJoin>(*plan);
    ASSERT_TRUE(join);
    EXPECT_EQ(join->from_ms, -1000);
    EXPECT_EQ(join->to_ms, 1999);
    EXPECT_EQ(join->on.keys.size(), 1U);
    EXPECT_FALSE(join->on.rest);
    EXPECT_EQ(join->right->columns[join->right_time].name, "ots");
}

TEST_F(StreamPlanner, compares_what_is_computed_by_columns) {
    StreamPlanPtr plan = planned("SELECT t.k FROM trades AS t JOIN orders AS o ON t.id + 1 = o.id");

    const auto* join = find<RegularJoin>(*plan);
    ASSERT_TRUE(join && join->on.keys.size() == 1);
    EXPECT_EQ(join->on.keys[0].left, join->left->columns.size() - 1);
    EXPECT_FALSE(column_place(std::get<Calc>(join->left->node).values.back()));
    EXPECT_EQ(plan->columns.size(), 1U);
}

TEST_F(StreamPlanner, counts_no_numbers_that_nobody_reads) {
    std::string rows =
        "(SELECT *, ROW_NUMBER() OVER (PARTITION BY k ORDER BY price) AS r FROM trades) WHERE r "
        "BETWEEN 2 AND 4";
    StreamPlanPtr with = planned("SELECT id, r FROM " + rows);
    StreamPlanPtr without = planned("SELECT id FROM " + rows);

    EXPECT_TRUE(find<Rank>(*with)->with_number);
    EXPECT_FALSE(find<Rank>(*without)->with_number);
    EXPECT_EQ(find<Rank>(*with)->first, 2);
    EXPECT_EQ(find<Rank>(*with)->last, 4);
}

TEST_F(StreamPlanner, plans_no_rows_for_an_empty_range) {
    EXPECT_EQ(text_of_plan("SELECT id FROM (SELECT id, ROW_NUMBER() OVER (ORDER BY price) AS r "
                           "FROM trades) WHERE r < 1"),
              "Values[I]");
}

TEST_F(StreamPlanner, asks_tables_that_can_be_asked) {
    EXPECT_EQ(text_of_plan("SELECT t.id, n.name FROM trades AS t JOIN names FOR SYSTEM_TIME AS OF "
                           "t.p AS n ON t.k = n.k"),
              "LookupJoin:InnerJoin[I](Source[I], Source[I])");
}

TEST_F(StreamPlanner, tells_what_bounds_the_state) {
    auto state = [&](const std::string& sql) {
        return state_of(*inputs_of(*planned(sql))[0]).text;
    };

    EXPECT_EQ(state("SELECT COUNT(*) + 1 FROM trades GROUP BY k"), "one row of each key");
    EXPECT_EQ(state("SELECT COUNT(*) + 1 FROM trades"), "one row");
    EXPECT_EQ(state("SELECT t.id + 1 FROM trades t JOIN orders o ON t.id = o.id"),
              "all rows of both sides");
}

TEST_F(StreamPlanner, computes_arguments_below_calls_over_the_same_rows) {
    StreamPlanPtr plan = planned(
        "SELECT id, SUM(price) OVER w, MAX(price + 1) OVER w, MIN(price + "
        "2) OVER w FROM trades WINDOW w AS (PARTITION BY k ORDER BY ts)");

    EXPECT_EQ(operators_text(*plan), "OverAggregate[I](Source[I])");
    const auto* over = find<Over>(*plan);
    ASSERT_EQ(over->calls.size(), 3U);
    EXPECT_EQ(over->calls[0].arguments, std::vector<size_t>{2});
    EXPECT_EQ(over->calls[1].arguments, std::vector<size_t>{4});
    EXPECT_EQ(over->calls[2].arguments, std::vector<size_t>{5});
    const auto& shown = std::get<Calc>(plan->node).values;
    for (size_t i = 1; i < 4; ++i) {
        EXPECT_EQ(std::get<InputColumn>(shown[i]->node).place, 5 + i);
    }
}

TEST_F(StreamPlanner, doubles_no_conditions_on_their_way_down) {
    std::string rows = "trades";
    for (int i = 0; i < 25; ++i) rows = "(SELECT id + id AS id FROM " + rows + ")";

    EXPECT_EQ(text_of_plan("SELECT id FROM " + rows + " WHERE id > 0"), "Source[I]");
}

TEST_F(StreamPlanner, reads_the_columns_and_knows_the_filters_of_a_query_alone) {
    StreamPlanPtr plan = planned("SELECT n FROM counts WHERE k = 'a'");

    const auto* source = find<TableSource>(*plan);
    ASSERT_TRUE(source);
    EXPECT_EQ(source->filters.size(), 1U);
    EXPECT_FALSE(source->columns);
    EXPECT_EQ(find<TableSource>(*planned("SELECT n FROM counts"))->columns, std::vector<size_t>{1});
}

TEST_F(StreamPlanner, finds_rows_that_replace_others_by_a_key_that_nobody_reads) {
    StreamPlanPtr plan = planned("SELECT SUM(price) FROM prices");

    const auto* rows = find<ChangelogNormalize>(*plan);
    ASSERT_TRUE(rows);
    EXPECT_EQ(rows->input->columns.at(rows->key.at(0)).name, "k");
    EXPECT_EQ(std::get<TableSource>(rows->input->node).columns, (std::vector<size_t>{1, 0}));
}

TEST_F(StreamPlanner, leaves_no_upsert_out_that_replaces_a_wanted_row) {
    StreamPlanPtr plan = planned("SELECT k FROM prices WHERE price > 10");

    EXPECT_TRUE(find<TableSource>(*plan)->filters.empty());
    EXPECT_EQ(operators_text(*plan), "ChangelogNormalize[I,UB,UA,D](Source[I,UA,D])");
}

// --- statement sets

TEST_F(StreamPlanner, reads_a_table_once_for_all_statements_of_a_set) {
    std::vector<StreamPlanPtr> set = planned_together(
        {"INSERT INTO prices SELECT k, price FROM trades WHERE id > 1",
         "INSERT INTO counts SELECT k, COUNT(*) FROM TABLE(TUMBLE(TABLE trades, DESCRIPTOR(ts), "
         "INTERVAL '1' MINUTE)) GROUP BY k, window_start, window_end",
         "INSERT INTO prices SELECT k, id FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY k ORDER "
         "BY p) AS r FROM trades) WHERE r = 1"});

    EXPECT_EQ(count_of<TableSource>(set), 1U);
    EXPECT_EQ(count_of<WatermarkAssigner>(set), 1U);
    EXPECT_EQ(count_of<Sink>(set), 3U);
}

TEST_F(StreamPlanner, aggregates_once_what_statements_of_a_set_write_in_other_columns) {
    std::string groups =
        "(SELECT k, COUNT(*) AS n, SUM(price) AS s FROM trades GROUP BY k HAVING COUNT(*) > 1)";
    std::vector<StreamPlanPtr> set =
        planned_together({"INSERT INTO changes SELECT k, n FROM " + groups,
                          "INSERT INTO changes SELECT k, s FROM " + groups});

    EXPECT_EQ(count_of<GroupAggregate>(set), 1U);
    EXPECT_EQ(find<GroupAggregate>(*set[0])->calls.size(), 2U);
}

TEST_F(StreamPlanner, gives_befores_to_those_statements_of_a_set_that_take_them) {
    std::string groups = "(SELECT k, CAST(COUNT(*) AS INT) AS n FROM trades GROUP BY k)";
    std::vector<StreamPlanPtr> set =
        planned_together({"INSERT INTO changes SELECT k, n FROM " + groups,
                          "INSERT INTO prices SELECT k, n FROM " + groups});

    EXPECT_EQ(operators_text(*set[0]), "Sink[I,UB,UA](GroupAggregate[I,UB,UA](Source[I]))");
    EXPECT_EQ(operators_text(*set[1]), "Sink[I,UA](GroupAggregate[I,UB,UA](Source[I]))");
    EXPECT_EQ(count_of<GroupAggregate>(set), 1U);
    EXPECT_EQ(count_of<DropBefores>(set), 1U);
}

// --- refusals

TEST_F(StreamPlanner, names_what_makes_updates_and_the_cures) {
    EXPECT_EQ(refusal("INSERT INTO counts SELECT k, COUNT(*) FROM trades GROUP BY k"),
              "k: 'counts' only takes new rows, and an aggregate without a window gives updates "
              "(group in windows, which give each row once; write to a table with a key that takes "
              "updates, as upsert-kafka; or choose a format of changes, as debezium-json)");
    EXPECT_EQ(refusal("INSERT INTO counts SELECT k, price FROM prices"),
              "prices: 'counts' only takes new rows, and the table 'prices' brings changes of rows "
              "(group in windows, which give each row once; write to a table with a key that takes "
              "updates, as upsert-kafka; or choose a format of changes, as debezium-json)");
    EXPECT_EQ(refusal("INSERT INTO counts SELECT t.k, o.id FROM trades AS t LEFT JOIN orders AS o "
                      "ON t.id = o.id"),
              "t.id = o.id: 'counts' only takes new rows, and an outer or anti join takes rows "
              "back when a counterpart comes (group in windows, which give each row once; write to "
              "a table with a key that takes updates, as upsert-kafka; or choose a format of "
              "changes, as debezium-json)");
}

TEST_F(StreamPlanner, points_at_the_clause_that_makes_updates) {
    auto place = [&](const std::string& query) {
        std::string text = refusal("INSERT INTO counts " + query);
        return text.substr(0, text.find(": 'counts' only takes new rows"));
    };

    EXPECT_EQ(place("SELECT k, COUNT(*) FROM trades GROUP BY id, k HAVING k > 'a'"), "id, k");
    EXPECT_EQ(place("SELECT k, COUNT(*) FROM trades GROUP BY ROLLUP(id, k)"), "id, k");
    EXPECT_EQ(place("SELECT 'all', COUNT(*) FROM trades WHERE id > 1"), "COUNT(*)");
    EXPECT_EQ(place("SELECT DISTINCT k, id FROM trades"), "k, id");
    EXPECT_EQ(place("SELECT k, id FROM trades ORDER BY price LIMIT 10"), "10");
    EXPECT_EQ(place("SELECT k, id FROM trades UNION SELECT k, n FROM counts"),
              "SELECT k, id FROM trades UNION SELECT k, n FROM counts");
    EXPECT_EQ(place("SELECT k, id FROM trades WHERE id = (SELECT id FROM orders)"),
              "(SELECT id FROM orders)");
    EXPECT_EQ(place("SELECT k, id FROM orders AS o, LATERAL (SELECT k FROM trades AS t WHERE t.id "
                    "= o.id ORDER BY price LIMIT 2)"),
              "2");
}

TEST_F(StreamPlanner, sorts_by_time_or_a_few) {
    EXPECT_EQ(refusal("SELECT id FROM trades ORDER BY price"),
              "price: an endless stream is sorted by a time attribute, the earliest first (with a "
              "LIMIT it is sorted by anything, and the first rows are kept)");
    EXPECT_EQ(refusal("SELECT id FROM trades OFFSET 3"),
              "3: OFFSET wants a LIMIT in an endless stream ()");
}

TEST_F(StreamPlanner, refuses_what_goes_against_the_time) {
    EXPECT_EQ(refusal("SELECT SUM(id) OVER (ORDER BY price) FROM trades"),
              "SUM(id) OVER (ORDER BY price): OVER of an endless stream is ordered by a time "
              "attribute, and 'price' is none (a column with a WATERMARK is one; only ROW_NUMBER "
              "below WHERE number <= 10 takes any order)");
    EXPECT_EQ(refusal("SELECT SUM(id) OVER (ORDER BY ts DESC) FROM trades"),
              "SUM(id) OVER (ORDER BY ts DESC): OVER of an endless stream goes with the time, and "
              "this order is against it (a column with a WATERMARK is one; only ROW_NUMBER below "
              "WHERE number <= 10 takes any order)");
    EXPECT_EQ(refusal("SELECT SUM(id) OVER (PARTITION BY k) FROM trades"),
              "SUM(id) OVER (PARTITION BY k): OVER of an endless stream is ordered by one time "
              "attribute (add ORDER BY and a column with a WATERMARK)");
    EXPECT_EQ(refusal("SELECT LEAD(id) OVER (ORDER BY ts) FROM trades"),
              "LEAD(id) OVER (ORDER BY ts): LEAD looks at rows that an endless stream does not "
              "have yet (LAG looks at those before)");
    EXPECT_EQ(refusal("SELECT SUM(id) OVER (ORDER BY ts ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING) "
                      "FROM trades"),
              "SUM(id) OVER (ORDER BY ts ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING): the frame of "
              "an OVER ends at the current row in an endless stream (as in ROWS BETWEEN 2 "
              "PRECEDING AND CURRENT ROW)");
}

TEST_F(StreamPlanner, refuses_ranks_without_an_end) {
    EXPECT_EQ(refusal("SELECT id FROM (SELECT id, RANK() OVER (ORDER BY price) AS r FROM trades) "
                      "WHERE r < 3"),
              "RANK() OVER (ORDER BY price): the first rows of an endless stream are not found by "
              "RANK (ROW_NUMBER gives each row a number of its own)");
    EXPECT_EQ(refusal("SELECT id FROM (SELECT id, ROW_NUMBER() OVER (ORDER BY price) AS r FROM "
                      "trades) WHERE r > 3"),
              "ROW_NUMBER() OVER (ORDER BY price): there is no end to the rows behind a number (a "
              "condition such as number <= 10 keeps the first ones)");
}

TEST_F(StreamPlanner, refuses_windows_without_a_time) {
    EXPECT_EQ(refusal("SELECT * FROM TABLE(TUMBLE((SELECT CAST(ts AS TIMESTAMP(3)) AS x FROM "
                      "(SELECT ts + INTERVAL '1' SECOND AS ts FROM trades)), DESCRIPTOR(x), "
                      "INTERVAL '1' MINUTE))"),
              "TUMBLE((SELECT CAST(ts AS TIMESTAMP(3)) AS x FROM (SELECT ts + INTERVAL '1' SECOND "
              "AS ts FROM trades)), DESCRIPTOR(x), INTERVAL '1' MINUTE): the windows of an endless "
              "stream go by a time attribute, and 'x' is none (a column with a WATERMARK, or one "
              "AS PROCTIME(), which no join or computation has touched)");
    EXPECT_EQ(refusal("SELECT COUNT(*) FROM TABLE(HOP(TABLE trades, DESCRIPTOR(ts), INTERVAL '3' "
                      "SECOND, INTERVAL '10' SECOND)) GROUP BY window_start, window_end"),
              "HOP(TABLE trades, DESCRIPTOR(ts), INTERVAL '3' SECOND, INTERVAL '10' SECOND): the "
              "size of these windows, 10000 ms, is no multiple of their slide, 3000 ms (the older "
              "GROUP BY HOP(…) takes any size)");
}

TEST_F(StreamPlanner, refuses_changes_where_rows_have_to_stay) {
    EXPECT_EQ(refusal("SELECT k FROM (SELECT k, ROW_NUMBER() OVER (PARTITION BY k ORDER BY p) AS r "
                      "FROM (SELECT k, n, PROCTIME() AS p FROM changes)) WHERE r = 1"),
              "changes: the first or last row of each key by processing time only takes rows that "
              "stay, and the table 'changes' brings changes of rows (order by a column of the row, "
              "or keep the last value in GROUP BY)");
    EXPECT_EQ(refusal("SELECT t.id FROM trades AS t JOIN prices FOR SYSTEM_TIME AS OF t.p AS x ON "
                      "t.k = x.k"),
              "trades AS t JOIN prices FOR SYSTEM_TIME AS OF t.p AS x ON t.k = x.k: a join with "
              "what is valid by the clock wants a table that can be asked (a jdbc or an Iceberg "
              "table can; of a stream, join the versions by their rowtime)");
    EXPECT_EQ(refusal("SELECT t.id FROM trades AS t JOIN prices FOR SYSTEM_TIME AS OF t.ts AS x ON "
                      "t.k = x.k"),
              "trades AS t JOIN prices FOR SYSTEM_TIME AS OF t.ts AS x ON t.k = x.k: the table of "
              "versions has no rowtime, so nobody knows when each was valid (it takes a column "
              "with a WATERMARK)");
}

}  // namespace
}  // namespace tarn::sql
