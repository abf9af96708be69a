// Changes in the form that those behind want.
#include <gmock/gmock.h>

#include "base/error.hpp"
#include "engine/pipeline/test_job.hpp"

namespace tarn::engine {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class ChangeForms : public testing::Test {
protected:
    ChangeForms() {
        job.declare("u (id INT, k STRING, PRIMARY KEY (id) NOT ENFORCED)", sql::Upserts);
        job.declare("c (id INT, k STRING, n INT, PRIMARY KEY (id) NOT ENFORCED)", sql::AllChanges);
        job.declare("l (x INT, y STRING)", sql::AllChanges);
        job.declare("r (x INT, y STRING)", sql::AllChanges);
        job.declare("by_k (k STRING, n BIGINT, PRIMARY KEY (k) NOT ENFORCED)");
        job.declare("needed (k STRING NOT NULL, n BIGINT)");
    }

    std::vector<std::string> push(const std::string& table, const std::vector<std::string>& rows,
                                  Change change = Change::Insert) {
        job.push(table, rows, change);
        return job.changes();
    }

    TestJob job;
};

TEST_F(ChangeForms, of_upserts_tell_what_is_new_and_what_is_replaced) {
    job.run_for_all_changes("SELECT * FROM u");
    EXPECT_THAT(push("u", {"1, 'a'", "2, 'b'", "1, 'a'"}), ElementsAre("+I 1, 'a'", "+I 2, 'b'"));
    job.restart();
    EXPECT_THAT(push("u", {"1, 'c'", "3, NULL"}, Change::UpdateAfter),
                ElementsAre("-U 1, 'a'", "+U 1, 'c'", "+I 3, NULL"));
    EXPECT_THAT(push("u", {"1, NULL", "9, 'x'"}, Change::Delete), ElementsAre("-D 1, 'c'"));
    EXPECT_THAT(push("u", {"1, 'c'"}, Change::UpdateAfter), ElementsAre("+I 1, 'c'"));
}

TEST_F(ChangeForms, of_upserts_come_again_when_their_state_had_an_end) {
    job.context().state_ttl = std::chrono::seconds(10);
    job.run("SELECT * FROM u");
    EXPECT_THAT(push("u", {"1, 'a'", "1, 'a'"}), ElementsAre("+I 1, 'a'", "+U 1, 'a'"));
    job.clock().advance(std::chrono::seconds(9));
    EXPECT_THAT(push("u", {"1, 'b'"}), ElementsAre("+U 1, 'b'"));
    job.restart();
    job.clock().advance(std::chrono::seconds(10));
    EXPECT_THAT(push("u", {"1, 'b'"}), ElementsAre("+I 1, 'b'"));
}

TEST_F(ChangeForms, of_a_table_keep_the_row_that_came_last_of_those_that_are_there) {
    job.run_insert("INSERT INTO by_k SELECT k, n FROM c", sql::Upserts);
    EXPECT_THAT(push("c", {"1, 'a', 1", "2, 'a', 2"}), ElementsAre("+I 'a', 1", "+U 'a', 2"));
    job.restart();
    EXPECT_THAT(push("c", {"1, 'a', 1"}, Change::UpdateBefore), IsEmpty());
    EXPECT_THAT(push("c", {"1, 'a', 3", "4, 'b', 4"}, Change::UpdateAfter),
                ElementsAre("+U 'a', 3", "+I 'b', 4"));
    EXPECT_THAT(push("c", {"1, 'a', 3"}, Change::Delete), ElementsAre("+U 'a', 2"));
    EXPECT_THAT(push("c", {"7, 'a', 7", "2, 'a', 2"}, Change::Delete), ElementsAre("-D 'a', 2"));
}

TEST_F(ChangeForms, of_a_table_fail_where_it_wants_a_value) {
    job.run_insert("INSERT INTO needed SELECT IF(n = 2, CAST(NULL AS STRING), k), n FROM c",
                   sql::AllChanges);
    EXPECT_THAT(push("c", {"1, 'a', 1"}), ElementsAre("+I 'a', 1"));
    try {
        push("c", {"3, 'c', 3", "2, 'b', 2"});
        FAIL();
    } catch (const Error& error) {
        EXPECT_THAT(error.what(), HasSubstr("the column 'k' is NOT NULL"));
    }
}

TEST_F(ChangeForms, of_a_table_are_left_out_where_it_wants_a_value_if_so_said) {
    job.context().null_in_not_null = NullInNotNull::IsDropped;
    job.run_insert("INSERT INTO needed SELECT IF(n = 2, CAST(NULL AS STRING), k), n FROM c",
                   sql::AllChanges);
    EXPECT_THAT(push("c", {"1, 'a', 1", "2, 'b', 2", "3, 'c', NULL"}),
                ElementsAre("+I 'a', 1", "+I 'c', NULL"));
    EXPECT_THAT(push("c", {"2, 'b', 2"}), IsEmpty());
}

}  // namespace
}  // namespace tarn::engine
