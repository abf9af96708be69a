// The first rows of an order, without windows: Top-N, LIMIT, deduplication.
#include <gmock/gmock.h>

#include <random>

#include "engine/pipeline/test_job.hpp"

namespace tarn::engine {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::string numbered(const std::string& over, const std::string& condition,
                     const std::string& columns = "id, k, n", const std::string& table = "t") {
    return "SELECT " + columns + " FROM (SELECT *, ROW_NUMBER() OVER (" + over + ") AS r FROM " +
           table + ") WHERE " + condition;
}

class Ranks : public testing::Test {
protected:
    Ranks() {
        job.declare("t (id INT, k STRING, n INT)");
        job.declare("c (id INT, k STRING, n INT)", sql::AllChanges);
    }

    // In one batch, and the changes that come of it.
    std::vector<std::string> push(const std::vector<std::string>& rows) {
        job.push("t", rows);
        return job.changes();
    }

    TestJob job;
};

TEST_F(Ranks, with_their_number_are_updated_when_they_move) {
    job.run_for_all_changes(numbered("PARTITION BY k ORDER BY n", "r <= 3", "id, k, n, r"));
    EXPECT_THAT(
        push({"1, 'a', 5", "2, 'a', 3"}),
        ElementsAre("+I 1, 'a', 5, 1", "-U 1, 'a', 5, 1", "+U 2, 'a', 3, 1", "+I 1, 'a', 5, 2"));
    EXPECT_THAT(push({"3, 'b', 9", "4, 'a', 7"}),
                ElementsAre("+I 3, 'b', 9, 1", "+I 4, 'a', 7, 3"));
    job.restart();
    EXPECT_THAT(push({"5, 'a', 3"}), ElementsAre("-U 1, 'a', 5, 2", "+U 5, 'a', 3, 2",
                                                 "-U 4, 'a', 7, 3", "+U 1, 'a', 5, 3"));
    EXPECT_THAT(push({"6, 'a', 5", "7, NULL, NULL"}), ElementsAre("+I 7, NULL, NULL, 1"));
}

TEST_F(Ranks, without_their_number_come_in_the_place_of_others) {
    job.run_for_all_changes(numbered("PARTITION BY k ORDER BY n DESC", "r <= 2"));
    EXPECT_THAT(push({"1, 'a', 5", "2, 'a', NULL"}),
                ElementsAre("+I 1, 'a', 5", "+I 2, 'a', NULL"));
    job.restart();
    EXPECT_THAT(push({"3, 'a', 4"}), ElementsAre("-D 2, 'a', NULL", "+I 3, 'a', 4"));
    EXPECT_THAT(push({"4, 'a', 4"}), IsEmpty());
}

TEST_F(Ranks, of_one_row_are_updates) {
    job.run_for_all_changes(numbered("PARTITION BY k ORDER BY n", "r = 1", "id, k, n, r"));
    EXPECT_THAT(push({"1, 'a', 5"}), ElementsAre("+I 1, 'a', 5, 1"));
    job.restart();
    EXPECT_THAT(push({"2, 'a', 5", "3, 'a', 3"}),
                ElementsAre("-U 1, 'a', 5, 1", "+U 3, 'a', 3, 1"));
}

TEST_F(Ranks, behind_the_first_ones_are_updated_when_they_move) {
    job.run_for_all_changes(numbered("PARTITION BY k ORDER BY n", "r BETWEEN 2 AND 3", "id, n"));
    EXPECT_THAT(push({"1, 'a', 5"}), IsEmpty());
    EXPECT_THAT(push({"2, 'a', 3"}), ElementsAre("+I 1, 5"));
    job.restart();
    EXPECT_THAT(push({"3, 'a', 4"}), ElementsAre("-U 1, 5", "+U 3, 4", "+I 1, 5"));
    EXPECT_THAT(push({"4, 'a', 1"}), ElementsAre("-U 3, 4", "+U 2, 3", "-U 1, 5", "+U 3, 4"));
}

TEST_F(Ranks, are_as_many_as_the_first_row_of_the_key_says) {
    job.run_for_all_changes(numbered("PARTITION BY k ORDER BY id DESC", "r <= n", "id, k"));
    EXPECT_THAT(push({"1, 'a', 2", "2, 'a', 1"}), ElementsAre("+I 1, 'a'", "+I 2, 'a'"));
    job.restart();
    EXPECT_THAT(push({"3, 'a', 9"}), ElementsAre("-D 1, 'a'", "+I 3, 'a'"));
    EXPECT_THAT(push({"4, 'b', NULL", "5, 'b', 7"}), IsEmpty());
}

TEST_F(Ranks, of_rows_that_go_are_filled_from_behind) {
    job.run_for_all_changes(numbered("PARTITION BY k ORDER BY n", "r <= 2", "id, n, r", "c"));
    job.push("c", {"1, 'a', 5", "2, 'a', 3", "3, 'a', 4"});
    EXPECT_THAT(job.changes(), ElementsAre("+I 1, 5, 1", "-U 1, 5, 1", "+U 2, 3, 1", "+I 1, 5, 2",
                                           "-U 1, 5, 2", "+U 3, 4, 2"));
    job.restart();
    job.push("c", {"2, 'a', 3", "9, 'a', 3", "7, 'x', 1"}, Change::Delete);
    EXPECT_THAT(job.changes(), ElementsAre("-U 2, 3, 1", "+U 3, 4, 1", "-U 3, 4, 2", "+U 1, 5, 2"));
    job.push("c", {"3, 'a', 4", "1, 'a', 5"}, Change::UpdateBefore);
    EXPECT_THAT(job.changes(), ElementsAre("-U 3, 4, 1", "+U 1, 5, 1", "-D 1, 5, 2", "-D 1, 5, 1"));
    job.push("c", {"4, 'a', NULL"}, Change::UpdateAfter);
    EXPECT_THAT(job.changes(), ElementsAre("+I 4, NULL, 1"));
}

TEST_F(Ranks, of_rows_that_go_without_number_take_in_the_next_row) {
    job.run_for_all_changes(numbered("PARTITION BY k ORDER BY n", "r = 1", "id, n", "c"));
    job.push("c", {"1, 'a', 5", "2, 'a', 3"});
    EXPECT_THAT(job.changes(), ElementsAre("+I 1, 5", "-D 1, 5", "+I 2, 3"));
    job.restart();
    job.push("c", {"2, 'a', 3", "1, 'a', 5"}, Change::Delete);
    EXPECT_THAT(job.changes(), ElementsAre("-D 2, 3", "+I 1, 5", "-D 1, 5"));
}

TEST_F(Ranks, are_forgotten_when_their_time_is_over) {
    job.context().state_ttl = std::chrono::seconds(10);
    job.run_for_all_changes(numbered("PARTITION BY k ORDER BY n", "r <= 2"));
    push({"1, 'a', 1", "2, 'a', 2"});
    job.clock().advance(std::chrono::seconds(9));
    EXPECT_THAT(push({"3, 'a', 3"}), IsEmpty());  // which writes nothing
    job.restart();
    job.clock().advance(std::chrono::seconds(1));
    EXPECT_THAT(push({"4, 'a', 4"}), ElementsAre("+I 4, 'a', 4"));
}

// --- LIMIT

TEST_F(Ranks, of_all_rows_are_kept_by_an_order_with_a_limit) {
    job.run_for_all_changes("SELECT id, n FROM t ORDER BY n LIMIT 2");
    EXPECT_THAT(push({"1, 'a', 5", "2, 'b', 2", "3, 'c', 5"}), ElementsAre("+I 1, 5", "+I 2, 2"));
    job.restart();
    EXPECT_THAT(push({"4, 'd', NULL"}), ElementsAre("-D 1, 5", "+I 4, NULL"));
}

TEST_F(Ranks, of_all_rows_behind_an_offset_are_updates) {
    job.run_for_all_changes("SELECT id, n FROM t ORDER BY n, id LIMIT 2 OFFSET 1");
    EXPECT_THAT(push({"1, 'a', 5", "2, 'b', 2", "3, 'c', NULL"}),
                ElementsAre("+I 1, 5", "-U 1, 5", "+U 2, 2", "+I 1, 5"));
    job.restart();
    EXPECT_THAT(push({"4, 'd', 4"}), ElementsAre("-U 1, 5", "+U 4, 4"));
}

TEST_F(Ranks, of_arrival_are_the_rows_within_a_limit) {
    job.run("SELECT id FROM t LIMIT 3 OFFSET 1");
    EXPECT_THAT(push({"1, 'a', 1", "2, 'a', 1"}), ElementsAre("+I 2"));
    job.restart();
    EXPECT_THAT(push({"3, 'a', 1", "4, 'a', 1", "5, 'a', 1"}), ElementsAre("+I 3", "+I 4"));
    EXPECT_THAT(push({"6, 'a', 1"}), IsEmpty());
}

TEST_F(Ranks, of_arrival_are_filled_up_when_rows_go) {
    job.run_for_all_changes("SELECT id FROM c LIMIT 2");
    job.push("c", {"1, 'a', 1", "2, 'a', 1", "3, 'a', 1"});
    EXPECT_THAT(job.changes(), ElementsAre("+I 1", "+I 2"));
    job.restart();
    job.push("c", {"1, 'a', 1"}, Change::Delete);
    EXPECT_THAT(job.changes(), ElementsAre("-D 1", "+I 3"));
}

// --- the answers of bounded queries

struct Question {
    std::string name;
    std::string query;  // of t, or of c for rows that also go; with all columns
};

class RankAnswers : public testing::TestWithParam<Question> {
protected:
    RankAnswers() {
        job.declare("t (id INT, k STRING, n INT)");
        job.declare("c (id INT, k STRING, n INT)", sql::AllChanges);
    }

