#include "iceberg/table/ref_changes.hpp"

#include "iceberg/table/cherry_pick.hpp"
#include "iceberg/table/table_fixture.hpp"

namespace tarn::iceberg {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

class RefChangesTest : public TableTest {
protected:
    RefChangesTest() {
        create({{"write.wap.enabled", "true"}});
        for (const char* path : {"a", "b", "c"}) {
            clock.advance(std::chrono::seconds(10));
            commit(append({file(path)}));
            ids.push_back(head()->id);
        }
    }
    std::string outcome(TableChange&& change) {
        return failure_of([&] { commit(std::move(change)); });
    }
    SnapshotPtr at(const std::string& ref) {
        TableMetadata table = now();
        return table.find_snapshot(table.refs.at(ref).snapshot_id);
    }

    std::vector<SnapshotId> ids;
};

TEST_F(RefChangesTest, main_goes_back_to_what_it_came_from) {
    commit(roll_back_to(ids[0]));
    EXPECT_EQ(live(), LiveFiles{"a@1"});
    EXPECT_EQ(now().snapshot_log.back().snapshot_id, ids[0]);
    EXPECT_THAT(outcome(roll_back_to(ids[2])), HasSubstr("is no ancestor of the current one"));
    EXPECT_THAT(outcome(roll_back_to(7)), HasSubstr("the table has no snapshot 7"));
    commit(set_current_snapshot(ids[2]));
    EXPECT_EQ(live(), (LiveFiles{"a@1", "b@2", "c@3"}));

    commit(roll_back_to_time(clock.now() - std::chrono::seconds(5)));
    EXPECT_EQ(head()->id, ids[1]);
    EXPECT_THAT(outcome(roll_back_to_time(clock.now() - std::chrono::hours(5))),
                HasSubstr("no snapshot from before"));
    commit(append({file("d")}));
    EXPECT_EQ(live(), (LiveFiles{"a@1", "b@2", "d@4"}));
}

TEST_F(RefChangesTest, branches_and_tags_come_move_and_go) {
    commit(create_tag("release", ids[0], std::chrono::hours(1)));
    commit(create_branch("dev", {}, {.min_snapshots_to_keep = 3}));
    EXPECT_EQ(now().refs.at("release").max_ref_age_ms, 3'600'000);
    EXPECT_EQ(now().refs.at("dev").min_snapshots_to_keep, 3);
    EXPECT_THAT(outcome(create_tag("dev")), HasSubstr("there is a branch 'dev' already"));
    EXPECT_THAT(outcome(drop_branch("release")), HasSubstr("'release' is a tag, not a branch"));
    EXPECT_THAT(outcome(drop_branch("main")), HasSubstr("is the table itself"));
    EXPECT_THAT(failure_of([&] { commit({.added = {file("x")}, .branch = "release"}); }),
                HasSubstr("'release' is a tag"));

    commit(replace_branch("dev", ids[1]));
    EXPECT_EQ(now().refs.at("dev").min_snapshots_to_keep, 3);
    EXPECT_EQ(live(at("dev")), (LiveFiles{"a@1", "b@2"}));
    commit(replace_tag("release", ids[1]));
    EXPECT_EQ(at("release")->id, ids[1]);
    commit(set_retention("release", {.max_ref_age = std::chrono::milliseconds(5)}));
    EXPECT_EQ(now().refs.at("release").max_ref_age_ms, 5);
    EXPECT_THAT(outcome(set_retention("release", {.min_snapshots_to_keep = 2})),
                HasSubstr("a tag keeps one snapshot"));
    EXPECT_THAT(outcome(set_retention("dev", {.max_ref_age = std::chrono::milliseconds(0)})),
                HasSubstr("must be above 0"));

    commit(rename_branch("dev", "work"));
    EXPECT_EQ(at("work")->id, ids[1]);
    EXPECT_THAT(outcome(drop_branch("dev")), HasSubstr("no branch or tag 'dev'"));
    commit(drop_branch("work"));
    commit(drop_tag("release"));
    EXPECT_EQ(now().refs.size(), 1U);
}

TEST_F(RefChangesTest, a_branch_moves_on_only_to_what_descends_from_it) {
    commit(create_branch("audit", ids[1]));
    commit({.added = {file("d")}, .branch = "audit"});
    EXPECT_THAT(outcome(fast_forward("main", "audit")), HasSubstr("does not descend from 'main'"));
    commit(roll_back_to(ids[1]));
    commit(fast_forward("main", "audit"));
    EXPECT_EQ(live(), (LiveFiles{"a@1", "b@2", "d@4"}));
}

TEST_F(RefChangesTest, a_staged_change_shows_when_it_is_published) {
    commit({.added = {file("d")}, .wap_id = "w1"});
    commit({.added = {file("e")}, .wap_id = "w2"});
    EXPECT_EQ(live(), (LiveFiles{"a@1", "b@2", "c@3"}));

    // The first moves main on, the second is made once more.
    commit(CherryPick::staged("w1"));
    commit(CherryPick::staged("w2"));

    EXPECT_EQ(live(), (LiveFiles{"a@1", "b@2", "c@3", "d@4", "e@6"}));
    EXPECT_EQ(head()->summary.at("published-wap-id"), "w2");
    EXPECT_EQ(head()->summary.at("total-data-files"), "5");
    EXPECT_THAT(outcome(CherryPick::staged("w1")), HasSubstr("is in the main branch already"));
    EXPECT_THAT(outcome(CherryPick::staged("w2")), HasSubstr("is in the main branch already"));
    EXPECT_THAT(outcome(CherryPick::staged("w3")), HasSubstr("nothing is staged as 'w3'"));
    EXPECT_THAT(orphans(), IsEmpty());
}

TEST_F(RefChangesTest, staging_needs_the_tables_consent) {
    MetadataChange off(
        [](MetadataBuilder& table) { table.set_properties({{"write.wap.enabled", "false"}}); });
    committers.commit(name, off);
    EXPECT_THAT(failure_of([&] { commit({.added = {file("d")}, .wap_id = "w"}); }),
                HasSubstr("takes no staged changes"));
}

TEST_F(RefChangesTest, appends_and_replaced_partitions_are_picked_and_nothing_else) {
    commit(create_branch("dev", ids[0]));
    commit({.added = {file("d")}, .branch = "dev"});
    SnapshotId append_id = at("dev")->id;
    commit({.removed = {file("a")}, .branch = "dev"});
    SnapshotId delete_id = at("dev")->id;

    commit(CherryPick(append_id));
    EXPECT_EQ(live(), (LiveFiles{"a@1", "b@2", "c@3", "d@6"}));
    EXPECT_EQ(head()->summary.at("source-snapshot-id"), std::to_string(append_id));
    EXPECT_THAT(outcome(CherryPick(append_id)), HasSubstr("is in the main branch already"));
    EXPECT_THAT(outcome(CherryPick(delete_id)), HasSubstr("cannot be made again elsewhere"));
    EXPECT_THAT(outcome(CherryPick(ids[0])), HasSubstr("is in the main branch already"));

    FileChanges replacing = overwrite_partitions({file("z")});
    replacing.branch = "dev";
    commit(std::move(replacing));
    // Main has changed the partition since the branch left it.
    EXPECT_THAT(outcome(CherryPick(at("dev")->id)), HasSubstr("history no longer leads"));
}

}  // namespace
}  // namespace tarn::iceberg
