#include "iceberg/scan/incremental.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "iceberg/scan/scan_fixture.hpp"

namespace tarn::iceberg {
namespace {

using testing::ElementsAre;

SchemaPtr numbers() {
    return Schema::make(0, {{.id = 1, .name = "x", .type = TypeKind::Int}});
}

DataFile file_of(std::string path, int32_t x) {
    DataFile file;
    file.path = std::move(path);
    file.partition = {x};
    file.record_count = 1;
    file.file_bytes = 1;
    return file;
}

class Incremental : public testing::Test {
protected:
    Incremental()
        : fixture_(numbers(), {.fields = {{1, 1000, "x", Transform::identity()}}}),
          cache_(fixture_.files()) {}

    std::vector<std::string> appended(const SnapshotRange& range, const Expression& filter = {}) {
        std::vector<std::string> paths;
        for (const FileTask& task : plan_appends(fixture_.table(), cache_, range, filter)) {
            paths.push_back(task.file.path);
        }
        return paths;
    }

    // "0+a": the ordinal, whether it came or went, the file.
    std::vector<std::string> changed(const SnapshotRange& range) {
        std::vector<std::string> texts;
        for (const ChangedFile& each : changed_files(fixture_.table(), cache_, range)) {
            texts.push_back(
                fmt::format("{}{}{}", each.ordinal, each.is_removed ? '-' : '+', each.file.path));
        }
        return texts;
    }

    ManifestEntry entry_of(const DataFile& file, SnapshotId id) const {
        return {.snapshot_id = id, .sequence_number = 1, .file_sequence_number = 1, .file = file};
    }

    ScanFixture fixture_;
    ManifestCache cache_;
};

TEST_F(Incremental, gives_what_was_appended_after_one_snapshot_up_to_another) {
    SnapshotId first = fixture_.append({file_of("a", 1)});
    SnapshotId second = fixture_.append({file_of("b", 2), file_of("c", 3)});
    SnapshotId third = fixture_.append({file_of("d", 3)});

    EXPECT_THAT(appended({.after = first, .up_to = third}), ElementsAre("b", "c", "d"));
    EXPECT_THAT(appended({.after = first, .up_to = second}), ElementsAre("b", "c"));
    EXPECT_THAT(appended({.up_to = first}), ElementsAre("a"));
    EXPECT_THAT(appended({.up_to = third}, condition("x", Operation::Equal, {3})),
                ElementsAre("c", "d"));
    EXPECT_THAT(appended({.after = third, .up_to = third}), ElementsAre());
}

TEST_F(Incremental, passes_over_what_is_no_append) {
    SnapshotId first = fixture_.append({file_of("a", 1)});
    SnapshotId last = fixture_.commit({.operation = "overwrite",
                                       .added = {{{file_of("b", 1)}, 0}},
                                       .removed = {entry_of(file_of("a", 1), first)}});

    EXPECT_THAT(appended({.up_to = last}), ElementsAre("a"));
}

TEST_F(Incremental, tells_files_that_came_and_went) {
    SnapshotId first = fixture_.append({file_of("a", 1)});
    fixture_.commit({.operation = "replace", .added = {{{file_of("same", 1)}, 0}}});
    SnapshotId last = fixture_.commit({.operation = "overwrite",
                                       .added = {{{file_of("b", 1)}, 0}},
                                       .removed = {entry_of(file_of("a", 1), first)}});

    EXPECT_THAT(changed({.up_to = last}), ElementsAre("0+a", "1+b", "1-a"));
    EXPECT_THAT(changed({.after = first, .up_to = last}), ElementsAre("0+b", "0-a"));
}

TEST_F(Incremental, refuses_what_it_cannot_tell) {
    SnapshotId first = fixture_.append({file_of("a", 1)});
    DataFile deletes = file_of("x", 1);
    deletes.content = FileContent::PositionDeletes;
    SnapshotId last = fixture_.append({deletes});

    EXPECT_THROW(changed({.up_to = last}), Error);
    EXPECT_THROW(appended({.after = last, .up_to = first}), Error);
    EXPECT_THROW(appended({.up_to = 5}), Error);
}

}  // namespace
}  // namespace tarn::iceberg
