#include "log/segment_index.hpp"

#include <gtest/gtest.h>

#include "base/random.hpp"
#include "log/leader_epochs.hpp"
#include "log/state_file.hpp"
#include "storage/memory_disk.hpp"

namespace tarn::log {
namespace {

struct Noted {
    Offset base_offset;
    int64_t position;
    Timestamp max_timestamp;
};

class SegmentIndexTest : public ::testing::Test {
protected:
    // Batches of random sizes and times from offset 1000 on.
    void note_batches(int count) {
        SeededRandom random(1);
        Offset offset = 1000;
        for (int i = 0; i < count; ++i) {
            BatchHeader header{
                .base_offset = offset,
                .length = static_cast<int32_t>(49 + random.below(200)),
                .last_offset_delta = static_cast<int32_t>(random.below(5)),
                .max_timestamp = static_cast<Timestamp>(random.below(10'000)),
            };
            noted.push_back({offset, index.summary().log_size, header.max_timestamp});
            index.note(header);
            offset = header.next_offset() + static_cast<Offset>(random.below(2));
        }
    }
    std::unique_ptr<SealedIndex> sealed() {
        disk.write("0.index", index.encode());
        return SealedIndex::open(disk.open_reader("0.index"), index.summary().log_size);
    }
    void expect_to_lead_to_the_right_place(const IndexLookup& lookup) {
        Timestamp max_before = NoTimestamp;
        for (const Noted& each : noted) {
            auto by_offset = lookup.at_or_before_offset(each.base_offset - 1000);
            auto by_position = lookup.at_or_before_position(each.position);
            EXPECT_LE(by_offset.relative_offset, each.base_offset - 1000);
            EXPECT_LE(by_offset.position, each.position);
            EXPECT_GT(by_offset.position + 500, each.position);
            EXPECT_EQ(by_position.position, by_offset.position);
            if (each.max_timestamp > max_before) {
                EXPECT_LE(lookup.before_time(each.max_timestamp).position, each.position);
                max_before = each.max_timestamp;
            }
        }
    }

    ManualClock clock{WallTime{}};
    storage::MemoryDisk disk{storage::Uri::parse("/data"), clock};
    SegmentIndex index{1000, 200};
    std::vector<Noted> noted;
};

TEST_F(SegmentIndexTest, leads_to_the_batch_or_shortly_before_it) {
    note_batches(2000);

    expect_to_lead_to_the_right_place(index);
    expect_to_lead_to_the_right_place(*sealed());
}

TEST_F(SegmentIndexTest, reads_back_from_its_file_and_goes_on) {
    note_batches(300);
    index.note_aborted({7, 1003, 1010});

    auto again = SegmentIndex::decode(index.encode(), 1000, 200, index.summary().log_size);

    ASSERT_TRUE(again.has_value());
    expect_to_lead_to_the_right_place(*again);
    BatchHeader next{.base_offset = again->summary().next_offset, .length = 49};
    index.note(next);
    again->note(next);
    EXPECT_EQ(index.encode(), again->encode());
}

TEST_F(SegmentIndexTest, answers_aborted_transactions_in_a_range) {
    note_batches(1);
    index.note_aborted({7, 1003, 1010});
    index.note_aborted({8, 1001, 1020});
    auto file = sealed();
    for (const IndexLookup* lookup :
         {static_cast<IndexLookup*>(&index), static_cast<IndexLookup*>(file.get())}) {
        auto count = [&](Offset from, Offset end) {
            std::vector<AbortedRange> found;
            lookup->add_aborted(from, end, found);
            return found.size();
        };
        EXPECT_EQ(count(0, 2000), 2u);
        EXPECT_EQ(count(1010, 2000), 2u);
        EXPECT_EQ(count(1011, 2000), 1u);
        EXPECT_EQ(count(0, 1003), 1u);
        EXPECT_EQ(count(1021, 2000), 0u);
    }
}

TEST_F(SegmentIndexTest, does_not_trust_a_file_with_any_bit_changed) {
    note_batches(20);
    index.note_aborted({7, 1003, 1010});
    Bytes file = index.encode();
    int64_t size = index.summary().log_size;
    EXPECT_FALSE(SegmentIndex::decode(file, 1000, 200, size + 1).has_value());
    for (size_t i = 0; i < file.size(); ++i) {
        Bytes spoiled = file;
        spoiled[i] ^= std::byte{1};
        disk.write("0.index", spoiled);
        EXPECT_FALSE(SegmentIndex::decode(spoiled, 1000, 200, size).has_value()) << i;
        EXPECT_EQ(SealedIndex::open(disk.open_reader("0.index"), size), nullptr) << i;
        spoiled.resize(i);
        disk.write("0.index", spoiled);
        EXPECT_FALSE(SegmentIndex::decode(spoiled, 1000, 200, size).has_value()) << i;
        EXPECT_EQ(SealedIndex::open(disk.open_reader("0.index"), size), nullptr) << i;
    }
}

TEST(StateFile, is_intact_or_as_good_as_not_there) {
    Bytes file = state_file("tarnsnap", as_bytes("content"));
    EXPECT_EQ(as_text(*content_of("tarnsnap", file)), "content");
    EXPECT_EQ(content_of("tarnclen", file), std::nullopt);
    for (size_t i = 0; i < file.size(); ++i) {
        Bytes spoiled = file;
        spoiled[i] ^= std::byte{128};
        EXPECT_EQ(content_of("tarnsnap", spoiled), std::nullopt);
        EXPECT_EQ(content_of("tarnsnap", BytesView(file).first(i)), std::nullopt);
    }
}

TEST(LeaderEpochs, answer_as_kafka_does) {
    LeaderEpochs epochs;
    EXPECT_EQ(epochs.end_of(0, 0), (EpochEnd{}));
    epochs.note(2, 0);
    epochs.note(5, 10);
    epochs.note(4, 15);
    epochs.note(7, 20);

    EXPECT_EQ(epochs.end_of(1, 30), (EpochEnd{1, 0}));
    EXPECT_EQ(epochs.end_of(2, 30), (EpochEnd{2, 10}));
    EXPECT_EQ(epochs.end_of(4, 30), (EpochEnd{2, 10}));
    EXPECT_EQ(epochs.end_of(6, 30), (EpochEnd{5, 20}));
    EXPECT_EQ(epochs.end_of(7, 30), (EpochEnd{7, 30}));
    EXPECT_EQ(epochs.end_of(8, 30), (EpochEnd{}));
    EXPECT_EQ(epochs.end_of(-1, 30), (EpochEnd{}));
}

TEST(LeaderEpochs, forget_what_ended_before_the_start) {
    LeaderEpochs epochs;
    epochs.note(2, 0);
    epochs.note(5, 10);
    epochs.note(7, 20);

    epochs.trim(15);

    EXPECT_EQ(epochs.end_of(3, 30), (EpochEnd{3, 15}));
    EXPECT_EQ(epochs.end_of(5, 30), (EpochEnd{5, 20}));
}

}  // namespace
}  // namespace tarn::log
