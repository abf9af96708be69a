#include "iceberg/rewrite/compaction.hpp"

#include "iceberg/rewrite/testing/rewrite_fixture.hpp"
#include "iceberg/table/metadata_change.hpp"

namespace tarn::iceberg {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class Compacting : public RewriteTest {
protected:
    CompactionResult run(const CompactionOptions& options = {}) {
        auto before = rows();
        auto result = compact(committers, name, options);
        EXPECT_EQ(rows(), before);
        expect_whole();
        return result;
    }
    void set_property(const std::string& property, const std::string& value) {
        MetadataChange change(
            [&](MetadataBuilder& table) { table.set_properties({{property, value}}); });
        committers.commit(name, change);
    }
    void take_away(const DataFile& file) { committers.commit(name, delete_files({file})); }
    void break_files_of_day(int32_t day) {
        for (const FileTask& task : planned().tasks) {
            if (task.file.partition.at(0) != Value(day)) continue;
            auto place = files.at(task.file.path);
            place.files->write(place.path, as_bytes("none"));
        }
    }
    // Between the first batch of rows that is read and the commit.
    static std::function<bool()> once(std::function<void()> work) {
        return [work = std::move(work), is_done = false]() mutable {
            if (!std::exchange(is_done, true)) work();
            return false;
        };
    }
};

TEST_F(Compacting, makes_one_file_of_many) {
    create();
    append_each(1, 6);

    auto result = run();

    EXPECT_EQ(data_file_count(), 1U);
    EXPECT_EQ(last_operation(), "replace");
    EXPECT_EQ(result.groups, 1);
    EXPECT_EQ(result.rewritten_files, 6);
    EXPECT_EQ(result.added_files, 1);
    EXPECT_GT(result.rewritten_bytes, result.added_bytes);
    EXPECT_THAT(result.failures, IsEmpty());
    auto summary = table().current_snapshot()->summary;
    EXPECT_EQ(summary["total-records"], "6");
    EXPECT_EQ(summary["deleted-data-files"], "6");
}

TEST_F(Compacting, leaves_rows_in_the_order_in_which_they_came) {
    create();
    append_each(1, 6);
    run();
    EXPECT_THAT(rows_as_they_lie({"id"}), ElementsAre("1", "2", "3", "4", "5", "6"));
}

TEST_F(Compacting, makes_no_snapshot_when_there_is_nothing_to_do) {
    create();
    EXPECT_EQ(run().groups, 0);
    append_each(1, 4);
    auto before = table().current_snapshot_id;
    EXPECT_EQ(run().groups, 0);
    EXPECT_EQ(table().current_snapshot_id, before);
}

TEST_F(Compacting, only_says_what_it_would_do_on_a_dry_run) {
    create();
    append_each(1, 6);
    auto result = run({.is_dry_run = true});
    EXPECT_EQ(result.rewritten_files, 6);
    EXPECT_EQ(data_file_count(), 6U);
}

TEST_F(Compacting, keeps_partitions_apart) {
    create_by_day();
    append_each(1, 5, 1);
    append_each(6, 10, 2);
    append({11}, 3);

    EXPECT_EQ(run().groups, 2);

    EXPECT_EQ(data_file_count(), 3U);
}

TEST_F(Compacting, moves_rows_to_the_partitions_of_today) {
    create();
    append_each(1, 3, 1);
    append_each(4, 6, 2);
    MetadataChange repartition([](MetadataBuilder& table) {
        table.set_default_spec(
            table.add_spec({.id = 1, .fields = {{2, 1000, "day", Transform::identity()}}}));
    });
    committers.commit(name, repartition);

    run();

    auto tasks = planned().tasks;
    ASSERT_EQ(tasks.size(), 2U);
    for (const FileTask& task : tasks) {
        EXPECT_EQ(task.file.spec_id, table().default_spec_id);
        EXPECT_EQ(task.file.record_count, 3);
    }
}

TEST_F(Compacting, carries_out_deletes_and_removes_their_files) {
    create();
    append_each(1, 4);
    auto last = append({5, 6, 7});
    delete_rows(last, {0, 2});
    delete_id(2);

    auto result = run();

    EXPECT_THAT(rows({"id"}), ElementsAre("1", "3", "4", "6"));
    EXPECT_EQ(result.removed_delete_files, 1);
    auto tasks = planned().tasks;
    ASSERT_EQ(tasks.size(), 1U);
    EXPECT_THAT(tasks[0].deletes, IsEmpty());
    EXPECT_EQ(tasks[0].file.record_count, 4);
}

TEST_F(Compacting, of_files_without_a_row_left_adds_none) {
    create();
    auto file = append({1, 2});
    delete_rows(file, {0, 1});

    auto result = run();

    EXPECT_EQ(result.rewritten_files, 1);
    EXPECT_EQ(result.added_files, 0);
    EXPECT_EQ(data_file_count(), 0U);
}

TEST_F(Compacting, keeps_the_age_of_rows_for_newer_equality_deletes) {
    create();
    append_each(1, 6);
    CompactionOptions options{.is_stopped = once([&] { delete_id(3); })};

    compact(committers, name, options);

    EXPECT_THAT(rows({"id"}), ElementsAre("1", "2", "4", "5", "6"));
    EXPECT_EQ(last_operation(), "replace");
    // What was written after the deletes is not concerned.
    append({3});
    EXPECT_THAT(rows({"id"}), ElementsAre("1", "2", "3", "4", "5", "6"));
    expect_whole();
}

TEST_F(Compacting, reads_files_again_when_some_of_them_are_taken_away) {
    create();
    auto file = append({1, 2});
    append_each(3, 7);
    CompactionOptions options{.is_stopped = once([&] { take_away(file); })};

    auto result = compact(committers, name, options);

    EXPECT_EQ(result.rewritten_files, 5);
    EXPECT_EQ(data_file_count(), 1U);
    EXPECT_THAT(rows({"id"}), ElementsAre("3", "4", "5", "6", "7"));
    expect_whole();
}

TEST_F(Compacting, gives_up_when_files_are_taken_away_again_and_again) {
    create();
    std::vector<DataFile> added;
    for (int id = 1; id <= 6; ++id) added.push_back(append({id}));
    CompactionOptions options{.is_stopped = [&, batches = 0]() mutable {
        // The first of each go, which have 6, 5 and 4 files.
        if (++batches == 1 || batches == 7 || batches == 12) {
            take_away(added.back());
            added.pop_back();
        }
        return false;
    }};

    EXPECT_THAT(refusal_of([&] { compact(committers, name, options); }),
                HasSubstr("was removed meanwhile"));

    EXPECT_EQ(data_file_count(), 3U);
    expect_whole();
}

TEST_F(Compacting, reads_files_again_after_a_rollback) {
    create();
    append_each(1, 4);
    auto file = append({5, 6});
    auto before = *table().current_snapshot_id;
    delete_rows(file, {0});
    auto roll_back = [&] {
        MetadataChange change(
            [&](MetadataBuilder& table) { table.set_ref("main", {.snapshot_id = before}); });
        committers.commit(name, change);
    };

    compact(committers, name, {.is_stopped = once(roll_back)});

    EXPECT_THAT(rows({"id"}), ElementsAre("1", "2", "3", "4", "5", "6"));
    EXPECT_EQ(data_file_count(), 1U);
    expect_whole();
}

TEST_F(Compacting, goes_on_with_other_groups_where_each_is_a_commit) {
    create_by_day();
    append_each(1, 5, 1);
    append_each(6, 10, 2);
    break_files_of_day(1);

    auto result = compact(committers, name, {.commits_each_group = true});

    EXPECT_EQ(result.groups, 1);
    EXPECT_EQ(result.rewritten_files, 5);
    EXPECT_EQ(result.failures.size(), 1U);
}

TEST_F(Compacting, leaves_what_is_appended_meanwhile) {
    create();
    append_each(1, 6);
    CompactionOptions options{.is_stopped = once([&] { append_each(7, 8); })};

    compact(committers, name, options);

    EXPECT_EQ(rows().size(), 8U);
    EXPECT_EQ(data_file_count(), 3U);
    expect_whole();
}

TEST_F(Compacting, that_is_stopped_leaves_no_file) {
    create();
    append_each(1, 6);
    CompactionOptions options{.commits_each_group = true, .is_stopped = [] { return true; }};

    EXPECT_THAT(refusal_of([&] { compact(committers, name, options); }), HasSubstr("stopped"));

    EXPECT_EQ(data_file_count(), 6U);
    expect_whole();
}

TEST_F(Compacting, rewrites_what_may_have_rows_of_a_condition) {
    create();
    append_each(1, 10);
    CompactionOptions options{.where = condition("id", Operation::LessOrEqual, {5})};

    EXPECT_EQ(run(options).rewritten_files, 5);

    // The bounds of one file say more than the condition.
    EXPECT_EQ(data_file_count(), 6U);
}

TEST_F(Compacting, of_a_condition_loses_no_row_of_a_file_that_has_others) {
    create();
    for (int i = 0; i < 5; ++i) append({1, 100});
    run({.where = condition("id", Operation::Less, {50})});
    EXPECT_EQ(rows().size(), 10U);
}

TEST_F(Compacting, sorts_by_the_order_of_the_table) {
    create({}, {}, {.id = 1, .fields = {{Transform::identity(), 1}}});
    for (int id : {5, 3, 6, 1, 4, 2}) append({id});

    run({.is_sorted = true});

    EXPECT_THAT(rows_as_they_lie({"id"}), ElementsAre("1", "2", "3", "4", "5", "6"));
}

TEST_F(Compacting, refuses_to_sort_a_table_without_an_order) {
    create();
    EXPECT_THAT(refusal_of([&] { compact(committers, name, {.is_sorted = true}); }),
                HasSubstr("has no sort order"));
}

TEST_F(Compacting, of_a_branch_leaves_the_others) {
    create();
    append_each(1, 3);
    auto at = table().current_snapshot_id;
    MetadataChange branch(
        [&](MetadataBuilder& table) { table.set_ref("audit", {.snapshot_id = *at}); });
    committers.commit(name, branch);
    append_each(4, 5);

    auto result = run({.groups = {.files_min = 3}, .branch = "audit"});

    EXPECT_EQ(result.rewritten_files, 3);
    EXPECT_EQ(data_file_count(), 5U);
    EXPECT_EQ(table().find_snapshot(table().find_ref("audit")->snapshot_id)->operation(),
              "replace");
}

TEST_F(Compacting, keeps_row_ids_and_the_last_change_of_each_row) {
    create({{"format-version", "3"}});
    append_each(1, 5);
    auto last = append({6, 7});
    delete_rows(last, {0});
    std::vector<std::string> lineage = {"id", "_row_id", "_last_updated_sequence_number"};
    auto before = rows(lineage);
    EXPECT_THAT(before, ElementsAre("1 0 1", "2 1 2", "3 2 3", "4 3 4", "5 4 5", "7 6 6"));

    run();
    EXPECT_EQ(rows(lineage), before);

    // And again, when files carry them.
    append_each(8, 11);
    before = rows(lineage);
    run();
    EXPECT_EQ(rows(lineage), before);
    EXPECT_EQ(data_file_count(), 1U);
}

TEST_F(Compacting, writes_columns_as_the_table_has_them_today) {
    create();
    append_each(1, 5);
    MetadataChange evolve([](MetadataBuilder& table) {
        auto schema = Schema::make(1, {{.id = 1, .name = "number", .type = TypeKind::Long},
                                       {.id = 2, .name = "day", .type = TypeKind::Long},
                                       {.id = 4, .name = "more", .type = TypeKind::String}});
        table.set_current_schema(table.add_schema(*schema));
    });
    committers.commit(name, evolve);

    run();

    EXPECT_THAT(rows(), ElementsAre("1 1 null", "2 1 null", "3 1 null", "4 1 null", "5 1 null"));
}

TEST_F(Compacting, makes_files_of_the_size_that_is_asked_for) {
    create();
    append_each(1, 40);
    int64_t one = planned().tasks.at(0).file.file_bytes;

    run({.groups = {.target_bytes = one * 10, .group_bytes_max = one * 10}});

    EXPECT_EQ(data_file_count(), 4U);
}

}  // namespace
}  // namespace tarn::iceberg
