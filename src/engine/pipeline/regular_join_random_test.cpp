// Joins of random changes come to the rows that the same query has over what is left at the end.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "engine/pipeline/test_job.hpp"

namespace tarn::engine {
namespace {

// A table as it is now, and changes of it.
class ChangingTable {
public:
    explicit ChangingTable(bool has_key) : has_key_(has_key) {}

    struct Step {
        std::string row;
        Change change;
    };

    std::vector<Step> steps(std::mt19937& random) {
        if (rows_.empty() || random() % 3 == 0) return added(random, Change::Insert);
        size_t place = random() % rows_.size();
        std::string old = rows_[place];
        rows_.erase(rows_.begin() + static_cast<std::ptrdiff_t>(place));
        if (random() % 2 == 0) return {{old, Change::Delete}};
        std::string id = has_key_ ? old.substr(0, old.find(',')) : "";
        std::vector<Step> steps{{old, Change::UpdateBefore}};
        for (Step& step : added(random, Change::UpdateAfter, id)) steps.push_back(std::move(step));
        return steps;
    }

    const std::vector<std::string>& rows() const { return rows_; }

private:
    std::vector<Step> added(std::mt19937& random, Change change, std::string id = "") {
        auto number = [&](int below) {
            int value = static_cast<int>(random() % static_cast<unsigned>(below));
            return value == 0 ? std::string("NULL") : std::to_string(value);
        };
        if (id.empty()) id = has_key_ ? std::to_string(++last_id_) : number(5);
        rows_.push_back(id + ", " + number(5) + ", " + number(4));
        return {{rows_.back(), change}};
    }

    bool has_key_;
    int last_id_ = 0;
    std::vector<std::string> rows_;
};

struct RandomJoin {
    std::string name;
    std::string sql;
};

class RandomJoins : public testing::TestWithParam<RandomJoin> {
protected:
    static std::vector<std::string> sorted(std::vector<std::string> rows) {
        std::ranges::sort(rows);
        return rows;
    }

    // What the changes leave.
    static void apply(const std::vector<std::string>& changes, std::vector<std::string>& rows) {
        for (const std::string& change : changes) {
            std::string row = change.substr(3);
            if (change[0] == '+') {
                rows.push_back(row);
                continue;
            }
            auto found = std::ranges::find(rows, row);
            ASSERT_NE(found, rows.end()) << "no " << row << " to take back";
            rows.erase(found);
        }
    }

    void run(unsigned seed, bool has_key) {
        SCOPED_TRACE(fmt::format("seed {}, {}", seed, has_key ? "keys" : "no keys"));
        std::mt19937 random(seed);
        std::string key = has_key ? ", PRIMARY KEY (id) NOT ENFORCED" : "";
        TestJob job;
        job.declare("a (id INT, k INT, v INT" + key + ")", sql::AllChanges);
        job.declare("b (id INT, k INT, v INT" + key + ")", sql::AllChanges);
        job.run_for_all_changes(GetParam().sql);
        ChangingTable left(has_key);
        ChangingTable right(has_key);
        std::vector<std::string> rows;
        for (int i = 0; i < 60; ++i) {
            bool is_left = random() % 2 == 0;
            for (const auto& [row, change] : (is_left ? left : right).steps(random)) {
                job.push(is_left ? "a" : "b", {row}, change);
            }
            if (i % 2 == 0) job.save();
            if (i % 20 == 7) job.restart();
            ASSERT_NO_FATAL_FAILURE(apply(job.changes(), rows));
        }
        EXPECT_EQ(sorted(rows),
                  sorted(job.answer(GetParam().sql, {{"a", left.rows()}, {"b", right.rows()}})));
    }
};

TEST_P(RandomJoins, leave_the_rows_of_the_answer) {
    for (unsigned seed = 1; seed <= 20; ++seed) {
        for (bool has_key : {false, true}) run(seed, has_key);
    }
}

INSTANTIATE_TEST_SUITE_P(
    Kinds, RandomJoins,
    testing::Values(
        RandomJoin{"inner", "SELECT * FROM a JOIN b ON a.k = b.k"},
        RandomJoin{"inner_rest", "SELECT * FROM a JOIN b ON a.k = b.k AND a.v < b.v"},
        RandomJoin{"inner_by_id", "SELECT * FROM a JOIN b ON a.id = b.id"},
        RandomJoin{"cross", "SELECT * FROM a CROSS JOIN b"},
        RandomJoin{"left", "SELECT * FROM a LEFT JOIN b ON a.k = b.k"},
        RandomJoin{"left_rest", "SELECT * FROM a LEFT JOIN b ON a.k = b.k AND a.v <> b.v"},
        RandomJoin{"left_by_id", "SELECT * FROM a LEFT JOIN b ON a.k = b.id"},
        RandomJoin{"right", "SELECT * FROM a RIGHT JOIN b ON a.k = b.k"},
        RandomJoin{"full", "SELECT * FROM a FULL JOIN b ON a.k = b.k AND a.v <= b.v"},
        RandomJoin{"full_by_id", "SELECT * FROM a FULL JOIN b ON a.id = b.id"},
        RandomJoin{"full_nulls", "SELECT * FROM a FULL JOIN b ON a.k IS NOT DISTINCT FROM b.k"},
        RandomJoin{"semi", "SELECT * FROM a WHERE EXISTS (SELECT 1 FROM b WHERE a.k = b.k)"},
        RandomJoin{"anti",
                   "SELECT * FROM a WHERE NOT EXISTS "
                   "(SELECT 1 FROM b WHERE a.k = b.k AND a.v < b.v)"},
        RandomJoin{"not_in", "SELECT * FROM a WHERE k NOT IN (SELECT k FROM b)"}),
    [](const auto& join) { return join.param.name; });

}  // namespace
}  // namespace tarn::engine