    std::string some_row() {
        auto number = [&](uint32_t below) {
            uint32_t value = random() % (below + 1);
            return value == below ? std::string("NULL") : std::to_string(value);
        };
        static const std::vector<std::string> Keys{"'a'", "'b'", "NULL"};
        return std::to_string(random() % 1'000) + ", " + Keys[random() % 3] + ", " + number(9);
    }

    // What comes in stays in the tables until it goes.
    void push(const std::string& table, const std::vector<std::string>& rows, Change change) {
        job.push(table, rows, change);
        for (const std::string& row : rows) {
            std::vector<std::string>& there = tables[table];
            if (is_addition(change)) {
                there.push_back(row);
            } else {
                there.erase(std::ranges::find(there, row));
            }
        }
        for (std::string& change_text : job.changes()) changes.push_back(std::move(change_text));
    }

    TestJob job;
    std::mt19937 random = std::mt19937(11);
    std::map<std::string, std::vector<std::string>> tables{{"t", {}}, {"c", {}}};
    std::vector<std::string> changes;
};

TEST_P(RankAnswers, are_what_the_changes_come_to) {
    bool has_deletes = GetParam().query.find("FROM c") != std::string::npos;
    std::string table = has_deletes ? "c" : "t";
    for (bool may_collapse : {false, true}) {
        job.context().may_collapse = may_collapse;
        changes.clear();
        tables[table].clear();
        job.run_for_all_changes(GetParam().query);
        for (int batch = 0; batch < 60; ++batch) {
            std::vector<std::string> rows;
            for (int i = 0; i < 5; ++i) rows.push_back(some_row());
            push(table, rows, Change::Insert);
            std::vector<std::string> gone = tables[table];
            std::ranges::shuffle(gone, random);
            gone.resize(std::min<size_t>(gone.size(), random() % 9));
            if (has_deletes && !gone.empty()) push(table, gone, Change::Delete);
            batch % 10 == 9 ? job.restart() : job.save();
            ASSERT_EQ(rows_left(changes), job.answer(tables)) << "after batch " << batch;
        }
    }
}

std::vector<Question> questions() {
    std::vector<Question> found;
    for (std::string table : {"t", "c"}) {
        auto top = [&](const std::string& order, const std::string& condition,
                       const std::string& columns = "id, k, n, r") {
            return numbered("PARTITION BY k ORDER BY " + order, condition, columns, table);
        };
        std::string all = "SELECT * FROM " + table;
        auto add = [&](const std::string& name, const std::string& query) {
            found.push_back({name + "_of_" + table, query});
        };
        add("numbers", top("n", "r <= 3"));
        add("rows", top("n DESC, id", "r <= 4", "id, k, n"));
        add("one", top("n DESC", "r = 1"));
        add("second", top("n", "r = 2"));
        add("offset", top("n NULLS LAST", "r BETWEEN 2 AND 4"));
        add("limit", all + " ORDER BY n DESC LIMIT 5");
        add("limit_offset", all + " ORDER BY n, id LIMIT 3 OFFSET 2");
        add("arrival", all + " LIMIT 7 OFFSET 2");
    }
    return found;
}

INSTANTIATE_TEST_SUITE_P(Queries, RankAnswers, testing::ValuesIn(questions()),
                         [](const auto& question) { return question.param.name; });

}  // namespace
}  // namespace tarn::engine
