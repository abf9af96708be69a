#include "iceberg/rewrite/rewrite_manifests.hpp"

#include "iceberg/format/single_value.hpp"
#include "iceberg/rewrite/testing/rewrite_fixture.hpp"
#include "iceberg/table/file_commit.hpp"

namespace tarn::iceberg {
namespace {

class RewritingManifests : public RewriteTest {
protected:
    std::vector<ManifestFile> manifests() {
        return *ManifestLists(files).of(*table().current_snapshot());
    }
    ManifestRewriteResult run(const ManifestRewriteOptions& options = {}) {
        auto before = rows();
        auto result = rewrite_manifests(committers, name, options);
        EXPECT_EQ(rows(), before);
        expect_whole();
        return result;
    }
};

TEST_F(RewritingManifests, makes_one_of_many) {
    create();
    append_each(1, 4);
    ASSERT_EQ(manifests().size(), 4U);

    auto result = run();

    EXPECT_EQ(manifests().size(), 1U);
    EXPECT_EQ(manifests().at(0).existing_files, 4);
    EXPECT_EQ(last_operation(), "replace");
    EXPECT_EQ(result.rewritten, 4);
    EXPECT_EQ(result.added, 1);
    // And nothing more to do.
    EXPECT_EQ(run().rewritten, 0);
}

TEST_F(RewritingManifests, keeps_data_and_deletes_apart) {
    create();
    auto first = append({1, 2});
    auto second = append({3, 4});
    delete_rows(first, {0});
    delete_rows(second, {1});
    run();
    EXPECT_EQ(manifests().size(), 2U);
}

TEST_F(RewritingManifests, puts_the_files_of_a_partition_next_to_each_other) {
    // Room for a few entries each.
    create_by_day({{"commit.manifest.target-size-bytes", "9000"}});
    for (int i = 0; i < 4; ++i) {
        for (int day : {1, 2, 3, 4}) append({i}, day);
    }

    run();

    auto made = manifests();
    EXPECT_GT(made.size(), 2U);
    EXPECT_LT(made.size(), 16U);
    int64_t days = 0;
    for (const ManifestFile& manifest : made) {
        auto day_of = [](const std::optional<Bytes>& bound) {
            return std::get<int32_t>(*from_bytes(*bound, TypeKind::Int));
        };
        const PartitionSummary& day = manifest.partitions->at(0);
        days += day_of(day.upper_bound) - day_of(day.lower_bound) + 1;
    }
    // A day is in two manifests only where one ends and the next begins.
    EXPECT_LT(days, 4 + std::ssize(made));
}

TEST_F(RewritingManifests, drops_entries_of_files_that_are_gone) {
    create();
    auto gone = append({1});
    append({2});
    append({3});
    committers.commit(name, delete_files({gone}));
    run();
    ASSERT_EQ(manifests().size(), 1U);
    EXPECT_EQ(manifests()[0].deleted_files, 0);
    EXPECT_EQ(manifests()[0].existing_files, 2);
}

TEST_F(RewritingManifests, keeps_row_ids) {
    create({{"format-version", "3"}});
    append({1, 2});
    append_each(3, 5);
    std::vector<std::string> lineage = {"id", "_row_id", "_last_updated_sequence_number"};
    auto before = rows(lineage);
    run();
    EXPECT_EQ(rows(lineage), before);
}

TEST_F(RewritingManifests, only_says_what_it_would_do_on_a_dry_run) {
    create();
    EXPECT_EQ(run().rewritten, 0);
    append_each(1, 3);
    EXPECT_EQ(run({.is_dry_run = true}).rewritten, 3);
    EXPECT_EQ(manifests().size(), 3U);
}

TEST_F(RewritingManifests, takes_in_what_was_committed_before_it_is_tried_again) {
    create();
    append_each(1, 3);
    FileCommit commit(iceberg::rewrite_manifests());
    ManifestLists lists(files);
    MetadataBuilder first(table(), 0);
    commit.apply(first, {files, lists, random, 0});
    append({4});

    committers.commit(name, commit);

    EXPECT_EQ(rows().size(), 4U);
    EXPECT_EQ(manifests().size(), 1U);
    expect_whole();
}

}  // namespace
}  // namespace tarn::iceberg
