#include "log/producer_states.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "base/error.hpp"

namespace tarn::log {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr int32_t SequenceMax = std::numeric_limits<int32_t>::max();
constexpr ProducerId Ada = 9;
constexpr ProducerId Bob = 10;

struct Sent {
    ProducerId by = Ada;
    int16_t epoch = 0;
    int32_t sequence = 0;
    int32_t count = 1;
    bool transactional = false;
};

// A partition with nothing but its producers and its next offset.
class Log {
public:
    explicit Log(size_t producers_max = ProducerStates::ProducersMax) : states(producers_max) {}

    // "stored at 7", "duplicate of 7 to 9" or the name of the refusal.
    std::string append(const Sent& sent, Timestamp now = 0) {
        BatchHeader batch = header_of(sent);
        auto check = states.check(batch);
        if (auto* refusal = std::get_if<Refusal>(&check)) return std::string(name_of(*refusal));
        if (auto* before = std::get_if<StoredBefore>(&check)) {
            return fmt::format("duplicate of {} to {}", before->base_offset, before->last_offset);
        }
        states.note(batch, now);
        next_offset = batch.next_offset();
        return fmt::format("stored at {}", batch.base_offset);
    }

    std::optional<CompletedTransaction> end_transaction(ProducerId producer, bool commits,
                                                        int16_t epoch = 0) {
        BatchHeader batch = header_of({.by = producer, .epoch = epoch, .sequence = -1});
        next_offset = batch.next_offset();
        return states.note_marker(batch, {.commits = commits, .coordinator_epoch = 3}, 0);
    }

    BatchHeader header_of(const Sent& sent) const {
        BatchAttributes attributes{.is_transactional = sent.transactional};
        return {.base_offset = next_offset,
                .attributes = attributes.bits(),
                .last_offset_delta = sent.count - 1,
                .max_timestamp = 1000 + next_offset,
                .producer_id = sent.by,
                .producer_epoch = sent.epoch,
                .base_sequence = sent.sequence,
                .record_count = sent.count};
    }

