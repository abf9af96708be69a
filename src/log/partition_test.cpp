#include "log/partition.hpp"

#include "log/partition_fixture.hpp"

namespace tarn::log {
namespace {

using storage::testing::code_of;
using storage::testing::failure_of;
using testing::a_batch;

TEST_F(PartitionTest, gives_offsets_one_after_another) {
    EXPECT_EQ(append_count(3).base_offset, 0);
    EXPECT_EQ(append_count(2).base_offset, 3);
    EXPECT_EQ(append_count(1).next_offset, 6);

    EXPECT_EQ(log().end_offset(), 6);
    EXPECT_EQ(offsets_from(0), "0 3 5");
}

TEST_F(PartitionTest, writes_offset_and_epoch_over_the_header_and_nothing_else) {
    append_count(2);
    Bytes sent = a_batch().of({{"key", "value"}}).compressed(Codec::Lz4);
    append(a_batch().of({{"key", "value"}}).compressed(Codec::Lz4));

    auto read = log().read(2, {.bytes_max = Everything});
    Bytes stored = read.slices.at(0).file->read_at(read.slices[0].offset, read.size);

    set_base_offset(sent, 2, leader_epoch);
    EXPECT_EQ(stored, sent);
}

TEST_F(PartitionTest, leaves_no_trace_before_its_first_batch) {
    open();
    EXPECT_EQ(log().end_offset(), 0);
    EXPECT_EQ(offsets_from(0), "");
    close_and_open();

    EXPECT_EQ(files(), "");
}

TEST_F(PartitionTest, answers_the_batch_that_holds_the_offset_asked_for) {
    settings.segment_bytes_max = 4000;
    settings.index_interval_bytes = 300;
    append_batches(30, 10);

    for (Offset offset = 0; offset < 300; ++offset) {
        auto read = log().read(offset, {.bytes_max = 1});
        auto headers = batches_in(read);
        ASSERT_EQ(headers.size(), 1u);
        EXPECT_EQ(headers[0].base_offset, offset / 10 * 10);
    }
    EXPECT_EQ(offsets_from(300), "");
}

TEST_F(PartitionTest, takes_whole_batches_up_to_exactly_the_bytes_allowed) {
    settings.segment_bytes_max = 500;
    append_batches(20, 2);
    int64_t size = a_batch().of_count(2).header().size();

    for (int64_t count = 1; count < 20; ++count) {
        EXPECT_EQ(log().read(0, {.bytes_max = count * size}).size, count * size);
        EXPECT_EQ(log().read(0, {.bytes_max = count * size + 1}).size, count * size);
        if (count > 1) {
            EXPECT_EQ(log().read(0, {.bytes_max = count * size - 1}).size, (count - 1) * size);
        }
    }
}

TEST_F(PartitionTest, gives_the_first_batch_whole_even_if_it_is_larger_than_allowed) {
    append(a_batch().of({{"k", std::string(1 << 20, 'x')}}));
    append_count(1);

    EXPECT_EQ(offsets_from(0, {.bytes_max = 1}), "0");
    EXPECT_EQ(offsets_from(0, {.bytes_max = 1, .at_least_one_batch = false}), "");
    EXPECT_EQ(offsets_from(0, {.bytes_max = 0}), "0");
}

TEST_F(PartitionTest, reads_on_from_segment_to_segment) {
    settings.segment_bytes_max = 200;
    append_batches(10);

    EXPECT_EQ(offsets_from(0), "0 1 2 3 4 5 6 7 8 9");
    EXPECT_EQ(offsets_from(5), "5 6 7 8 9");
    EXPECT_GT(log().read(0, {.bytes_max = Everything}).slices.size(), 3u);
}

TEST_F(PartitionTest, tells_how_much_there_is_to_read) {
    settings.segment_bytes_max = 200;
    append_batches(10);

    for (Offset from = 0; from <= 10; ++from) {
        EXPECT_EQ(log().bytes_after(from, Isolation::Uncommitted, Everything),
                  log().read(from, {.bytes_max = Everything}).size);
    }
    EXPECT_GE(log().bytes_after(0, Isolation::Uncommitted, 1), 1);
}

TEST_F(PartitionTest, shows_consumers_only_what_is_flushed_where_each_batch_is) {
    policy = FlushPolicy::EachBatch;
    append_batches(3);
    EXPECT_EQ(log().high_watermark(), 0);
    EXPECT_EQ(offsets_from(0), "");

    auto work = log().flush_work();
    append_batches(1);
    work->run();
    log().flushed(*work);

    EXPECT_EQ(log().high_watermark(), 3);
    EXPECT_EQ(offsets_from(0), "0 1 2");
    EXPECT_EQ(offsets_from(3), "");
    flush();
    EXPECT_EQ(offsets_from(3), "3");
    EXPECT_EQ(log().flush_work(), nullptr);
}

TEST_F(PartitionTest, stores_a_batch_once_that_is_sent_twice) {
    auto first = append(a_batch().of_count(3).by(7, 0, 0));
    append(a_batch().of_count(2).by(7, 0, 3));

    auto again = append(a_batch().of_count(3).by(7, 0, 0));

    EXPECT_TRUE(again.is_duplicate);
    EXPECT_EQ(again.base_offset, first.base_offset);
    EXPECT_EQ(again.next_offset, 3);
    EXPECT_EQ(log().end_offset(), 5);
    EXPECT_EQ(std::get<Refusal>(try_append(a_batch().by(7, 0, 9))), Refusal::OutOfOrderSequence);
    EXPECT_EQ(log().end_offset(), 5);
}

TEST_F(PartitionTest, sets_the_time_itself_where_the_settings_say_so) {
    settings.timestamp_type = TimestampType::LogAppendTime;
    Timestamp now = 1'576'800'000'000;

    auto appended = append(a_batch().of_count(3).timed(5));

    EXPECT_EQ(appended.log_append_time, now);
    auto header = batches_in(log().read(0, {.bytes_max = Everything})).at(0);
    EXPECT_EQ(header.timestamp_type(), TimestampType::LogAppendTime);
    EXPECT_EQ(header.max_timestamp, now);
    EXPECT_EQ(log().find_time(now, Isolation::Uncommitted)->offset, 0);
}

TEST_F(PartitionTest, takes_new_settings_at_once) {
    append_batches(5);
    EXPECT_EQ(log().sealed_segments().size(), 0u);

    settings.segment_bytes_max = 1;
    log().change_settings(settings);
    append_batches(2);

    EXPECT_EQ(log().sealed_segments().size(), 2u);
}

TEST_F(PartitionTest, rolls_by_the_age_of_the_records) {
    settings.segment_age_max = std::chrono::seconds(10);
    append(a_batch().timed(1'000'000));
    append(a_batch().timed(1'010'000));
    EXPECT_EQ(log().sealed_segments().size(), 0u);

    append(a_batch().timed(1'010'001));

    EXPECT_EQ(log().sealed_segments().size(), 1u);
}

TEST_F(PartitionTest, holds_the_last_stable_offset_while_a_transaction_is_open) {
    append_count(1);
    append(a_batch().of_count(2).transactional(7, 0, 0));
    append_count(1);
    EXPECT_EQ(log().last_stable_offset(), 1);
    EXPECT_EQ(committed_from(0), "0");
    EXPECT_EQ(committed_from(1), "");

    auto marker = log().append_marker(7, 0, {true, 3});

    EXPECT_EQ(marker.base_offset, 4);
    EXPECT_EQ(log().last_stable_offset(), 5);
    EXPECT_EQ(committed_from(0), "0 1 3 4");
    EXPECT_EQ(aborted_from(0), "");
}

TEST_F(PartitionTest, keeps_a_transaction_open_for_readers_until_its_marker_is_flushed) {
    policy = FlushPolicy::EachBatch;
    append(a_batch().transactional(7, 0, 0));
    flush();
    log().append_marker(7, 0, {false, 3});
    EXPECT_EQ(log().last_stable_offset(), 0);

    flush();

    EXPECT_EQ(log().last_stable_offset(), 2);
    EXPECT_EQ(aborted_from(0), "7@0");
}

TEST_F(PartitionTest, lists_aborted_transactions_that_overlap_what_is_read_and_no_others) {
    append(a_batch().transactional(7, 0, 0));  // 0
    append(a_batch().transactional(8, 0, 0));  // 1
    log().append_marker(8, 0, {false, 0});     // 2
    append_count(1);                           // 3
    log().append_marker(7, 0, {false, 0});     // 4
    append_count(1);                           // 5
    int64_t one = a_batch().header().size();

    EXPECT_EQ(aborted_from(0), "7@0 8@1");
    EXPECT_EQ(aborted_from(0, one), "7@0");
    EXPECT_EQ(aborted_from(2), "7@0 8@1");
    EXPECT_EQ(aborted_from(3), "7@0");
    EXPECT_EQ(aborted_from(5), "");
    EXPECT_TRUE(log().read(0, {.bytes_max = Everything}).aborted.empty());
}

TEST_F(PartitionTest, finds_aborted_transactions_whose_marker_stands_segments_later) {
    settings.segment_bytes_max = 1;
    append(a_batch().transactional(7, 0, 0));
    append_batches(5);
    log().append_marker(7, 0, {false, 0});
    append_batches(2);

    EXPECT_EQ(aborted_from(0, 1), "7@0");
    remove_files_ending(".index");
    kill_and_open();
    EXPECT_EQ(aborted_from(0, 1), "7@0");
    remove_files_ending(".index");
    remove_files_ending(".snap");
    EXPECT_EQ(aborted_from(3, 1), "7@0");
}

TEST_F(PartitionTest, finds_the_first_record_of_a_time_inside_its_batch) {
    settings.index_interval_bytes = 1;
    append(a_batch().of({{"a", "", 50}, {"b", "", 10}, {"c", "", 30}}));
    append(a_batch().of({{"d", "", 20}, {"e", "", 70}, {"f", "", 60}}));

    auto offset_of = [&](Timestamp time) {
        auto found = log().find_time(time, Isolation::Uncommitted);
        return found ? found->offset : -1;
    };

    EXPECT_EQ(offset_of(0), 0);
    EXPECT_EQ(offset_of(50), 0);
    EXPECT_EQ(offset_of(51), 4);
    EXPECT_EQ(offset_of(70), 4);
    EXPECT_EQ(offset_of(71), -1);
    EXPECT_EQ(log().latest_time()->offset, 4);
    EXPECT_EQ(log().latest_time()->timestamp, 70);
    EXPECT_EQ(log().find_time(0, Isolation::Uncommitted)->leader_epoch, leader_epoch);
}

TEST_F(PartitionTest, goes_on_to_the_next_batch_when_a_header_claims_a_time_no_record_has) {
    Bytes batch = a_batch().of({{"a", "", 10}});
    set_max_timestamp(batch, TimestampType::CreateTime, 99);
    try_append(batch);
    append(a_batch().of({{"b", "", 50}}));

    EXPECT_EQ(log().find_time(20, Isolation::Uncommitted)->offset, 1);
}

TEST_F(PartitionTest, finds_times_only_between_start_and_the_end_of_the_isolation) {
    append(a_batch().of({{"a", "", 10}, {"b", "", 20}, {"c", "", 30}}));
    append(a_batch().of({{"d", "", 40}}).transactional(7, 0, 0));

    EXPECT_EQ(log().find_time(35, Isolation::Committed), std::nullopt);
    EXPECT_EQ(log().find_time(35, Isolation::Uncommitted)->offset, 3);
    log().trim(2);
    EXPECT_EQ(log().find_time(0, Isolation::Committed)->offset, 2);
    log().trim(3);
    EXPECT_EQ(log().find_time(0, Isolation::Committed), std::nullopt);
}

TEST_F(PartitionTest, finds_no_time_inside_an_open_transaction_that_was_trimmed_in_part) {
    append(a_batch().of_count(10).transactional(7, 0, 0));

    log().trim(5);

    EXPECT_EQ(log().last_stable_offset(), 5);
    EXPECT_EQ(log().find_time(0, Isolation::Committed), std::nullopt);
    EXPECT_EQ(log().find_time(0, Isolation::Uncommitted)->offset, 5);
    EXPECT_EQ(committed_from(5), "");
}

TEST_F(PartitionTest, finds_the_latest_time_among_what_trim_has_left) {
    settings.segment_bytes_max = 1;
    append(a_batch().of({{"a", "", 90}, {"b", "", 20}}));
    append(a_batch().of({{"c", "", 50}, {"d", "", 80}, {"e", "", 60}}));
    EXPECT_EQ(log().latest_time()->offset, 0);

    log().trim(1);
    EXPECT_EQ(log().latest_time()->offset, 3);
    log().trim(4);
    EXPECT_EQ(log().latest_time()->offset, 4);
    log().trim(5);
    EXPECT_EQ(log().latest_time(), std::nullopt);
    append(a_batch().of({{"f", "", 5}}));
    EXPECT_EQ(log().latest_time()->offset, 5);
}

TEST_F(PartitionTest, tells_where_a_leader_epoch_ended) {
    append_batches(3);  // epoch 1
    close_and_open();   // epoch 2 stays without a batch
    close_and_open();   // epoch 3
    append_batches(2);

    EXPECT_EQ(log().end_of_epoch(1), (EpochEnd{1, 3}));
    EXPECT_EQ(log().end_of_epoch(2), (EpochEnd{1, 3}));
    EXPECT_EQ(log().end_of_epoch(3), (EpochEnd{3, 5}));
    EXPECT_EQ(log().end_of_epoch(4), (EpochEnd{}));
    kill_and_open();
    EXPECT_EQ(log().end_of_epoch(1), (EpochEnd{1, 3}));
    EXPECT_EQ(log().end_of_epoch(3), (EpochEnd{3, 5}));
}

TEST_F(PartitionTest, wakes_whoever_watches_once_when_there_is_more_to_read) {
    asio::io_context loop;
    auto event = std::make_shared<runtime::Event>(loop.get_executor());
    int woken = 0;
    auto count = [](std::shared_ptr<runtime::Event> event, int& woken) -> awaitable<void> {
        while (true) {
            co_await event->wait();
            ++woken;
        }
    };
    asio::co_spawn(loop, count(event, woken), [](std::exception_ptr) {});
    log().watch(event);

    append_batches(2);
    loop.poll();
    EXPECT_EQ(woken, 1);
    log().watch(event);
    log().close();
    loop.poll();

    EXPECT_EQ(woken, 2);
}

TEST_F(PartitionTest, wakes_the_one_who_still_watches_among_many_that_have_given_up) {
    asio::io_context loop;
    auto stays = std::make_shared<runtime::Event>(loop.get_executor());
    log().watch(stays);
    auto gives_up = std::make_shared<runtime::Event>(loop.get_executor());
    std::weak_ptr<runtime::Event> given_up = gives_up;
    gives_up.reset();

    for (int i = 0; i < 100'000; ++i) log().watch(given_up);

    bool woken = false;
    auto wait = [](std::shared_ptr<runtime::Event> event, bool& woken) -> awaitable<void> {
        co_await event->wait();
        woken = true;
    };
    asio::co_spawn(loop, wait(stays, woken), [](std::exception_ptr) {});
    append_count(1);
    loop.poll();
    EXPECT_TRUE(woken);
}

TEST_F(PartitionTest, refuses_batches_once_it_is_closed) {
    append_count(1);
    log().close();

    EXPECT_EQ(code_of([&] { append_count(1); }), ErrorCode::Unavailable);
    EXPECT_EQ(offsets_from(0), "0");
}

}  // namespace
}  // namespace tarn::log
