// The contract of Disk and its files, held against the real disk and memory.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "base/error.hpp"
#include "storage/local_disk.hpp"
#include "storage/memory_disk.hpp"
#include "storage/testing/failure.hpp"
#include "storage/testing/temp_folder.hpp"

namespace tarn::storage {
namespace {

using storage::testing::code_of;

using ::testing::ElementsAre;

enum class Kind { Disk, Memory };

class DiskContract : public ::testing::TestWithParam<Kind> {
protected:
    DiskContract() {
        if (GetParam() == Kind::Disk) {
            disk_ = LocalDisk::open(folder_.uri());
        } else {
            disk_ = std::make_unique<MemoryDisk>(Uri::parse("/data"), clock_);
        }
    }

    static std::string text_of(const Reader& reader) {
        return std::string(as_text(reader.read_at(0, reader.size())));
    }

    storage::testing::TempFolder folder_;
    SystemClock clock_;
    std::unique_ptr<Disk> disk_;
};

void PrintTo(Kind kind, std::ostream* out) {
    *out << (kind == Kind::Disk ? "Disk" : "Memory");
}

INSTANTIATE_TEST_SUITE_P(Storage, DiskContract, ::testing::Values(Kind::Disk, Kind::Memory),
                         ::testing::PrintToStringParamName());

TEST_P(DiskContract, grows_and_cuts_a_file_at_its_end) {
    auto file = disk_->create_file("topic/0/0.log");

    file->append(as_bytes("first "));
    file->append(as_bytes("second"));
    EXPECT_EQ(file->size(), 12);
    EXPECT_EQ(as_text(file->read_at(6, 3)), "sec");
    EXPECT_EQ(as_text(file->read_at(6, 300)), "second");
    EXPECT_EQ(as_text(file->read_at(12, 1)), "");

    file->truncate(5);
    file->append(as_bytes("!"));
    file->sync();
    EXPECT_EQ(text_of(*file), "first!");
}

TEST_P(DiskContract, finds_a_file_again_as_it_was_left) {
    disk_->create_file("0.log")->append(as_bytes("kept"));

    auto file = disk_->open_file("0.log");

    EXPECT_EQ(text_of(*file), "kept");
    file->append(as_bytes(" on"));
    EXPECT_EQ(as_text(disk_->read("0.log")), "kept on");
    EXPECT_EQ(disk_->stat("0.log")->size, 7);
}

TEST_P(DiskContract, opens_only_what_is_there_and_creates_only_what_is_not) {
    disk_->create_file("there");

    EXPECT_EQ(code_of([&] { disk_->open_file("missing"); }), ErrorCode::NotFound);
    EXPECT_EQ(code_of([&] { disk_->create_file("there"); }), ErrorCode::Conflict);
    EXPECT_EQ(code_of([&] { disk_->open_file("../there"); }), ErrorCode::InvalidInput);
}

TEST_P(DiskContract, reads_a_file_on_after_its_removal) {
    auto file = disk_->create_file("old/0.log");
    file->append(as_bytes("still here"));
    auto reader = disk_->open_reader("old/0.log");

    disk_->remove_folder("old");

    EXPECT_FALSE(disk_->exists("old/0.log"));
    EXPECT_EQ(text_of(*file), "still here");
    EXPECT_EQ(text_of(*reader), "still here");
}

TEST_P(DiskContract, renames_over_what_was_there) {
    disk_->write("new", as_bytes("new"));
    disk_->write("folder/old", as_bytes("old"));

    disk_->rename("new", "folder/old");

    EXPECT_EQ(as_text(disk_->read("folder/old")), "new");
    EXPECT_FALSE(disk_->exists("new"));

    disk_->rename("folder/old", "made/for/it");
    EXPECT_EQ(as_text(disk_->read("made/for/it")), "new");
    EXPECT_EQ(code_of([&] { disk_->rename("missing", "x/y"); }), ErrorCode::NotFound);
    EXPECT_EQ(code_of([&] { disk_->rename("made/for/it", "../it"); }), ErrorCode::InvalidInput);
}

TEST_P(DiskContract, keeps_files_and_folders_apart) {
    disk_->write("file", as_bytes("x"));
    disk_->write("folder/file", as_bytes("x"));

    for (std::string path : {"file/below", "folder"}) {
        EXPECT_EQ(code_of([&] { disk_->write(path, {}); }), ErrorCode::Conflict) << path;
        EXPECT_EQ(code_of([&] { disk_->create(path, {}); }), ErrorCode::Conflict) << path;
        EXPECT_EQ(code_of([&] { disk_->create_file(path); }), ErrorCode::Conflict) << path;
        EXPECT_EQ(code_of([&] { disk_->rename("file", path); }), ErrorCode::Conflict) << path;
    }
    disk_->remove("folder");
    EXPECT_TRUE(disk_->exists("folder/file"));
}

TEST_P(DiskContract, lets_readers_and_syncs_run_beside_appends) {
    auto file = disk_->create_file("0.log");
    std::atomic<bool> is_done = false;
    std::jthread reading([&] {
        while (!is_done) {
            int64_t size = file->size();
            Bytes seen = file->read_at(0, size);
            EXPECT_EQ(as_text(seen), std::string(static_cast<size_t>(size), 'x'));
        }
    });
    std::jthread syncing([&] {
        while (!is_done) file->sync();
    });

    for (int i = 0; i < 200; ++i) file->append(as_bytes("xxxxxxx"));
    is_done = true;

    EXPECT_EQ(file->size(), 1400);
}

TEST_P(DiskContract, syncs_a_folder) {
    disk_->create_file("topic/0.log");

    disk_->sync_folder("topic");
    disk_->sync_folder("");

    EXPECT_EQ(disk_->list("topic", Depth::OneFolder).size(), 1u);
}

TEST_P(DiskContract, creates_from_a_writer_only_what_is_absent) {
    auto first = disk_->open_disk_writer("lake/a");
    first->write(as_bytes("first"));
    auto second = disk_->open_disk_writer("lake/a");
    second->write(as_bytes("second"));

    EXPECT_TRUE(first->close_if_absent());
    EXPECT_FALSE(second->close_if_absent());

    EXPECT_EQ(as_text(disk_->read("lake/a")), "first");
}

TEST_P(DiskContract, keeps_a_note_with_an_object_until_it_is_replaced) {
    auto writer = disk_->open_disk_writer("lake/a");
    writer->write(as_bytes("content"));
    writer->set_note(as_bytes("remember"));
    EXPECT_EQ(disk_->note("lake/a"), std::nullopt);
    writer->close();

    EXPECT_EQ(disk_->note("lake/a"), copy_of(as_bytes("remember")));

    disk_->write("lake/a", as_bytes("other"));
    EXPECT_EQ(disk_->note("lake/a"), std::nullopt);
    EXPECT_EQ(disk_->note("lake/b"), std::nullopt);
}

TEST_P(DiskContract, takes_away_only_empty_folders) {
    disk_->write("lake/day/a", as_bytes("a"));

    EXPECT_FALSE(disk_->remove_empty_folder("lake/day"));
    disk_->remove("lake/day/a");
    EXPECT_TRUE(disk_->remove_empty_folder("lake/day"));
    EXPECT_TRUE(disk_->remove_empty_folder("lake/day"));

    EXPECT_THAT(disk_->list("lake", Depth::OneFolder), ::testing::IsEmpty());
}

TEST_P(DiskContract, writes_into_a_folder_that_others_take_away_while_it_is_empty) {
    std::jthread remover([&](std::stop_token stop) {
        while (!stop.stop_requested()) disk_->remove_empty_folder("lake/day");
    });

    for (int i = 0; i < 200; ++i) {
        disk_->write("lake/day/a", as_bytes("a"), {.durability = Durability::Buffered});
        disk_->remove("lake/day/a");
    }

    EXPECT_FALSE(disk_->exists("lake/day/a"));
}

}  // namespace
}  // namespace tarn::storage