    ProducerStates states;
    Offset next_offset = 0;
};

TEST(ProducerStates, stores_batches_that_follow_each_other) {
    Log log;

    EXPECT_EQ(log.append({.sequence = 0, .count = 3}), "stored at 0");
    EXPECT_EQ(log.append({.sequence = 3, .count = 2}), "stored at 3");
    EXPECT_EQ(log.append({.sequence = 5}), "stored at 5");
}

TEST(ProducerStates, ask_nothing_of_batches_without_a_producer) {
    Log log;

    EXPECT_EQ(log.append({.by = NoProducer, .epoch = -1, .sequence = -1}), "stored at 0");
    EXPECT_EQ(log.append({.by = NoProducer, .epoch = -1, .sequence = -1}), "stored at 1");
    EXPECT_EQ(log.states.size(), 0u);
}

TEST(ProducerStates, know_who_has_a_transaction_open_in_which_epoch) {
    Log log;
    log.append({.by = Ada, .epoch = 4, .transactional = true});
    log.append({.by = Bob, .epoch = 4});

    EXPECT_TRUE(log.states.has_open_transaction(Ada, 4));
    EXPECT_FALSE(log.states.has_open_transaction(Ada, 3));
    EXPECT_FALSE(log.states.has_open_transaction(Bob, 4));
    log.end_transaction(Ada, true, 4);
    EXPECT_FALSE(log.states.has_open_transaction(Ada, 4));
}

TEST(ProducerStates, know_the_last_offset_of_each_even_if_it_is_that_of_a_marker) {
    Log log;
    EXPECT_EQ(log.states.last_offset(Ada), std::nullopt);
    log.append({.by = Ada, .count = 3});
    EXPECT_EQ(log.states.last_offset(Ada), 2);
    log.end_transaction(Ada, true);
    EXPECT_EQ(log.states.last_offset(Ada), 3);
}

TEST(ProducerStates, know_each_of_the_last_five_batches_again) {
    Log log;
    for (int i = 0; i < 6; ++i) log.append({.sequence = 2 * i, .count = 2});

    EXPECT_EQ(log.append({.sequence = 2, .count = 2}), "duplicate of 2 to 3");
    EXPECT_EQ(log.append({.sequence = 6, .count = 2}), "duplicate of 6 to 7");
    EXPECT_EQ(log.append({.sequence = 10, .count = 2}), "duplicate of 10 to 11");
    EXPECT_EQ(log.append({.sequence = 12}), "stored at 12");
}

TEST(ProducerStates, say_when_the_original_of_a_duplicate_was_stored) {
    Log log;
    log.append({.sequence = 0, .count = 2});

    auto check = log.states.check(log.header_of({.sequence = 0, .count = 2}));

    EXPECT_EQ(std::get<StoredBefore>(check), (StoredBefore{0, 1, 1000}));
}

TEST(ProducerStates, call_what_they_have_forgotten_a_duplicate_without_a_place) {
    Log log;
    for (int i = 0; i < 7; ++i) log.append({.sequence = i});

    EXPECT_EQ(log.append({.sequence = 0}), "duplicate_sequence");
    EXPECT_EQ(log.append({.sequence = 1}), "duplicate_sequence");
    EXPECT_EQ(log.append({.sequence = 2}), "duplicate of 2 to 2");
}

TEST(ProducerStates, never_call_a_duplicate_what_they_have_not_seen) {
    Log log;
    log.append({.sequence = 7});

    // Perhaps 3 was stored before the state expired, perhaps it was lost: the client must hear.
    EXPECT_EQ(log.append({.sequence = 3}), "out_of_order_sequence");
    EXPECT_EQ(log.append({.sequence = 6}), "out_of_order_sequence");
}

TEST(ProducerStates, refuse_a_batch_after_a_gap) {
    Log log;
    log.append({.sequence = 0, .count = 3});

    EXPECT_EQ(log.append({.sequence = 4}), "out_of_order_sequence");
    EXPECT_EQ(log.append({.sequence = 3}), "stored at 3");
}

TEST(ProducerStates, refuse_a_batch_that_is_stored_in_part) {
    Log log;
    log.append({.sequence = 0, .count = 3});

    EXPECT_EQ(log.append({.sequence = 1, .count = 3}), "out_of_order_sequence");
    EXPECT_EQ(log.append({.sequence = 1, .count = 2}), "duplicate_sequence");
}

TEST(ProducerStates, go_on_with_sequence_0_after_the_largest) {
    Log log;

    EXPECT_EQ(log.append({.sequence = SequenceMax}), "stored at 0");
    EXPECT_EQ(log.append({.sequence = 0}), "stored at 1");
    EXPECT_EQ(log.append({.sequence = SequenceMax}), "duplicate of 0 to 0");
    EXPECT_EQ(log.append({.sequence = 2}), "out_of_order_sequence");
}

TEST(ProducerStates, take_a_batch_that_straddles_the_largest_sequence) {
    Log log;
    log.append({.sequence = SequenceMax - 4, .count = 3});

    EXPECT_EQ(log.append({.sequence = SequenceMax - 1, .count = 5}), "stored at 3");
    EXPECT_EQ(log.append({.sequence = SequenceMax - 1, .count = 5}), "duplicate of 3 to 7");
    EXPECT_EQ(log.append({.sequence = 3, .count = 2}), "stored at 8");
    EXPECT_EQ(log.append({.sequence = SequenceMax, .count = 1}), "duplicate_sequence");
}

TEST(ProducerStates, take_any_sequence_from_a_producer_they_do_not_know) {
    Log log;
    log.append({.sequence = 0, .count = 7}, 1000);
    log.states.expire(1001);

    EXPECT_EQ(log.append({.sequence = 7}), "stored at 7");
    EXPECT_EQ(log.append({.sequence = 8}), "stored at 8");
}

TEST(ProducerStates, refuse_an_older_epoch) {
    Log log;
    log.append({.epoch = 3, .sequence = 0});

    EXPECT_EQ(log.append({.epoch = 2, .sequence = 1}), "invalid_producer_epoch");
    EXPECT_EQ(log.append({.epoch = 2, .sequence = 0}), "invalid_producer_epoch");
}

TEST(ProducerStates, want_a_newer_epoch_to_start_with_sequence_0) {
    Log log;
    log.append({.epoch = 3, .sequence = 0});

    EXPECT_EQ(log.append({.epoch = 4, .sequence = 1}), "out_of_order_sequence");
    EXPECT_EQ(log.append({.epoch = 4, .sequence = 0}), "stored at 1");
    EXPECT_EQ(log.append({.epoch = 4, .sequence = 1}), "stored at 2");
    EXPECT_EQ(log.append({.epoch = 4, .sequence = 0}), "duplicate of 1 to 1");
}

TEST(ProducerStates, know_where_the_first_open_transaction_starts) {
    Log log;
    EXPECT_EQ(log.states.first_open_transaction(), std::nullopt);

    log.append({.by = NoProducer, .epoch = -1, .sequence = -1});
    log.append({.by = Ada, .sequence = 0, .transactional = true});
    log.append({.by = Bob, .sequence = 0, .transactional = true});
    log.append({.by = Ada, .sequence = 1, .transactional = true});
    EXPECT_EQ(log.states.first_open_transaction(), 1);

    log.end_transaction(Ada, true);
    EXPECT_EQ(log.states.first_open_transaction(), 2);

    log.end_transaction(Bob, false);
    EXPECT_EQ(log.states.first_open_transaction(), std::nullopt);
}

TEST(ProducerStates, tell_which_transaction_a_marker_has_ended) {
    Log log;
    log.append({.sequence = 0, .count = 3, .transactional = true});
    log.append({.sequence = 3, .count = 3, .transactional = true});

    EXPECT_EQ(log.end_transaction(Ada, false), (CompletedTransaction{Ada, 0, 6, true}));
    EXPECT_EQ(log.end_transaction(Ada, true), std::nullopt);

    log.append({.sequence = 6, .transactional = true});
    EXPECT_EQ(log.end_transaction(Ada, true), (CompletedTransaction{Ada, 8, 9, false}));
}

TEST(ProducerStates, refuse_a_batch_outside_the_transaction_that_is_open) {
    Log log;
    log.append({.sequence = 0, .transactional = true});

    EXPECT_EQ(log.append({.sequence = 1}), "invalid_transaction_state");
    log.end_transaction(Ada, true);
    EXPECT_EQ(log.append({.sequence = 1}), "stored at 2");
}

TEST(ProducerStates, go_on_with_the_sequence_after_a_marker_of_the_same_epoch) {
    Log log;
    log.append({.sequence = 0, .count = 5, .transactional = true});
    log.end_transaction(Ada, true);

    EXPECT_EQ(log.append({.sequence = 0, .count = 5, .transactional = true}),
              "duplicate of 0 to 4");
    EXPECT_EQ(log.append({.sequence = 5, .transactional = true}), "stored at 6");
}

TEST(ProducerStates, start_with_sequence_0_after_a_marker_of_a_newer_epoch) {
    Log log;
    log.append({.sequence = 0, .count = 5, .transactional = true});
    log.end_transaction(Ada, false, 1);

    EXPECT_EQ(log.append({.epoch = 0, .sequence = 5, .transactional = true}),
              "invalid_producer_epoch");
    EXPECT_EQ(log.append({.epoch = 1, .sequence = 5, .transactional = true}),
              "out_of_order_sequence");
    EXPECT_EQ(log.append({.epoch = 1, .sequence = 0, .transactional = true}), "stored at 6");
}

TEST(ProducerStates, take_any_sequence_when_only_a_marker_is_left_of_a_producer) {
    Log log;
    log.end_transaction(Ada, true, 2);

    EXPECT_EQ(log.append({.epoch = 1, .sequence = 0}), "invalid_producer_epoch");
    EXPECT_EQ(log.append({.epoch = 2, .sequence = 40}), "stored at 1");
}

TEST(ProducerStates, take_the_log_as_it_is_where_compaction_has_left_gaps) {
    Log log;
    log.states.note(log.header_of({.sequence = 4}), 0);
    log.next_offset = 6;
    log.states.note(log.header_of({.sequence = 10}), 0);
    log.next_offset = 7;

    EXPECT_EQ(log.append({.sequence = 4}), "duplicate of 0 to 0");
    EXPECT_EQ(log.append({.sequence = 7}), "out_of_order_sequence");
    EXPECT_EQ(log.append({.sequence = 11}), "stored at 7");
}

TEST(ProducerStates, forget_producers_that_have_not_written_for_long) {
    Log log;
    log.append({.by = Ada, .sequence = 0}, 1000);
    log.append({.by = Bob, .sequence = 0}, 1001);

    log.states.expire(1001);

    ASSERT_EQ(log.states.size(), 1u);
    EXPECT_EQ(log.states.active_producers()[0].producer_id, Bob);
}

TEST(ProducerStates, keep_a_producer_with_an_open_transaction_for_as_long_as_it_takes) {
    Log log;
    log.append({.sequence = 0, .transactional = true}, 1000);

    log.states.expire(1'000'000);
    EXPECT_EQ(log.states.first_open_transaction(), 0);

    log.end_transaction(Ada, true);
    log.states.expire(1'000'000);
    EXPECT_EQ(log.states.size(), 0u);
}

TEST(ProducerStates, forget_producers_whose_batches_are_trimmed_away) {
    Log log;
    log.append({.by = Ada, .sequence = 0, .count = 5});
    log.append({.by = Bob, .sequence = 0, .count = 5});

    log.states.trim(5);
    ASSERT_EQ(log.states.size(), 1u);
    EXPECT_EQ(log.states.active_producers()[0].producer_id, Bob);

    log.states.trim(9);
    EXPECT_EQ(log.states.size(), 1u);
}

TEST(ProducerStates, let_an_open_transaction_start_where_a_trimmed_log_does) {
    Log log;
    log.append({.by = Ada, .sequence = 0, .count = 3, .transactional = true});
    log.append({.by = Bob, .sequence = 0, .count = 3, .transactional = true});

    log.states.trim(5);
    EXPECT_EQ(log.states.first_open_transaction(), 5);

    EXPECT_EQ(log.end_transaction(Ada, false), (CompletedTransaction{Ada, 5, 6, true}));
    EXPECT_EQ(log.states.first_open_transaction(), 5);
    EXPECT_EQ(log.end_transaction(Bob, true), (CompletedTransaction{Bob, 5, 7, false}));
    EXPECT_EQ(log.states.first_open_transaction(), std::nullopt);
}

TEST(ProducerStates, forget_those_idle_for_the_longest_when_there_are_too_many) {
    Log log(10);
    log.append({.by = 0, .sequence = 0, .transactional = true});
    for (ProducerId id = 1; id < 10; ++id) log.append({.by = id, .sequence = 0});
    log.append({.by = 1, .sequence = 1});

    log.append({.by = 10, .sequence = 0});

    std::vector<ProducerId> left;
    for (const ActiveProducer& each : log.states.active_producers()) {
        left.push_back(each.producer_id);
    }
    EXPECT_THAT(left, ElementsAre(0, 1, 4, 5, 6, 7, 8, 9, 10));
}

TEST(ProducerStates, go_over_the_limit_rather_than_forget_an_open_transaction) {
    Log log(2);
    for (ProducerId id = 0; id < 4; ++id) {
        log.append({.by = id, .sequence = 0, .transactional = true});
    }

    EXPECT_EQ(log.states.size(), 4u);
    EXPECT_EQ(log.states.first_open_transaction(), 0);
}

TEST(ProducerStates, describe_who_is_active) {
    Log log;
    log.append({.by = Bob, .epoch = 2, .sequence = 0, .transactional = true});
    log.append({.by = Ada, .sequence = 5, .count = 3});
    log.end_transaction(Bob, true, 2);
    log.append({.by = Bob, .epoch = 2, .sequence = 1, .transactional = true});

    EXPECT_THAT(log.states.active_producers(),
                ElementsAre(ActiveProducer{.producer_id = Ada,
                                           .epoch = 0,
                                           .last_sequence = 7,
                                           .last_timestamp = 1001,
                                           .coordinator_epoch = -1,
                                           .transaction_start = std::nullopt},
                            ActiveProducer{.producer_id = Bob,
                                           .epoch = 2,
                                           .last_sequence = 1,
                                           .last_timestamp = 1005,
                                           .coordinator_epoch = 3,
                                           .transaction_start = 5}));
}

TEST(ProducerStates, are_the_same_after_a_snapshot) {
    Log log;
    for (int i = 0; i < 7; ++i) log.append({.by = Ada, .sequence = i}, 1000 + i);
    log.append({.by = Bob, .epoch = 4, .sequence = 0, .transactional = true}, 5);
    log.end_transaction(11, false, 3);

    Bytes snapshot = log.states.snapshot();
    log.states = ProducerStates::from_snapshot(snapshot);

    EXPECT_EQ(log.states.snapshot(), snapshot);
    EXPECT_EQ(log.states.first_open_transaction(), 7);
    EXPECT_EQ(log.append({.sequence = 2}), "duplicate of 2 to 2");
    EXPECT_EQ(log.append({.sequence = 1}), "duplicate_sequence");
    EXPECT_EQ(log.append({.sequence = 8}), "out_of_order_sequence");
    EXPECT_EQ(log.append({.by = 11, .epoch = 2, .sequence = 0}), "invalid_producer_epoch");
    EXPECT_EQ(log.append({.by = 11, .epoch = 3, .sequence = 6}), "stored at 9");
    log.states.expire(1006);
    EXPECT_EQ(log.states.size(), 2u);  // Ada was seen at 1006, Bob has a transaction open
}

TEST(ProducerStates, have_a_snapshot_even_when_empty) {
    ProducerStates states = ProducerStates::from_snapshot(ProducerStates().snapshot());

    EXPECT_THAT(states.active_producers(), IsEmpty());
}

TEST(ProducerStates, refuse_a_snapshot_with_any_damage) {
    Log log;
    log.append({.sequence = 0, .transactional = true});
    Bytes good = log.states.snapshot();
    auto refusal = [](BytesView bytes) -> std::string {
        try {
            ProducerStates::from_snapshot(bytes);
        } catch (const Error& error) {
            EXPECT_EQ(error.code(), ErrorCode::Corrupt);
            return error.what();
        }
        return "";
    };

    for (size_t i = 0; i < good.size(); ++i) {
        Bytes damaged = good;
        damaged[i] ^= std::byte{1};
        EXPECT_EQ(refusal(damaged), "producer snapshot: the checksum is wrong") << i;
        EXPECT_NE(refusal(BytesView(good).first(i)), "") << i;
    }
    Bytes longer = good;
    longer.push_back(std::byte{0});
    EXPECT_NE(refusal(longer), "");
}

}  // namespace
}  // namespace tarn::log
