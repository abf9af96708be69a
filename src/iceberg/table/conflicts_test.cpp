#include "iceberg/table/conflicts.hpp"

#include "iceberg/format/reserved_fields.hpp"
#include "iceberg/table/table_fixture.hpp"

namespace tarn::iceberg {
namespace {

using testing::HasSubstr;

class ConflictsTest : public TableTest {
protected:
    ConflictsTest() {
        create_by_day();
        commit(append({one, two}));
        since = head()->id;
    }
    ConflictRules rules(Isolation isolation = Isolation::Serializable) {
        return {.since = since, .isolation = isolation};
    }
    ConflictRules rules_of_day(int32_t day) {
        ConflictRules of_day = rules();
        of_day.partitions.insert({.values = {day}});
        return of_day;
    }
    std::string outcome(FileChanges changes) {
        return failure_of([&] { commit(std::move(changes)); });
    }

    DataFile one = file_of_day("one", 1);
    DataFile two = file_of_day("two", 2);
    std::optional<SnapshotId> since;
};

TEST_F(ConflictsTest, serializable_changes_allow_no_new_rows_and_snapshot_ones_do) {
    commit(append({file_of_day("new", 1)}));

    EXPECT_THAT(outcome(overwrite_files({one}, {file_of_day("x", 1)}, rules())),
                HasSubstr("new.parquet was added meanwhile"));
    EXPECT_EQ(outcome(overwrite_files({one}, {file_of_day("x", 1)}, rules(Isolation::Snapshot))),
              "none");
}

TEST_F(ConflictsTest, changes_of_other_partitions_are_no_concern) {
    commit(append({file_of_day("new", 1)}));
    EXPECT_EQ(outcome(overwrite_partitions({file_of_day("x", 2)}, rules())), "none");
    EXPECT_THAT(outcome(row_delta({file_of_day("y", 1)}, {}, rules_of_day(1))),
                HasSubstr("new.parquet was added meanwhile"));
}

TEST_F(ConflictsTest, a_condition_says_which_files_are_a_concern) {
    commit(append({file_of_day("small", 1, 3)}));
    ConflictRules large = rules();
    large.concerns = [](const DataFile& file) {
        return file.record_count > 5 ? Match::Some : Match::None;
    };
    EXPECT_EQ(outcome(row_delta({file_of_day("x", 1)}, {}, large)), "none");
    EXPECT_THAT(outcome(row_delta({file_of_day("y", 1)}, {}, large)),
                HasSubstr("x.parquet was added meanwhile"));
}

TEST_F(ConflictsTest, a_rewrite_goes_beside_appends_but_not_beside_deletes_of_its_rows) {
    SnapshotPtr read_from = head();
    commit(append({file_of_day("new", 1)}));
    commit(row_delta({}, {deletes_of(two, "d")}, {.since = head()->id}));

    EXPECT_EQ(outcome(rewrite_files({one}, {file_of_day("x", 1)}, *read_from)), "none");
    EXPECT_THAT(outcome(rewrite_files({two}, {file_of_day("y", 2)}, *read_from)),
                HasSubstr("rows of file:///data/two.parquet were deleted meanwhile"));
}

TEST_F(ConflictsTest, deletes_that_name_no_file_are_told_by_their_bounds) {
    SnapshotPtr read_from = head();
    DataFile deletes = deletes_of(one, "d");
    deletes.referenced_data_file.reset();
    Bytes path = copy_of(as_bytes(std::string_view("file:///data/other.parquet")));
    deletes.metrics.lower_bounds = deletes.metrics.upper_bounds = {{reserved::DeletePath, path}};
    commit({.added = {deletes}});
    EXPECT_EQ(outcome(rewrite_files({one}, {file_of_day("x", 1)}, *read_from)), "none");

    DataFile of_any = file_of_day("x", 1);
    deletes.path += "2";
    deletes.metrics = {};
    commit({.added = {deletes}});
    EXPECT_THAT(outcome(rewrite_files({of_any}, {file_of_day("y", 1)}, *read_from)),
                HasSubstr("were deleted meanwhile"));
}

TEST_F(ConflictsTest, equality_deletes_go_on_to_apply_to_rows_that_are_as_old_as_they_were) {
    SnapshotPtr read_from = head();
    commit({.added = {equality_deletes("e", {1})}});
    FileChanges rewrite = rewrite_files({one}, {file_of_day("x", 1)}, *read_from);
    FileChanges as_new = rewrite;
    as_new.sequence_number.reset();
    EXPECT_THAT(outcome(as_new), HasSubstr("were deleted meanwhile"));
    EXPECT_EQ(outcome(rewrite), "none");
}

TEST_F(ConflictsTest, rows_cannot_be_deleted_of_a_file_that_went_meanwhile) {
    commit(rewrite_files({one}, {file_of_day("x", 1)}, *head()));
    EXPECT_THAT(outcome(row_delta({}, {deletes_of(one, "d")}, rules())),
                HasSubstr("one.parquet, whose rows are being deleted, was removed meanwhile"));
    FileChanges named = row_delta({}, {}, rules());
    named.required_files = {one.path};
    EXPECT_THAT(outcome(named), HasSubstr("was removed meanwhile"));
    EXPECT_EQ(outcome(row_delta({}, {deletes_of(two, "d")}, rules())), "none");
}

TEST_F(ConflictsTest, deletes_of_others_are_a_conflict_at_either_isolation) {
    commit({.added = {deletes_of(one, "d")}});
    EXPECT_THAT(outcome(row_delta({}, {deletes_of(two, "e")}, rules(Isolation::Snapshot))),
                HasSubstr("the deletes file:///data/d.parquet came meanwhile"));
    ConflictRules of_day_2 = rules_of_day(2);
    EXPECT_EQ(outcome(row_delta({}, {deletes_of(two, "e")}, of_day_2)), "none");
}

TEST_F(ConflictsTest, a_file_that_was_rewritten_cannot_be_rewritten_again) {
    SnapshotPtr read_from = head();
    commit(rewrite_files({one}, {file_of_day("x", 1)}, *read_from));
    EXPECT_THAT(outcome(rewrite_files({one}, {file_of_day("y", 1)}, *read_from)),
                HasSubstr("one.parquet is no longer in the table"));
}

TEST_F(ConflictsTest, a_start_that_history_does_not_lead_to_is_a_conflict) {
    ConflictRules lost{.since = 12345};
    EXPECT_THAT(outcome(row_delta({file_of_day("x", 1)}, {}, lost)),
                HasSubstr("history no longer leads to snapshot 12345"));
}

}  // namespace
}  // namespace tarn::iceberg
