#include "iceberg/rewrite/rewrite_deletes.hpp"

#include "iceberg/rewrite/compaction.hpp"
#include "iceberg/rewrite/testing/rewrite_fixture.hpp"
#include "iceberg/table/metadata_change.hpp"

namespace tarn::iceberg {
namespace {

using testing::ElementsAre;

class RewritingDeletes : public RewriteTest {
protected:
    DeleteRewriteResult run(const DeleteRewriteOptions& options = {}) {
        auto before = rows();
        auto result = rewrite_deletes(committers, name, options);
        EXPECT_EQ(rows(), before);
        expect_whole();
        return result;
    }
    std::string total_delete_files() {
        return table().current_snapshot()->summary.at("total-delete-files");
    }
};

TEST_F(RewritingDeletes, puts_those_of_a_file_together) {
    create();
    auto file = append({1, 2, 3, 4, 5, 6, 7});
    for (int64_t row = 0; row < 5; ++row) delete_rows(file, {row});

    auto result = run();

    EXPECT_EQ(result.rewritten_files, 5);
    EXPECT_EQ(result.added_files, 1);
    EXPECT_EQ(total_delete_files(), "1");
    EXPECT_EQ(last_operation(), "replace");
    EXPECT_THAT(rows({"id"}), ElementsAre("6", "7"));
    EXPECT_EQ(run().rewritten_files, 0);
}

TEST_F(RewritingDeletes, of_a_whole_partition_where_the_table_says_so) {
    create({{"write.delete.granularity", "partition"}});
    for (int64_t id = 1; id <= 5; ++id) {
        auto file = append({id, id + 10});
        delete_rows(file, {0});
    }
    EXPECT_EQ(run().added_files, 1);
    EXPECT_THAT(rows({"id"}), ElementsAre("11", "12", "13", "14", "15"));
}

TEST_F(RewritingDeletes, leaves_few_files_and_those_that_cannot_be_fewer) {
    create();
    auto file = append({1, 2, 3, 4, 5, 6, 7});
    for (int64_t row = 0; row < 4; ++row) delete_rows(file, {row});
    EXPECT_EQ(run().rewritten_files, 0);
    for (int64_t id = 11; id <= 15; ++id) delete_rows(append({id, id + 10}), {0});
    // Nine files of deletes of six data files.
    EXPECT_EQ(run().added_files, 6);
}

TEST_F(RewritingDeletes, removes_what_concerns_no_row_any_more) {
    create();
    append({1, 2});
    delete_id(1);
    auto file = append({3, 4});
    delete_rows(file, {0});
    committers.commit(name, delete_files({file}));
    ASSERT_EQ(total_delete_files(), "2");

    EXPECT_EQ(run().removed_files, 1);
    EXPECT_EQ(total_delete_files(), "1");

    // Its rows written anew, nothing is older than the equality delete.
    compact(committers, name, {.groups = {.takes_all = true}});
    EXPECT_EQ(run().removed_files, 1);
    EXPECT_EQ(total_delete_files(), "0");
    EXPECT_THAT(rows({"id"}), ElementsAre("2"));
}

TEST_F(RewritingDeletes, makes_vectors_of_files_from_before_version_3) {
    create();
    auto file = append({1, 2, 3, 4});
    delete_rows(file, {0});
    delete_rows(file, {2});
    MetadataChange upgrade([](MetadataBuilder& table) { table.upgrade_format_version(3); });
    committers.commit(name, upgrade);

    auto result = run();

    EXPECT_EQ(result.rewritten_files, 2);
    EXPECT_EQ(result.added_files, 1);
    auto task = planned().tasks.at(0);
    ASSERT_EQ(task.deletes.size(), 1U);
    EXPECT_TRUE(task.deletes[0]->file.is_deletion_vector());
    EXPECT_EQ(run().rewritten_files, 0);
}

TEST_F(RewritingDeletes, only_says_what_it_would_do_on_a_dry_run) {
    create();
    EXPECT_EQ(run().rewritten_files, 0);
    auto file = append({1, 2, 3, 4, 5, 6, 7});
    for (int64_t row = 0; row < 5; ++row) delete_rows(file, {row});
    EXPECT_EQ(run({.is_dry_run = true}).rewritten_files, 5);
    EXPECT_EQ(total_delete_files(), "5");
}

}  // namespace
}  // namespace tarn::iceberg
