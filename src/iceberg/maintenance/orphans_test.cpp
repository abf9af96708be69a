#include "iceberg/maintenance/orphans.hpp"

#include "iceberg/maintenance/maintenance_fixture.hpp"

namespace tarn::iceberg {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::UnorderedElementsAre;

class Orphans : public MaintenanceTest {
protected:
    void leave_orphan(const std::string& name) { write(table(), name, Bytes(10)); }
    OrphanResult remove() {
        auto result = remove_orphans(maintained(), {.is_dry_run = false});
        expect_whole();
        return result;
    }
    std::string refusal(const OrphanOptions& options = {}) {
        try {
            remove_orphans(maintained(), options);
        } catch (const Error& error) {
            return error.what();
        }
        return "none";
    }
};

TEST_F(Orphans, are_removed_once_they_are_old_enough) {
    commit({"a"});
    leave_orphan("data/lost");
    leave_orphan("metadata/lost-m0.avro");
    clock.advance(std::chrono::hours(71));
    EXPECT_EQ(remove().young_files, 2);
    EXPECT_THAT(data_files(), UnorderedElementsAre("a", "lost"));
    clock.advance(std::chrono::hours(2));
    leave_orphan("data/young");

    auto result = remove();

    EXPECT_EQ(result.files.size(), 2U);
    EXPECT_EQ(result.bytes, 20);
    EXPECT_EQ(result.young_files, 1);
    EXPECT_THAT(data_files(), UnorderedElementsAre("a", "young"));
}

TEST_F(Orphans, do_not_include_what_any_snapshot_or_version_needs) {
    commit({"a"});
    commit({"b"}, {"a"});
    leave_orphan("metadata/version-hint.text");
    clock.advance(std::chrono::hours(1000));
    auto before = metadata_files();

    EXPECT_THAT(remove().files, ElementsAre());

    EXPECT_EQ(metadata_files(), before);
    EXPECT_THAT(data_files(), UnorderedElementsAre("a", "b"));
}

TEST_F(Orphans, stay_on_a_dry_run_which_is_the_default) {
    commit({"a"});
    leave_orphan("data/lost");
    clock.advance(std::chrono::hours(1000));

    EXPECT_EQ(remove_orphans(maintained()).files.size(), 1U);

    EXPECT_THAT(data_files(), UnorderedElementsAre("a", "lost"));
}

TEST_F(Orphans, are_not_looked_for_with_a_short_grace_period) {
    EXPECT_THAT(refusal({.grace = std::chrono::hours(23)}), HasSubstr("below 24 hours"));
}

TEST_F(Orphans, are_not_looked_for_where_another_table_lies_within) {
    catalog.create_table({.name = {{"db"}, "inner"},
                          .schema = table().find_schema(0),
                          .location = table().location + "/inner"});

    EXPECT_THAT(refusal(), HasSubstr("db.inner lies within"));
}

TEST_F(Orphans, are_not_looked_for_when_files_are_named_by_another_scheme) {
    commit({"a"});
    MetadataBuilder builder(table(), unix_ms(clock.now()));
    builder.set_statistics(statistics_file_from_json(
        JsonObject(boost::json::object{{"snapshot-id", *table().current_snapshot_id},
                                       {"statistics-path", "s3://elsewhere/stats.puffin"},
                                       {"file-size-in-bytes", 1},
                                       {"file-footer-size-in-bytes", 1},
                                       {"blob-metadata", boost::json::array()}},
                   "")));
    catalog.commit({trades, boost::json::array(), builder.updates()});

    EXPECT_THAT(refusal(), HasSubstr("another scheme"));
}

TEST_F(Orphans, are_found_after_an_expiry_that_left_its_files) {
    commit({"a"});
    SnapshotId last = commit({"b"}, {"a"});
    MetadataBuilder builder(table(), unix_ms(clock.now()));
    builder.remove_snapshots(std::vector<SnapshotId>{*table().find_snapshot(last)->parent_id});
    catalog.commit({trades, boost::json::array(), builder.updates()});
    clock.advance(std::chrono::hours(1000));

    remove();

    EXPECT_THAT(data_files(), ElementsAre("b"));
}

}  // namespace
}  // namespace tarn::iceberg
