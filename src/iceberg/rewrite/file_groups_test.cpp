#include "iceberg/rewrite/file_groups.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"

namespace tarn::iceberg {
namespace {

using testing::ElementsAre;

constexpr int64_t MiB = 1 << 20;

class FileGroups : public testing::Test {
protected:
    FileGroups() {
        table_.schemas = {Schema::make(0, {{.id = 1, .name = "day", .type = TypeKind::Int}})};
        table_.specs = {{.id = 0}, {.id = 1, .fields = {{1, 1000, "day", Transform::identity()}}}};
        table_.default_spec_id = 1;
        table_.properties["write.target-file-size-bytes"] = std::to_string(100 * MiB);
    }

    static FileTask task(const std::string& path, int64_t bytes, int32_t day = 1) {
        FileTask task;
        task.file.path = path;
        task.file.file_bytes = bytes;
        task.file.record_count = 100;
        task.file.spec_id = 1;
        task.file.partition = {day};
        return task;
    }
    static FileTask with_deletes(FileTask task, int64_t rows) {
        DeleteFile deletes;
        deletes.file.content = FileContent::PositionDeletes;
        deletes.file.referenced_data_file = task.file.path;
        deletes.file.record_count = rows;
        task.deletes.push_back(std::make_shared<const DeleteFile>(deletes));
        return task;
    }
    static std::vector<FileTask> small_ones(int count, int64_t bytes = MiB) {
        std::vector<FileTask> tasks;
        for (int i = 0; i < count; ++i) tasks.push_back(task(std::string(1, char('a' + i)), bytes));
        return tasks;
    }

    // "abc": the paths of each group.
    std::vector<std::string> groups(std::vector<FileTask> tasks, const GroupOptions& options = {}) {
        std::vector<std::string> texts;
        for (const FileGroup& group : file_groups(std::move(tasks), table_, options)) {
            std::string& text = texts.emplace_back();
            for (const FileTask& task : group.tasks) text += task.file.path;
        }
        return texts;
    }

    TableMetadata table_;
};

TEST_F(FileGroups, are_of_five_small_files_or_more) {
    EXPECT_THAT(groups(small_ones(4)), ElementsAre());
    EXPECT_THAT(groups(small_ones(5)), ElementsAre("abcde"));
    EXPECT_THAT(groups(small_ones(2), {.files_min = 2}), ElementsAre("ab"));
    EXPECT_THAT(groups(small_ones(1), {.files_min = 1}), ElementsAre());
}

TEST_F(FileGroups, of_fewer_when_they_make_a_whole_file) {
    EXPECT_THAT(groups(small_ones(2, 60 * MiB)), ElementsAre("ab"));
    EXPECT_THAT(groups(small_ones(2, 50 * MiB)), ElementsAre());
}

TEST_F(FileGroups, leave_files_of_the_right_size_alone) {
    auto tasks = small_ones(5);
    tasks.push_back(task("x", 75 * MiB));
    tasks.push_back(task("y", 180 * MiB));
    EXPECT_THAT(groups(tasks), ElementsAre("abcde"));
    EXPECT_THAT(groups({task("x", 181 * MiB)}), ElementsAre("x"));
    EXPECT_THAT(groups(tasks, {.takes_all = true}), ElementsAre("abcdexy"));
}

TEST_F(FileGroups, are_of_one_partition) {
    auto tasks = small_ones(5);
    for (const char* path : {"v", "w", "x", "y", "z"}) tasks.push_back(task(path, MiB, 2));
    tasks.push_back(task("k", MiB, 3));
    EXPECT_THAT(groups(tasks), ElementsAre("abcde", "vwxyz"));
}

TEST_F(FileGroups, take_files_of_earlier_specs_together) {
    std::vector<FileTask> tasks;
    for (const char* path : {"a", "b", "c", "d", "e"}) {
        tasks.push_back(task(path, MiB));
        tasks.back().file.spec_id = 0;
        tasks.back().file.partition = {};
    }
    EXPECT_THAT(groups(tasks), ElementsAre("abcde"));
}

TEST_F(FileGroups, begin_with_the_oldest_rows) {
    auto tasks = small_ones(5);
    tasks[4].sequence_number = 1;
    for (size_t i = 0; i < 4; ++i) tasks[i].sequence_number = 2;
    EXPECT_THAT(groups(tasks), ElementsAre("eabcd"));
}

TEST_F(FileGroups, are_no_larger_than_they_may_be) {
    EXPECT_THAT(groups(small_ones(6), {.files_min = 3, .group_bytes_max = 3 * MiB}),
                ElementsAre("abc", "def"));
    // The last two are not worth it.
    EXPECT_THAT(groups(small_ones(5), {.files_min = 3, .group_bytes_max = 3 * MiB}),
                ElementsAre("abc"));
}

TEST_F(FileGroups, take_a_file_for_its_deletes_alone) {
    EXPECT_THAT(groups({with_deletes(task("a", 100 * MiB), 29)}), ElementsAre());
    EXPECT_THAT(groups({with_deletes(task("a", 100 * MiB), 30)}), ElementsAre("a"));
    auto twice = with_deletes(with_deletes(task("a", 100 * MiB), 1), 1);
    EXPECT_THAT(groups({twice}, {.deletes_max = 2}), ElementsAre("a"));
    EXPECT_THAT(groups({twice}, {.deletes_max = 3}), ElementsAre());
}

TEST_F(FileGroups, of_repeated_rounds_leave_what_outweighs_the_rest) {
    auto tasks = small_ones(6);
    tasks.push_back(task("x", 7 * MiB));
    EXPECT_THAT(groups(tasks, {.leaves_large = true}), ElementsAre("abcdef"));
    tasks.back().file.file_bytes = 6 * MiB;
    EXPECT_THAT(groups(tasks, {.leaves_large = true}), ElementsAre("abcdefx"));
}

TEST_F(FileGroups, refuse_sizes_out_of_order) {
    auto sizes = [&](const GroupOptions& options) { FileSizes::of(table_, options); };
    EXPECT_THROW(sizes({.min_bytes = 100 * MiB}), Error);
    EXPECT_THROW(sizes({.max_bytes = 100 * MiB}), Error);
    EXPECT_THROW(sizes({.target_bytes = 0}), Error);
    EXPECT_NO_THROW(sizes({.target_bytes = 10, .min_bytes = 0, .max_bytes = 11}));
}

TEST_F(FileGroups, share_their_bytes_out_evenly) {
    FileSizes sizes = FileSizes::of(table_, {});
    EXPECT_EQ(sizes.for_each_of(10 * MiB), 100 * MiB);
    // Two files of 65 MiB, with room, rather than one of 100 and one of 30.
    EXPECT_NEAR(static_cast<double>(sizes.for_each_of(130 * MiB)), 71.5 * MiB, MiB);
    // The rest of 5 MiB goes into the first.
    EXPECT_NEAR(static_cast<double>(sizes.for_each_of(105 * MiB)), 115.5 * MiB, MiB);
    EXPECT_LE(sizes.for_each_of(1000 * MiB), sizes.max);
}

}  // namespace
}  // namespace tarn::iceberg
