#include "iceberg/scan/plan.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "base/error.hpp"
#include "iceberg/format/reserved_fields.hpp"
#include "iceberg/format/single_value.hpp"
#include "iceberg/scan/scan_fixture.hpp"

namespace tarn::iceberg {
namespace {

using testing::ElementsAre;

SchemaPtr trades() {
    return Schema::make(0, {{.id = 1, .name = "day", .type = TypeKind::Date},
                            {.id = 2, .name = "id", .type = TypeKind::Int}});
}

PartitionSpec by_day() {
    return {.id = 0, .fields = {{1, 1000, "day", Transform::identity()}}};
}

DataFile file_of(std::string path, OptionalValue day) {
    DataFile file;
    file.path = std::move(path);
    file.partition = {std::move(day)};
    file.record_count = 10;
    file.file_bytes = 100;
    return file;
}

DataFile deletes(FileContent content, std::string path, OptionalValue day) {
    DataFile file = file_of(std::move(path), std::move(day));
    file.content = content;
    if (content == FileContent::EqualityDeletes) file.equality_ids = {2};
    return file;
}

DataFile vector_for(const std::string& data_file, int32_t day) {
    DataFile file = deletes(FileContent::PositionDeletes, "v.puffin", day);
    file.format = FileFormat::Puffin;
    file.referenced_data_file = data_file;
    file.content_offset = 4;
    file.content_bytes = 40;
    return file;
}

constexpr auto Positions = FileContent::PositionDeletes;
constexpr auto Equality = FileContent::EqualityDeletes;

class Plan : public testing::Test {
protected:
    explicit Plan(int format_version = 2)
        : fixture_(trades(), by_day(), format_version), cache_(fixture_.files()) {}

    ScanPlan planned(ScanRequest request = {}) { return plan(table(), cache_, request); }
    TableMetadata& table() { return fixture_.table(); }

    // The files with the deletes of each: "a: x y".
    std::set<std::string> tasks(ScanRequest request = {}) {
        std::set<std::string> texts;
        for (const FileTask& task : planned(std::move(request)).tasks) {
            std::string text = task.file.path + ":";
            for (const DeleteFilePtr& each : task.deletes) text += " " + each->file.path;
            texts.insert(text);
        }
        return texts;
    }

    std::string refusal(ScanRequest request) {
        try {
            planned(std::move(request));
        } catch (const Error& error) {
            return error.full_text();
        }
        return "none";
    }

