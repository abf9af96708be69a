#include "storage/memory_disk.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "storage/testing/failure.hpp"

namespace tarn::storage {
namespace {

using storage::testing::code_of;

using namespace std::chrono_literals;

class MemoryDiskTest : public ::testing::Test {
protected:
    std::string text_at(std::string_view path) { return std::string(as_text(disk_.read(path))); }

    ManualClock clock_{WallTime(std::chrono::sys_days(2026y / 11 / 21))};
    MemoryDisk disk_{Uri::parse("/data"), clock_};
};

TEST_F(MemoryDiskTest, loses_with_the_power_what_was_not_synced) {
    auto file = disk_.create_file("0.log");
    disk_.sync_folder("");
    file->append(as_bytes("synced"));
    file->sync();
    file->append(as_bytes(" and not"));

    disk_.lose_power();

    EXPECT_EQ(text_at("0.log"), "synced");
}

TEST_F(MemoryDiskTest, brings_back_what_an_unsynced_truncation_cut_off) {
    auto file = disk_.create_file("0.log");
    disk_.sync_folder("");
    file->append(as_bytes("synced"));
    file->sync();
    file->truncate(2);

    disk_.lose_power();

    EXPECT_EQ(text_at("0.log"), "synced");
}

TEST_F(MemoryDiskTest, loses_names_of_folders_that_were_not_synced) {
    disk_.write("replaced", as_bytes("old"));
    disk_.write("removed", as_bytes("back"));
    disk_.write("moved", as_bytes("here again"));
    disk_.create_file("new")->sync();
    disk_.write("replaced", as_bytes("new"), {.durability = Durability::Buffered});
    disk_.remove("removed");
    disk_.rename("moved", "away");

    disk_.lose_power();

    EXPECT_FALSE(disk_.exists("new"));
    EXPECT_EQ(text_at("replaced"), "old");
    EXPECT_EQ(text_at("removed"), "back");
    EXPECT_EQ(text_at("moved"), "here again");
    EXPECT_FALSE(disk_.exists("away"));
}

TEST_F(MemoryDiskTest, keeps_what_was_written_durably) {
    disk_.write("a/written", as_bytes("1"));
    EXPECT_TRUE(disk_.create("a/created", as_bytes("2")));
    disk_.create_file("b/file")->sync();
    disk_.write("b/gone", as_bytes("3"));
    disk_.remove("b/gone");
    disk_.sync_folder("b");

    disk_.lose_power();

    EXPECT_EQ(text_at("a/written"), "1");
    EXPECT_EQ(text_at("a/created"), "2");
    EXPECT_TRUE(disk_.exists("b/file"));
    EXPECT_FALSE(disk_.exists("b/gone"));
}

TEST_F(MemoryDiskTest, may_keep_any_first_part_of_what_was_not_synced) {
    std::set<std::string> outcomes;
    SeededRandom random(1);
    for (int i = 0; i < 200; ++i) {
        MemoryDisk disk(Uri::parse("/data"), clock_);
        auto file = disk.create_file("0.log");
        disk.sync_folder("");
        file->append(as_bytes("ab"));
        file->sync();
        file->append(as_bytes("cd"));
        disk.create_file("1.log");

        disk.lose_power(random);

        outcomes.insert(std::string(as_text(disk.read("0.log"))) +
                        (disk.exists("1.log") ? "+" : ""));
    }

    EXPECT_THAT(outcomes, ::testing::ElementsAre("ab", "ab+", "abc", "abc+", "abcd", "abcd+"));
}

TEST_F(MemoryDiskTest, ends_with_the_power_what_was_open) {
    disk_.write("old", as_bytes("x"));
    auto file = disk_.create_file("0.log");
    auto reader = disk_.open_reader("old");
    auto writer = disk_.open_writer("new");

    disk_.lose_power();

    EXPECT_EQ(code_of([&] { file->append(as_bytes("x")); }), ErrorCode::Unavailable);
    EXPECT_EQ(code_of([&] { file->sync(); }), ErrorCode::Unavailable);
    EXPECT_EQ(code_of([&] { reader->read_at(0, 1); }), ErrorCode::Unavailable);
    EXPECT_EQ(code_of([&] { writer->close(); }), ErrorCode::Unavailable);
    EXPECT_FALSE(disk_.exists("new"));
}

TEST_F(MemoryDiskTest, fails_the_call_it_is_told_to_and_only_that) {
    disk_.inject({.call = Call::Append, .nth = 2, .code = ErrorCode::StorageFull});
    auto file = disk_.create_file("0.log");
    file->append(as_bytes("1"));

    EXPECT_EQ(code_of([&] { file->append(as_bytes("2")); }), ErrorCode::StorageFull);

    file->append(as_bytes("3"));
    EXPECT_EQ(text_at("0.log"), "13");
}

TEST_F(MemoryDiskTest, loses_an_answer_but_not_the_work) {
    disk_.inject({.call = Call::Publish, .effect = Effect::Full});

    EXPECT_EQ(code_of([&] { disk_.create("commit", as_bytes("x")); }), ErrorCode::Unavailable);

    EXPECT_EQ(text_at("commit"), "x");
    EXPECT_FALSE(disk_.create("commit", as_bytes("y")));
}

TEST_F(MemoryDiskTest, tears_an_append) {
    disk_.inject({.call = Call::Append, .effect = Effect::Torn, .torn_after = 3});
    auto file = disk_.create_file("0.log");

    EXPECT_EQ(code_of([&] { file->append(as_bytes("abcdef")); }), ErrorCode::Unavailable);

    EXPECT_EQ(text_at("0.log"), "abc");
    EXPECT_EQ(code_of([&] { file->append(as_bytes("g")); }), ErrorCode::Corrupt);
    EXPECT_EQ(code_of([&] { file->truncate(0); }), ErrorCode::Corrupt);
}

TEST_F(MemoryDiskTest, changes_nothing_more_after_a_failed_sync) {
    disk_.inject({.call = Call::Sync});
    auto file = disk_.create_file("0.log");

    EXPECT_EQ(code_of([&] { file->sync(); }), ErrorCode::Unavailable);

    EXPECT_EQ(code_of([&] { file->sync(); }), ErrorCode::Corrupt);
    EXPECT_EQ(code_of([&] { file->append(as_bytes("x")); }), ErrorCode::Corrupt);
}

TEST_F(MemoryDiskTest, gets_full_and_has_room_again) {
    disk_.limit_size(10);
    disk_.write("a", as_bytes("123456"));
    auto file = disk_.create_file("b");

    EXPECT_EQ(code_of([&] { file->append(as_bytes("12345")); }), ErrorCode::StorageFull);
    EXPECT_EQ(code_of([&] { disk_.write("c", as_bytes("12345")); }), ErrorCode::StorageFull);
    EXPECT_FALSE(disk_.exists("c"));

    disk_.remove("a");
    file->append(as_bytes("12345"));
    EXPECT_EQ(text_at("b"), "12345");
}

TEST_F(MemoryDiskTest, takes_the_time_it_is_told_to) {
    Ticks start = clock_.ticks();
    disk_.before_each_call([&](Call call, std::string_view path) {
        if (call == Call::Sync && path == "slow") clock_.advance(3s);
    });
    auto slow = disk_.create_file("slow");
    auto quick = disk_.create_file("quick");

    quick->sync();
    EXPECT_EQ(clock_.ticks() - start, 0s);
    slow->sync();
    EXPECT_EQ(clock_.ticks() - start, 3s);
}

}  // namespace
}  // namespace tarn::storage
