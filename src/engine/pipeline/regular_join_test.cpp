// Joins that keep all rows of both sides.
#include <gmock/gmock.h>

#include "engine/pipeline/test_job.hpp"

namespace tarn::engine {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class RegularJoin : public testing::Test {
protected:
    RegularJoin() {
        job.declare("a (id INT, k STRING)", sql::AllChanges);
        job.declare("b (bid INT, bk STRING)", sql::AllChanges);
        job.declare("plain (id INT, k STRING)");
        job.declare("users (id INT, name STRING, PRIMARY KEY (id) NOT ENFORCED)", sql::AllChanges);
    }

    TestJob job;
};

TEST_F(RegularJoin, gives_each_pair_once_whichever_side_comes_last) {
    job.run("SELECT id, bid FROM a JOIN b ON k = bk");
    job.push("a", {"1, 'x'", "2, 'y'", "3, NULL"});
    job.push("b", {"7, 'x'", "8, NULL", "9, 'z'"});
    EXPECT_THAT(job.changes(), ElementsAre("+I 1, 7"));
    job.restart();
    job.push("a", {"4, 'x'", "5, 'z'"});
    EXPECT_THAT(job.changes(), ElementsAre("+I 4, 7", "+I 5, 9"));
}

TEST_F(RegularJoin, keeps_the_kinds_of_changes) {
    job.run("SELECT id, bid FROM a JOIN b ON k = bk");
    job.push("b", {"7, 'x'"});
    job.push("a", {"1, 'x'"});
    job.push("a", {"1, 'x'"}, Change::UpdateBefore);
    job.push("a", {"2, 'x'"}, Change::UpdateAfter);
    job.push("b", {"7, 'x'"}, Change::Delete);
    job.push("a", {"3, 'x'"});
    EXPECT_THAT(job.changes(), ElementsAre("+I 1, 7", "-U 1, 7", "+U 2, 7", "-D 2, 7"));
}

TEST_F(RegularJoin, gives_a_left_row_without_a_partner_until_one_comes) {
    job.run("SELECT id, bid FROM a LEFT JOIN b ON k = bk");
    job.push("a", {"1, 'x'", "2, NULL"});
    EXPECT_THAT(job.changes(), ElementsAre("+I 1, NULL", "+I 2, NULL"));
    job.push("b", {"7, 'x'"}, Change::UpdateAfter);
    EXPECT_THAT(job.changes(), ElementsAre("-D 1, NULL", "+I 1, 7"));
    job.restart();
    job.push("b", {"8, 'x'"});
    job.push("b", {"7, 'x'"}, Change::UpdateBefore);
    EXPECT_THAT(job.changes(), ElementsAre("+I 1, 8", "-U 1, 7"));
    job.push("b", {"8, 'x'"}, Change::Delete);
    EXPECT_THAT(job.changes(), ElementsAre("-D 1, 8", "+I 1, NULL"));
    job.push("a", {"1, 'x'", "2, NULL"}, Change::Delete);
    EXPECT_THAT(job.changes(), ElementsAre("-D 1, NULL", "-D 2, NULL"));
}

TEST_F(RegularJoin, counts_rows_that_are_the_same) {
    job.run("SELECT id, bid FROM a RIGHT JOIN b ON k = bk");
    job.push("b", {"7, 'x'", "7, 'x'"});
    job.push("a", {"1, 'x'"});
    EXPECT_THAT(job.changes(), ElementsAre("+I NULL, 7", "+I NULL, 7", "-D NULL, 7", "-D NULL, 7",
                                           "+I 1, 7", "+I 1, 7"));
    job.push("b", {"7, 'x'"}, Change::Delete);
    job.restart();
    job.push("a", {"1, 'x'"}, Change::Delete);
    EXPECT_THAT(job.changes(), ElementsAre("-D 1, 7", "-D 1, 7", "+I NULL, 7"));
}

TEST_F(RegularJoin, of_both_sides_in_full) {
    job.run("SELECT id, bid FROM a FULL JOIN b ON k = bk AND id < bid");
    job.push("a", {"8, 'x'"});
    job.push("b", {"7, 'x'"});
    job.push("b", {"9, 'x'"});
    EXPECT_THAT(job.changes(), ElementsAre("+I 8, NULL", "+I NULL, 7", "-D 8, NULL", "+I 8, 9"));
}

TEST_F(RegularJoin, without_keys_pairs_all_rows) {
    job.run("SELECT id, bid FROM a JOIN b ON id > bid");
    job.push("a", {"1, 'x'", "2, 'y'", "3, 'z'"});
    job.push("b", {"1, 'x'", "2, NULL"});
    EXPECT_THAT(job.changes(), ElementsAre("+I 2, 1", "+I 3, 1", "+I 3, 2"));
    job.restart();
    job.push("a", {"3, 'z'"}, Change::Delete);
    EXPECT_THAT(job.changes(), ElementsAre("-D 3, 1", "-D 3, 2"));
}

TEST_F(RegularJoin, lets_null_be_null_where_it_is_asked_to) {
    job.run("SELECT id, bid FROM a JOIN b ON k IS NOT DISTINCT FROM bk");
    job.push("a", {"1, NULL"});
    job.push("b", {"7, NULL", "8, 'x'"});
    EXPECT_THAT(job.changes(), ElementsAre("+I 1, 7"));
}

TEST_F(RegularJoin, of_rows_that_exist_gives_left_rows_once) {
    job.run("SELECT id FROM a WHERE EXISTS (SELECT 1 FROM b WHERE bk = k)");
    job.push("a", {"1, 'x'", "2, NULL"});
    job.push("b", {"7, 'x'", "8, 'x'"}, Change::UpdateAfter);
    EXPECT_THAT(job.changes(), ElementsAre("+U 1"));
    job.restart();
    job.push("b", {"7, 'x'"}, Change::Delete);
    EXPECT_THAT(job.changes(), IsEmpty());
    job.push("b", {"8, 'x'"}, Change::Delete);
    job.push("a", {"1, 'x'"}, Change::Delete);
    EXPECT_THAT(job.changes(), ElementsAre("-D 1"));
}

TEST_F(RegularJoin, of_rows_that_do_not_exist_takes_left_rows_back) {
    job.run("SELECT id FROM a WHERE NOT EXISTS (SELECT 1 FROM b WHERE bk = k)");
    job.push("a", {"1, 'x'", "2, NULL"});
    job.push("b", {"7, 'x'"}, Change::UpdateAfter);
    job.push("b", {"7, 'x'"}, Change::UpdateBefore);
    EXPECT_THAT(job.changes(), ElementsAre("+I 1", "+I 2", "-D 1", "+I 1"));
}

TEST_F(RegularJoin, finds_rows_again_by_their_key) {
    job.run("SELECT plain.id, name FROM plain JOIN users ON plain.id = users.id");
    job.push("users", {"1, 'a'"});
    job.push("users", {"1, 'b'"}, Change::UpdateAfter);
    job.push("plain", {"1, 'x'"});
    EXPECT_THAT(job.changes(), ElementsAre("+I 1, 'b'"));
    job.restart();
    job.push("users", {"1, 'whoever'"}, Change::Delete);
    job.changes();
    job.push("plain", {"1, 'x'"});
    EXPECT_THAT(job.changes(), IsEmpty());
}

TEST_F(RegularJoin, forgets_rows_that_nobody_touched) {
    job.context().state_ttl = std::chrono::milliseconds(1'000);
    job.run("SELECT id, bid FROM a JOIN b ON k = bk");
    job.push("a", {"1, 'x'"});
    job.clock().advance(std::chrono::milliseconds(600));
    job.push("a", {"2, 'x'"});
    job.clock().advance(std::chrono::milliseconds(400));
    job.push("b", {"7, 'x'"});
    EXPECT_THAT(job.changes(), ElementsAre("+I 2, 7"));
    job.clock().advance(std::chrono::milliseconds(1'000));
    job.pipeline().wake();
    job.push("a", {"3, 'x'"});
    EXPECT_THAT(job.changes(), IsEmpty());
}

}  // namespace
}  // namespace tarn::engine
