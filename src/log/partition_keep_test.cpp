// What a partition keeps and forgets, and how it bears a disk that is full or broken.
#include "log/partition.hpp"
#include "log/partition_fixture.hpp"
#include "storage/local_disk.hpp"
#include "storage/testing/temp_folder.hpp"

namespace tarn::log {
namespace {

using namespace std::chrono_literals;
using storage::Call;
using storage::Effect;
using storage::testing::code_of;
using testing::a_batch;

class PartitionKeep : public PartitionTest {
protected:
    Timestamp now() const { return unix_ms(clock.now()); }
    // One batch to a segment.
    void append_timed(Timestamp time) {
        settings.segment_bytes_max = 1;
        log().change_settings(settings);
        append(a_batch().timed(time));
    }
};

TEST_F(PartitionKeep, forgets_what_was_trimmed_for_good) {
    settings.segment_bytes_max = 200;
    append_batches(10, 2);
    log().trim(7);

    EXPECT_EQ(log().start_offset(), 7);
    EXPECT_EQ(offsets_from(7), "6 8 10 12 14 16 18");
    lose_power_and_open();
    EXPECT_EQ(log().start_offset(), 7);
}

TEST_F(PartitionKeep, keeps_offsets_and_producers_when_all_is_trimmed) {
    append(a_batch().of_count(4).by(7, 0, 0));
    flush();
    log().trim(4);
    EXPECT_EQ(offsets_from(4), "");

    close_and_open();

    EXPECT_EQ(log().start_offset(), 4);
    EXPECT_EQ(log().end_offset(), 4);
    EXPECT_TRUE(append(a_batch().of_count(4).by(7, 0, 0)).is_duplicate);
    EXPECT_EQ(append_count(1).base_offset, 4);
}

TEST_F(PartitionKeep, removes_segments_past_the_time_to_keep) {
    settings.retention = 1h;
    append_timed(now() - 4'000'000);
    append_timed(now() - 3'000'000);
    append_timed(now());

    EXPECT_EQ(log().apply_retention(), 1);

    EXPECT_EQ(log().start_offset(), 1);
    EXPECT_EQ(log().apply_retention(), 0);
    clock.advance(50min);
    EXPECT_EQ(log().apply_retention(), 1);
    EXPECT_EQ(offsets_from(2), "2");
}

TEST_F(PartitionKeep, rolls_the_last_segment_when_it_is_too_old_and_goes_on_behind_it) {
    settings.retention = 1h;
    append(a_batch().timed(now()).by(7, 0, 0));
    clock.advance(2h);

    EXPECT_EQ(log().apply_retention(), 1);

    EXPECT_EQ(log().start_offset(), 1);
    EXPECT_EQ(log().end_offset(), 1);
    EXPECT_EQ(log().size_bytes(), 0);
    EXPECT_EQ(log().find_time(0, Isolation::Uncommitted), std::nullopt);
    kill_and_open();
    EXPECT_EQ(log().end_offset(), 1);
    EXPECT_TRUE(append(a_batch().by(7, 0, 0)).is_duplicate);
    EXPECT_EQ(append(a_batch().timed(5)).base_offset, 1);
    EXPECT_EQ(log().find_time(0, Isolation::Uncommitted)->offset, 1);
    EXPECT_EQ(log().latest_time()->timestamp, 5);
}

TEST_F(PartitionKeep, removes_the_oldest_segments_past_the_size_to_keep_but_never_the_last) {
    for (int i = 0; i < 5; ++i) append_timed(now());
    int64_t one = log().size_bytes() / 5;
    settings.retention_bytes = 3 * one + 1;
    log().change_settings(settings);
    EXPECT_EQ(log().apply_retention(), 1);

    settings.retention_bytes = 0;
    log().change_settings(settings);
    EXPECT_EQ(log().apply_retention(), 3);

    EXPECT_EQ(offsets_from(4), "4");
}

TEST_F(PartitionKeep, removes_nothing_past_an_open_transaction_or_a_pin) {
    settings.retention_bytes = 0;
    append_timed(now());
    append_timed(now());
    append(a_batch().transactional(7, 0, 0));
    append_timed(now());
    append_timed(now());
    auto pin = log().pin(1);

    EXPECT_EQ(log().apply_retention(), 1);
    pin.reset();
    EXPECT_EQ(log().apply_retention(), 1);
    EXPECT_EQ(log().start_offset(), 2);
    log().append_marker(7, 0, {true, 0});
    EXPECT_EQ(log().apply_retention(), 3);
}

TEST_F(PartitionKeep, does_not_let_producers_of_long_ago_stand_in_the_way) {
    append(a_batch().by(7, 0, 0));
    clock.advance(25h);

    log().apply_retention();

    EXPECT_TRUE(log().active_producers().empty());
    EXPECT_EQ(append(a_batch().by(7, 0, 7)).base_offset, 1);
}

TEST_F(PartitionKeep, lets_readers_finish_a_segment_that_is_gone) {
    storage::testing::TempFolder folder;
    auto local = storage::LocalDisk::open(folder.uri());
    settings.segment_bytes_max = 1;
    partition = Partition::open({.disk = *local, .folder = "t/0", .clock = clock}, settings,
                                FlushPolicy::EachBatch, 1);
    append_batches(3);
    flush();
    auto read = log().read(0, {.bytes_max = Everything});

    log().trim(3);

    EXPECT_EQ(offsets_in(read), "0 1 2");
    EXPECT_FALSE(local->exists("t/0/00000000000000000000.log"));
}

TEST_F(PartitionKeep, works_the_same_on_a_real_disk) {
    storage::testing::TempFolder folder;
    auto local = storage::LocalDisk::open(folder.uri());
    settings.segment_bytes_max = 500;
    for (int round = 0; round < 4; ++round) {
        partition = Partition::open({.disk = *local, .folder = "t/0", .clock = clock}, settings,
                                    FlushPolicy::EachBatch, ++leader_epoch);
        EXPECT_EQ(log().end_offset(), round * 20);
        append_batches(10, 2);
        flush();
        if (round % 2 == 0) log().close();
        partition.reset();
    }
    partition = Partition::open({.disk = *local, .folder = "t/0", .clock = clock}, settings,
                                FlushPolicy::EachBatch, ++leader_epoch);
    EXPECT_EQ(batches_in(log().read(0, {.bytes_max = Everything})).size(), 40u);
}

TEST_F(PartitionKeep, goes_on_by_itself_after_the_disk_was_full) {
    settings.segment_bytes_max = 300;
    append_batches(4);
    int64_t used = 0;
    for (const auto& entry : disk.list("", storage::Depth::AllBelow)) used += entry.size;

    for (int64_t room = 0; room < 300; room += 7) {
        disk.limit_size(used + room);
        bool was_full = false;
        while (!was_full) {
            Offset end = log().end_offset();
            std::string offsets = offsets_from(0);
            try {
                append_count(1);
            } catch (const Error& error) {
                was_full = error.code() == ErrorCode::StorageFull;
                EXPECT_TRUE(was_full) << error.what();
                EXPECT_EQ(log().end_offset(), end);
                EXPECT_EQ(offsets_from(0), offsets);
            }
        }
        disk.limit_size(Everything);
        Offset end = log().end_offset();
        EXPECT_EQ(append_count(1).base_offset, end);
        kill_and_open();
        EXPECT_EQ(log().end_offset(), end + 1);
        used = 0;
        for (const auto& entry : disk.list("", storage::Depth::AllBelow)) used += entry.size;
    }
}

TEST_F(PartitionKeep, makes_room_on_a_full_disk_by_retention) {
    settings.retention_bytes = 0;
    for (int i = 0; i < 5; ++i) append_timed(now());
    int64_t used = 0;
    for (const auto& entry : disk.list("", storage::Depth::AllBelow)) used += entry.size;
    disk.limit_size(used);

    EXPECT_EQ(log().apply_retention(), 4);

    EXPECT_EQ(log().start_offset(), 4);
    EXPECT_EQ(offsets_from(4), "4");
    kill_and_open();
    EXPECT_EQ(log().start_offset(), 4);
}

TEST_F(PartitionKeep, takes_no_more_batches_after_a_sync_has_failed_until_opened_anew) {
    policy = FlushPolicy::EachBatch;
    append_count(1);
    flush();
    append_count(1);
    disk.inject({.call = Call::Sync});

    flush();

    EXPECT_TRUE(log().failure().has_value());
    EXPECT_EQ(code_of([&] { append_count(1); }), ErrorCode::Unavailable);
    EXPECT_EQ(log().high_watermark(), 1);
    EXPECT_EQ(offsets_from(0), "0");
    EXPECT_EQ(log().flush_work(), nullptr);
    lose_power_and_open();
    EXPECT_EQ(append_count(1).base_offset, 1);
    flush();
    EXPECT_EQ(offsets_from(0), "0 1");
}

TEST_F(PartitionKeep, goes_on_reading_after_an_append_that_could_not_be_undone) {
    append_count(1);
    disk.inject({.call = Call::Append, .effect = Effect::Torn, .torn_after = 30});

    EXPECT_ANY_THROW(append_count(1));

    EXPECT_EQ(code_of([&] { append_count(1); }), ErrorCode::Unavailable);
    EXPECT_EQ(offsets_from(0), "0");
    partition.reset();
    disk.lose_power();
}

TEST_F(PartitionKeep, loses_nothing_when_a_flush_is_dropped_before_it_ran) {
    policy = FlushPolicy::EachBatch;
    settings.segment_bytes_max = 200;
    append_batches(5);
    log().flush_work();

    flush();
    lose_power_and_open();

    EXPECT_EQ(log().end_offset(), 5);
}

TEST_F(PartitionKeep, keeps_few_files_open_however_many_segments_there_are) {
    storage::testing::TempFolder folder;
    auto local = storage::LocalDisk::open(folder.uri());
    auto open_files = [] {
        auto entries = std::filesystem::directory_iterator("/proc/self/fd");
        return std::distance(begin(entries), end(entries));
    };
    settings.segment_bytes_max = 1;
    partition = Partition::open({.disk = *local, .folder = "t/0", .clock = clock}, settings,
                                FlushPolicy::EachBatch, 1);
    auto before = open_files();
    append_batches(100);
    flush();

    for (Offset i = 0; i < 100; ++i) log().read(i, {.bytes_max = 1});
    log().find_time(0, Isolation::Committed);

    EXPECT_LE(open_files() - before, 10);
}

}  // namespace
}  // namespace tarn::log