    ScanFixture fixture_;
    ManifestCache cache_;
};

class PlanOfVersion3 : public Plan {
protected:
    PlanOfVersion3() : Plan(3) {}
};

TEST_F(Plan, of_a_table_without_snapshots_is_empty) {
    EXPECT_TRUE(planned().tasks.empty());
}

TEST_F(Plan, skips_manifests_and_files_of_other_partitions) {
    fixture_.append({file_of("a", 1), file_of("b", 2)});
    fixture_.append({file_of("c", 5), file_of("d", std::nullopt)});

    auto found = planned({.filter = condition("day", Operation::Equal, {2})});

    ASSERT_EQ(found.tasks.size(), 1U);
    EXPECT_EQ(found.tasks[0].file.path, "b");
    EXPECT_TRUE(found.tasks[0].residual->is_true());
    EXPECT_EQ(found.statistics.manifests_skipped, 1);
    EXPECT_EQ(found.statistics.manifests_read, 1);
    EXPECT_EQ(found.statistics.files_skipped, 1);
    EXPECT_EQ(found.statistics.files_taken, 1);
}

TEST_F(Plan, gives_each_file_what_is_left_to_check) {
    fixture_.append({file_of("a", 1)});

    auto found = planned({.filter = all_of({condition("day", Operation::Less, {5}),
                                            condition("id", Operation::Equal, {7})})});

    Filter left = bind(condition("id", Operation::Equal, {7}), *trades());
    EXPECT_EQ(*found.tasks.at(0).residual, left);
}

TEST_F(Plan, tells_the_metrics_of_the_columns_that_are_asked_for) {
    DataFile file = file_of("a", 1);
    file.metrics = {.column_bytes = {{1, 40}, {2, 50}},
                    .value_counts = {{1, 10}, {2, 10}},
                    .null_counts = {{1, 0}, {2, 3}},
                    .lower_bounds = {{1, to_bytes(Value(1))}, {2, to_bytes(Value(7))}}};
    fixture_.append({file});

    auto found = planned({.filter = condition("day", Operation::Equal, {1}), .metrics_of = {2}});

    EXPECT_EQ(found.tasks.at(0).file.metrics,
              (ColumnMetrics{.column_bytes = {{2, 50}},
                             .value_counts = {{2, 10}},
                             .null_counts = {{2, 3}},
                             .lower_bounds = {{2, to_bytes(Value(7))}}}));
    EXPECT_EQ(planned().tasks.at(0).file.metrics, ColumnMetrics());
}

TEST_F(Plan, applies_position_deletes_to_rows_that_are_not_younger) {
    fixture_.append({file_of("old", 1), file_of("other", 2)});
    fixture_.commit({.operation = "overwrite",
                     .added = {{{file_of("same", 1)}, 0}, {{deletes(Positions, "x", 1)}, 0}}});
    fixture_.append({file_of("young", 1)});

    EXPECT_THAT(tasks(), ElementsAre("old: x", "other:", "same: x", "young:"));
}

TEST_F(Plan, applies_equality_deletes_to_older_rows_only) {
    fixture_.append({file_of("old", 1), file_of("other", 2)});
    fixture_.commit({.operation = "overwrite",
                     .added = {{{file_of("same", 1)}, 0}, {{deletes(Equality, "x", 1)}, 0}}});
    fixture_.append({file_of("young", 1)});

    EXPECT_THAT(tasks(), ElementsAre("old: x", "other:", "same:", "young:"));
}

TEST_F(Plan, applies_equality_deletes_without_partition_to_all_files) {
    table().specs.push_back({.id = 1});
    fixture_.append({file_of("a", 1), file_of("b", 2)});
    DataFile everywhere = deletes(Equality, "x", 0);
    everywhere.spec_id = 1;
    everywhere.partition = {};
    fixture_.append({everywhere}, 1);

    EXPECT_THAT(tasks(), ElementsAre("a: x", "b: x"));
    EXPECT_THAT(tasks({.filter = condition("day", Operation::Equal, {2})}), ElementsAre("b: x"));
}

TEST_F(Plan, applies_position_deletes_of_one_file_to_that_file) {
    fixture_.append({file_of("a", 1), file_of("b", 1)});
    DataFile named = deletes(Positions, "x", 1);
    named.referenced_data_file = "a";
    DataFile bounded = deletes(Positions, "y", 1);
    bounded.metrics.lower_bounds[reserved::DeletePath] = copy_of(as_bytes("b"));
    bounded.metrics.upper_bounds[reserved::DeletePath] = copy_of(as_bytes("b"));
    fixture_.append({named, bounded});

    EXPECT_THAT(tasks(), ElementsAre("a: x", "b: y"));
}

TEST_F(PlanOfVersion3, takes_a_deletion_vector_for_all_position_deletes) {
    fixture_.append({file_of("a", 1), file_of("b", 1)});
    table().format_version = 2;
    fixture_.append({deletes(Positions, "x", 1)});
    table().format_version = 3;
    fixture_.append({vector_for("a", 1)});

    EXPECT_THAT(tasks(), ElementsAre("a: v.puffin", "b: x"));
}

TEST_F(Plan, travels_to_snapshots_times_and_tags) {
    SnapshotId first = fixture_.append({file_of("a", 1)});
    table().refs["start"] = {.snapshot_id = first, .kind = RefKind::Tag};
    fixture_.append({file_of("b", 1)});

    EXPECT_THAT(tasks({.at = {.snapshot_id = first}}), ElementsAre("a:"));
    EXPECT_THAT(tasks({.at = {.ref = "start"}}), ElementsAre("a:"));
    EXPECT_THAT(tasks({.at = {.as_of_ms = 2000}}), ElementsAre("a:"));
    EXPECT_THAT(tasks({.at = {.as_of_ms = 3000}}), ElementsAre("a:", "b:"));
    EXPECT_EQ(refusal({.at = {.as_of_ms = 1999}}),
              "the table has no snapshot from 1970-01-01T00:00:01.999+00:00 or before; "
              "its oldest one is from 1970-01-01T00:00:02+00:00");
    EXPECT_EQ(refusal({.at = {.ref = "end"}}), "the table has no branch or tag 'end'");
    EXPECT_EQ(refusal({.at = {.snapshot_id = 5}}),
              "the table has no snapshot 5; it may be expired");
}

TEST_F(Plan, reads_an_old_snapshot_by_its_own_columns_and_a_branch_by_those_of_today) {
    SnapshotId first = fixture_.append({file_of("a", 1)});
    table().refs["start"] = {.snapshot_id = first, .kind = RefKind::Tag};
    table().refs["fork"] = {.snapshot_id = first};
    table().schemas.push_back(
        Schema::make(1, {{.id = 1, .name = "day", .type = TypeKind::Timestamp},
                         {.id = 2, .name = "number", .type = TypeKind::Long}}));
    table().current_schema_id = 1;
    auto columns_of = [&](TimeTravel at) { return planned({.at = at}).schema->id(); };

    EXPECT_EQ(columns_of({.snapshot_id = first}), 0);
    EXPECT_EQ(columns_of({.ref = "start"}), 0);
    EXPECT_EQ(columns_of({.ref = "fork"}), 1);
    EXPECT_EQ(columns_of({}), 1);
    // The partition was written as a date.
    EXPECT_THAT(tasks({.filter = condition("day", Operation::Equal, {"1970-01-02T00:00:00"})}),
                ElementsAre("a:"));
    EXPECT_THAT(tasks({.at = {.snapshot_id = first},
                       .filter = condition("day", Operation::Equal, {"1970-01-02"})}),
                ElementsAre("a:"));
}

TEST_F(Plan, keeps_manifests_within_the_bound) {
    fixture_.append({file_of("a", 1)});
    ManifestCache none(fixture_.files(), 0);

    planned();
    EXPECT_GT(cache_.kept_bytes(), 0U);
    EXPECT_EQ(plan(table(), none, {}).tasks.size(), 1U);
    EXPECT_EQ(none.kept_bytes(), 0U);

    fixture_.disk().remove_folder("t");
    EXPECT_THAT(tasks(), ElementsAre("a:"));
    EXPECT_THROW(plan(table(), none, {}), Error);
}

TEST_F(Plan, decodes_again_what_another_condition_looks_at) {
    DataFile file = file_of("a", 1);
    file.metrics.lower_bounds[2] = to_bytes(int32_t{5});
    file.metrics.upper_bounds[2] = to_bytes(int32_t{9});
    fixture_.append({file});

    EXPECT_THAT(tasks(), ElementsAre("a:"));
    EXPECT_THAT(tasks({.filter = condition("id", Operation::Greater, {9})}), ElementsAre());
    EXPECT_THAT(tasks({.filter = condition("id", Operation::Greater, {8})}), ElementsAre("a:"));
}

TEST_F(Plan, refuses_encrypted_tables) {
    table().encryption_keys.push_back(boost::json::object{{"key-id", "1"}});

    EXPECT_EQ(refusal({}), "the table is encrypted, which is not supported");
}

}  // namespace
}  // namespace tarn::iceberg
