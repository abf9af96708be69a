#include "iceberg/table/file_commit.hpp"

#include "iceberg/table/table_fixture.hpp"

namespace tarn::iceberg {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

class FileCommitTest : public TableTest {
protected:
    std::string summary(const std::string& key) {
        auto snapshot = head();
        auto found = snapshot->summary.find(key);
        return found == snapshot->summary.end() ? "none" : found->second;
    }
};

TEST_F(FileCommitTest, appends_files_to_an_empty_table) {
    create();

    LoadedTable after = commit(append({file("a"), file("b", 5)}));

    SnapshotPtr snapshot = after.metadata().current_snapshot();
    ASSERT_TRUE(snapshot);
    EXPECT_EQ(snapshot->sequence_number, 1);
    EXPECT_EQ(snapshot->parent_id, std::nullopt);
    EXPECT_EQ(snapshot->schema_id, 0);
    EXPECT_EQ(snapshot->operation(), "append");
    EXPECT_EQ(after.metadata().refs.at("main").snapshot_id, snapshot->id);
    EXPECT_EQ(live(), (LiveFiles{"a@1", "b@1"}));
    EXPECT_EQ(summary("added-data-files"), "2");
    EXPECT_EQ(summary("added-records"), "15");
    EXPECT_EQ(summary("added-files-size"), "1500");
    EXPECT_EQ(summary("changed-partition-count"), "1");
    EXPECT_EQ(summary("total-records"), "15");
    EXPECT_EQ(summary("total-data-files"), "2");
    EXPECT_EQ(summary("total-delete-files"), "0");
    EXPECT_EQ(summary("total-position-deletes"), "0");
    EXPECT_EQ(summary("deleted-data-files"), "none");
    EXPECT_THAT(orphans(), IsEmpty());
}

TEST_F(FileCommitTest, adds_one_manifest_for_an_append_and_keeps_the_others) {
    create();
    commit(append({file("a")}));
    auto before = manifests_of(head());

    commit(append({file("b")}));

    auto after = manifests_of(head());
    ASSERT_EQ(after.size(), 2U);
    EXPECT_EQ(after[1], before[0]);
    EXPECT_EQ(after[0].sequence_number, 2);
    EXPECT_EQ(after[0].min_sequence_number, 2);
    EXPECT_EQ(head()->parent_id, now().snapshots[0]->id);
    EXPECT_EQ(live(), (LiveFiles{"a@1", "b@2"}));
    EXPECT_EQ(summary("manifests-created"), "1");
    EXPECT_EQ(summary("manifests-kept"), "1");
    EXPECT_EQ(summary("total-records"), "20");
}

TEST_F(FileCommitTest, merges_small_manifests_when_there_are_many) {
    create({{"commit.manifest.min-count-to-merge", "4"}});
    for (char letter = 'a'; letter <= 'd'; ++letter) commit(append({file(std::string(1, letter))}));

    auto manifests = manifests_of(head());
    ASSERT_EQ(manifests.size(), 1U);
    EXPECT_EQ(manifests[0].existing_files, 3);
    EXPECT_EQ(manifests[0].added_files, 1);
    EXPECT_EQ(manifests[0].min_sequence_number, 1);
    EXPECT_EQ(live(), (LiveFiles{"a@1", "b@2", "c@3", "d@4"}));
    EXPECT_THAT(orphans(), IsEmpty());
}

TEST_F(FileCommitTest, writes_an_entry_again_only_as_often_as_the_table_doubles) {
    create({{"commit.manifest.min-count-to-merge", "4"}});
    std::map<std::string, int> written;
    constexpr int Files = 64;
    for (int i = 0; i < Files; ++i) commit(append({file(std::to_string(i))}));

    std::set<std::string> manifests;
    int64_t entries = 0;
    for (const SnapshotPtr& snapshot : now().snapshots) {
        for (const ManifestFile& manifest : manifests_of(snapshot)) {
            if (manifests.insert(manifest.path).second) {
                entries += *manifest.added_files + *manifest.existing_files;
            }
        }
    }
    EXPECT_EQ(live().size(), size_t{Files});
    EXPECT_LT(manifests_of(head()).size(), 12U);
    EXPECT_LT(entries, 6 * Files);
}

TEST_F(FileCommitTest, leaves_manifests_as_they_are_for_fast_appends_and_where_merging_is_off) {
    create({{"commit.manifest.min-count-to-merge", "2"}});
    for (int i = 0; i < 3; ++i) commit(fast_append({file(std::to_string(i))}));
    EXPECT_EQ(manifests_of(head()).size(), 3U);

    MetadataChange off([](MetadataBuilder& table) {
        table.set_properties({{"commit.manifest-merge.enabled", "false"}});
    });
    committers.commit(name, off);
    commit(append({file("x")}));
    EXPECT_EQ(manifests_of(head()).size(), 4U);
}

TEST_F(FileCommitTest, makes_a_manifest_for_each_spec_and_kind) {
    create_by_day();
    MetadataChange unpartitioned([](MetadataBuilder& table) {
        table.add_spec({});
        table.set_default_spec(LastAdded);
    });
    committers.commit(name, unpartitioned);
    DataFile old_spec = file_of_day("a", 3);
    DataFile new_spec = file("b");
    new_spec.spec_id = 1;
    DataFile deletes = deletes_of(old_spec, "d");

    commit({.added = {old_spec, new_spec, deletes}});

    auto manifests = manifests_of(head());
    ASSERT_EQ(manifests.size(), 3U);
    EXPECT_EQ(summary("changed-partition-count"), "2");
    EXPECT_EQ(head()->operation(), "overwrite");
    EXPECT_EQ(live(), (LiveFiles{"a@1", "b@1", "d@1"}));
}

TEST_F(FileCommitTest, deletes_files_and_says_so_once) {
    create();
    commit(append({file("a"), file("b")}));

    commit(delete_files({file("a")}));

    auto entries = entries_of(head());
    ASSERT_EQ(entries.size(), 2U);
    EXPECT_EQ(head()->operation(), "delete");
    EXPECT_EQ(entries[0].status, EntryStatus::Deleted);
    EXPECT_EQ(entries[0].snapshot_id, head()->id);
    EXPECT_EQ(entries[0].sequence_number, 1);
    EXPECT_EQ(entries[1].status, EntryStatus::Existing);
    EXPECT_EQ(summary("deleted-records"), "10");
    EXPECT_EQ(summary("total-records"), "10");

    commit(delete_files({file("b")}));
    EXPECT_EQ(live(), LiveFiles{});
    EXPECT_EQ(entries_of(head()).size(), 1U);
    commit(append({file("c")}));
    EXPECT_EQ(entries_of(head()).size(), 1U);
    EXPECT_EQ(live(), LiveFiles{"c@4"});
}

TEST_F(FileCommitTest, refuses_to_remove_what_is_not_there) {
    create();
    commit(append({file("a")}));
    EXPECT_THAT(failure_of([&] { commit(delete_files({file("a"), file("gone")})); }),
                HasSubstr("gone.parquet is no longer in the table"));
    EXPECT_EQ(live(), LiveFiles{"a@1"});
    EXPECT_THAT(orphans(), IsEmpty());
}

TEST_F(FileCommitTest, replaces_partitions_with_their_deletes) {
    create_by_day();
    DataFile first = file_of_day("a", 1);
    commit(append({first, file_of_day("b", 1), file_of_day("c", 2)}));
    commit(row_delta({}, {deletes_of(first, "d")}, {.since = head()->id}));

    commit(overwrite_partitions({file_of_day("e", 1)}));

    EXPECT_EQ(live(), (LiveFiles{"c@1", "e@3"}));
    EXPECT_EQ(head()->operation(), "overwrite");
    EXPECT_EQ(summary("removed-delete-files"), "1");
    EXPECT_EQ(summary("replace-partitions"), "true");
    EXPECT_EQ(summary("total-delete-files"), "0");
    EXPECT_EQ(summary("total-records"), "20");
}

TEST_F(FileCommitTest, opens_only_manifests_that_may_have_what_is_removed) {
    create_by_day();
    for (int32_t day = 1; day <= 3; ++day) {
        commit(append({file_of_day(std::to_string(day), day)}));
    }
    std::set<std::string> before;
    for (const ManifestFile& manifest : manifests_of(head())) before.insert(manifest.path);
    std::set<std::string> read;
    disk.before_each_call([&](storage::Call call, std::string_view path) {
        if (call == storage::Call::Read) read.insert(disk.uri_of(path));
    });

    commit(delete_files({file_of_day("2", 2)}));

    disk.before_each_call(nullptr);
    std::erase_if(read, [&](const std::string& path) { return !before.contains(path); });
    EXPECT_EQ(read.size(), 1U);
    EXPECT_EQ(live(), (LiveFiles{"1@1", "3@3"}));
}

TEST_F(FileCommitTest, overwrites_by_a_condition_and_refuses_files_of_which_some_rows_match) {
    create();
    commit(append({file("a", 1), file("b", 5), file("c", 9)}));
    auto below = [](int64_t rows, Match at_limit) {
        return [=](const DataFile& file) {
            if (file.record_count == rows) return at_limit;
            return file.record_count < rows ? Match::All : Match::None;
        };
    };
    EXPECT_THAT(failure_of([&] { commit(delete_where(below(5, Match::Some))); }),
                HasSubstr("b.parquet: only some of its rows match"));

    commit(overwrite_where(below(5, Match::All), {file("d")}));

    EXPECT_EQ(live(), (LiveFiles{"c@1", "d@2"}));
    EXPECT_EQ(head()->operation(), "overwrite");
}

TEST_F(FileCommitTest, rewrites_rows_as_old_as_they_were) {
    create();
    commit(append({file("a"), file("b")}));
    SnapshotPtr read_from = head();
    commit(row_delta({file("c")}, {equality_deletes("e")}, {.since = read_from->id}));

    commit(rewrite_files({file("a"), file("b")}, {file("ab", 20)}, *read_from));

    EXPECT_EQ(head()->operation(), "replace");
    EXPECT_EQ(live(), (LiveFiles{"ab@1", "c@2", "e@2"}));
    for (const ManifestEntry& entry : entries_of(head())) {
        if (entry.file.path.ends_with("/ab.parquet")) {
            EXPECT_EQ(entry.file_sequence_number, 3);
        }
    }
    EXPECT_EQ(summary("total-records"), "30");
    EXPECT_EQ(summary("total-equality-deletes"), "1");
}

TEST_F(FileCommitTest, removes_the_deletion_vector_of_a_data_file_that_goes) {
    create({{"format-version", "3"}});
    commit(append({file("a"), file("b")}));
    commit(row_delta({}, {vector_of(file("a"), "v"), vector_of(file("b"), "v", 90)},
                     {.since = head()->id}));
    EXPECT_EQ(summary("added-dvs"), "2");
    EXPECT_EQ(summary("added-files-size"), "80");

    commit(delete_files({file("a")}));

    EXPECT_EQ(live(), (LiveFiles{"b@1", "v@2"}));
    EXPECT_EQ(summary("removed-dvs"), "1");
    EXPECT_EQ(summary("total-position-deletes"), "1");
}

TEST_F(FileCommitTest, takes_one_deletion_vector_for_each_data_file) {
    create({{"format-version", "3"}});
    commit(append({file("a")}));
    auto first = head()->id;
    DataFile old_vector = vector_of(file("a"), "v");
    commit(row_delta({}, {old_vector}, {.since = first}));
    DataFile new_vector = vector_of(file("a"), "w");

    EXPECT_THAT(failure_of([&] { commit({.added = {new_vector}}); }),
                HasSubstr("a.parquet has a deletion vector already"));
    commit({.added = {new_vector}, .removed = {old_vector}});

    EXPECT_EQ(live(), (LiveFiles{"a@1", "w@3"}));
}

TEST_F(FileCommitTest, gives_row_ids_in_version_3) {
    create({{"format-version", "3"}, {"commit.manifest.min-count-to-merge", "3"}});
    commit(append({file("a", 10), file("b", 5)}));
    EXPECT_EQ(head()->first_row_id, 0);
    EXPECT_EQ(head()->added_rows, 15);
    EXPECT_EQ(now().next_row_id, 15);
    commit(append({file("c", 7)}));
    EXPECT_EQ(head()->first_row_id, 15);
    commit(append({file("d", 1)}));

    ASSERT_EQ(manifests_of(head()).size(), 1U);
    std::map<std::string, int64_t> first_ids;
    for (const ManifestEntry& entry : entries_of(head())) {
        first_ids[entry.file.path.substr(13, 1)] = entry.file.first_row_id.value_or(-1);
    }
    EXPECT_THAT(first_ids, ElementsAre(std::pair("a", 0), std::pair("b", 10), std::pair("c", 15),
                                       std::pair("d", 22)));
    EXPECT_EQ(now().next_row_id, *head()->first_row_id + *head()->added_rows);
}

TEST_F(FileCommitTest, gives_row_ids_to_old_rows_once_a_table_is_upgraded) {
    create();
    commit(append({file("a", 10)}));
    MetadataChange upgrade([](MetadataBuilder& table) { table.upgrade_format_version(3); });
    committers.commit(name, upgrade);

    commit(append({file("b", 5)}));

    EXPECT_EQ(head()->added_rows, 15);
    std::set<int64_t> first_ids;
    for (const ManifestEntry& entry : entries_of(head())) {
        first_ids.insert(entry.file.first_row_id.value_or(-1));
    }
    EXPECT_THAT(first_ids, ElementsAre(0, 5));
}

TEST_F(FileCommitTest, writes_tables_of_version_1) {
    create({{"format-version", "1"}, {"commit.manifest.min-count-to-merge", "2"}});
    commit(append({file("a")}));
    commit(append({file("b")}));
    EXPECT_EQ(live(), (LiveFiles{"a@0", "b@0"}));
    EXPECT_EQ(now().last_sequence_number, 0);
    EXPECT_THAT(failure_of([&] { commit({.added = {deletes_of(file("a"), "d")}}); }),
                HasSubstr("tables of version 1 have no delete files"));
}

TEST_F(FileCommitTest, refuses_files_that_the_table_cannot_have) {
    create_by_day();
    auto refusal = [&](FileChanges changes) {
        return failure_of([&] { commit(std::move(changes)); });
    };
    DataFile of_no_spec = file_of_day("a", 1);
    of_no_spec.spec_id = 9;
    DataFile of_text = file("a");
    of_text.partition = {std::string("1")};
    DataFile good = file_of_day("a", 1);
    EXPECT_THAT(refusal(append({of_no_spec})), HasSubstr("the table has no partition spec 9"));
    EXPECT_THAT(refusal(append({file("a")})), HasSubstr("it has 0 partition values, the spec 1"));
    EXPECT_THAT(refusal(append({of_text})), HasSubstr("partition field 'day' is of type int"));
    EXPECT_THAT(refusal(append({good, good})), HasSubstr("it is added twice"));
    EXPECT_THAT(refusal({.added = {good}, .removed = {good}}), HasSubstr("both added and removed"));
    EXPECT_THAT(refusal({.added = {vector_of(good, "v")}}), HasSubstr("need format version 3"));
    EXPECT_THAT(orphans(), IsEmpty());
}

TEST_F(FileCommitTest, commits_to_a_branch_and_makes_it_from_main) {
    create();
    commit(append({file("a")}));
    commit({.added = {file("b")}, .branch = "audit"});
    commit(append({file("c")}));
    commit({.added = {file("d")}, .branch = "audit"});

    TableMetadata table = now();
    EXPECT_EQ(live(), (LiveFiles{"a@1", "c@3"}));
    EXPECT_EQ(live(table.find_snapshot(table.refs.at("audit").snapshot_id)),
              (LiveFiles{"a@1", "b@2", "d@4"}));
}

TEST_F(FileCommitTest, writes_where_the_table_wants_its_metadata) {
    create({{"write.metadata.path", disk.uri_of("elsewhere/m")}});
    commit(append({file("a")}));
    EXPECT_THAT(head()->manifest_list, StartsWith(disk.uri_of("elsewhere/m/snap")));
    EXPECT_THAT(manifests_of(head())[0].path, StartsWith(disk.uri_of("elsewhere/m") + "/"));
}

TEST_F(FileCommitTest, removes_files_of_a_spec_whose_column_is_gone) {
    create_by_day();
    commit(append({file_of_day("a", 1), file_of_day("b", 2)}));
    MetadataChange drop([](MetadataBuilder& table) {
        table.add_spec({});
        table.set_default_spec(LastAdded);
        table.add_schema(*Schema::make(1, {{.id = 1, .name = "id", .type = TypeKind::Long}}));
        table.set_current_schema(LastAdded);
    });
    committers.commit(name, drop);
    commit(delete_files({file_of_day("a", 1)}));
    EXPECT_EQ(live(), LiveFiles{"b@1"});
}

}  // namespace
}  // namespace tarn::iceberg
