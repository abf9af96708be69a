// The first rows of an order, without windows: Top-N, LIMIT, deduplication.
#include <gmock/gmock.h>

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

}  // namespace
}  // namespace tarn::engine
