// A partition against a model of it: a vector of batches. Each run draws a few hundred steps from
// one seed: batches of all kinds, markers, trims, retention, flushes, orderly ends, kills, losses
// of power and spoiled caches. After each step the two must tell the same story.
#include <algorithm>
#include <map>
#include <set>

#include "log/partition_fixture.hpp"

namespace tarn::log {
namespace {

using testing::a_batch;

struct ModelRecord {
    Offset offset;
    Timestamp timestamp;
};

struct ModelBatch {
    BatchHeader header;
    std::vector<ModelRecord> records;
    bool is_marker = false;
    bool commits = false;
};

struct ModelTransaction {
    ProducerId producer;
    Offset first;
    Offset marker;
    bool aborted;
};

class PartitionModel : public PartitionTest, public ::testing::WithParamInterface<int> {
protected:
    void run(int seed) {
        random = SeededRandom(static_cast<uint64_t>(seed));
        policy = static_cast<FlushPolicy>(random.below(3));
        settings.segment_bytes_max = 300 + static_cast<int64_t>(random.below(2000));
        settings.index_interval_bytes = 1 + static_cast<int64_t>(random.below(500));
        settings.retention.reset();
        trims = random.below(2) == 0;
        open();
        for (int i = 0; i < 300 && !HasFailure(); ++i) {
            step();
            check();
        }
    }

    void step() {
        switch (random.below(40)) {
            case 0:
                return lose_power();
            case 1:
                return restart(true);
            case 2:
                return restart(false);
            case 3:
                return trim();
            case 4:
                return apply_retention();
            case 5:
                return spoil_caches();
            case 16:
                return fill_or_empty_disk();
            case 6:
            case 7:
            case 8:
                return flush();
            case 9:
            case 10:
            case 11:
            case 12:
            case 13:
                return end_transaction();
            case 14:
            case 15:
                return send_again();
            default:
                return append_batch();
        }
    }

    void append_batch() {
        int count = 1 + static_cast<int>(random.below(4));
        std::vector<testing::TestRecord> records;
        for (int i = 0; i < count; ++i) {
            records.push_back({"k", std::string(random.below(60), 'v'),
                               static_cast<Timestamp>(1000 + random.below(500))});
        }
        ABatch batch;
        batch.of(records);
        if (random.below(3) == 0) batch.compressed(Codec::Zstd);
        auto producer = static_cast<ProducerId>(random.below(5));
        if (producer == 1 || producer == 2) batch.by(producer, 0, sequences[producer]);
        if (producer >= 3) batch.transactional(producer, 0, sequences[producer]);
        Bytes bytes = batch;
        auto answer = unless_full([&] { return log().append(bytes); });
        if (!answer) return;
        ASSERT_TRUE(std::holds_alternative<Appended>(*answer));
        auto appended = std::get<Appended>(*answer);
        ASSERT_FALSE(appended.is_duplicate);
        ASSERT_EQ(appended.base_offset, end());

        ModelBatch kept{.header = *BatchHeader::read(bytes), .records = {}};
        kept.header.base_offset = appended.base_offset;
        for (int i = 0; i < count; ++i) {
            kept.records.push_back(
                {appended.base_offset + i, *records[static_cast<size_t>(i)].timestamp});
        }
        if (producer > 0) sequences[producer] += count;
        if (producer > 0) sent.push_back(bytes);
        batches.push_back(kept);
    }

    void send_again() {
        if (sent.empty()) return;
        auto newest = std::min<size_t>(sent.size(), 3);
        Bytes batch = sent[sent.size() - 1 - random.below(newest)];
        Offset stored_at = BatchHeader::read(batch)->base_offset;
        // Among the last three batches of all producers are the last of each.
        auto answer = log().append(batch);
        ASSERT_TRUE(std::holds_alternative<Appended>(answer));
        EXPECT_TRUE(std::get<Appended>(answer).is_duplicate);
        EXPECT_EQ(std::get<Appended>(answer).base_offset, stored_at);
    }

    void end_transaction() {
        auto producer = static_cast<ProducerId>(3 + random.below(2));
        bool commits = random.below(2) == 0;
        auto appended = unless_full([&] { return log().append_marker(producer, 0, {commits, 1}); });
        if (!appended) return;
        ASSERT_EQ(appended->base_offset, end());
        ModelBatch marker{.header = {}, .records = {}, .is_marker = true, .commits = commits};
        marker.header.base_offset = appended->base_offset;
        marker.header.producer_id = producer;
        marker.records = {{appended->base_offset, marker_time()}};
        batches.push_back(marker);
    }

    // Nothing when the disk is full.
    template <typename Work>
    auto unless_full(Work work) -> std::optional<decltype(work())> {
        try {
            return work();
        } catch (const Error& error) {
            EXPECT_TRUE(is_full && error.code() == ErrorCode::StorageFull) << error.what();
            return std::nullopt;
        }
    }

    void fill_or_empty_disk() {
        is_full = !is_full;
        int64_t used = 0;
        for (const auto& entry : disk.list("", storage::Depth::AllBelow)) used += entry.size;
        disk.limit_size(is_full ? used + static_cast<int64_t>(random.below(600)) : Everything);
    }

    Timestamp marker_time() const { return unix_ms(clock.now()); }

    void restart(bool in_order) {
        if (in_order) log().close();
        Offset end = log().end_offset();
        open();
        EXPECT_EQ(log().end_offset(), end);
    }

    void lose_power() {
        Offset kept = log().flushed_offset();
        Offset end_before = log().end_offset();
        if (random.below(2) == 0) {
            disk.lose_power(random);
        } else {
            disk.lose_power();
        }
        open();
        EXPECT_GE(log().end_offset(), std::min(std::max(kept, start), end_before));
        EXPECT_LE(log().end_offset(), end_before);
        Offset end = log().end_offset();
        std::erase_if(batches,
                      [&](const ModelBatch& each) { return each.header.base_offset >= end; });
        std::erase_if(
            sent, [&](const Bytes& each) { return BatchHeader::read(each)->base_offset >= end; });
        for (auto& [producer, next] : sequences) next = 0;
        // From before the log began anew.
        for (const ActiveProducer& each : log().active_producers()) {
            sequences[each.producer_id] = each.last_sequence + 1;
        }
        for (const Bytes& each : sent) {
            auto header = *BatchHeader::read(each);
            sequences[header.producer_id] = header.base_sequence + header.record_count;
        }
        // Began anew at its start: what is known from before, if anything, is in a snapshot.
        if (log().size_bytes() == 0) {
            std::set<Offset> open_starts;
            for (const ActiveProducer& each : log().active_producers()) {
                open_starts.insert(each.transaction_start.value_or(-1));
            }
            std::erase_if(batches, [&](const ModelBatch& each) {
                return !open_starts.contains(each.header.base_offset);
            });
            sent.clear();
        }
    }

    void trim() {
        Offset watermark = log().high_watermark();
        if (!trims || watermark <= start || random.below(4) != 0) return;
        start +=
            static_cast<Offset>(random.below(static_cast<uint64_t>(watermark - start) / 2 + 1));
        unless_full([&] {
            log().trim(start);
            return true;
        });
        start = log().start_offset();
    }

    void apply_retention() {
        if (!trims) return;
        PartitionSettings keeps_little = settings;
        keeps_little.retention_bytes = static_cast<int64_t>(random.below(10'000));
        log().change_settings(keeps_little);
        Offset stable = log().last_stable_offset();
        unless_full([&] { return log().apply_retention(); });
        log().change_settings(settings);
        EXPECT_LE(log().start_offset(), stable);
        EXPECT_GE(log().start_offset(), start);
        start = log().start_offset();
    }

    void spoil_caches() {
        if (is_full) return;
        log().close();
        partition.reset();
        std::vector<std::string_view> endings = {".index", ".snap", "clean"};
        for (std::string_view ending : endings) {
            if (random.below(2) == 0) continue;
            // Without snapshots what stood before the start is forgotten, producers included.
            if (ending == ".snap" && trims) continue;
            auto harm = random.below(3);
            if (harm == 0) remove_files_ending(ending);
            if (harm == 1) change_files_ending(ending, [](Bytes& bytes) { bytes.resize(5); });
            if (harm == 2) {
                change_files_ending(ending, [&](Bytes& bytes) {
                    if (!bytes.empty()) bytes[random.below(bytes.size())] ^= std::byte{16};
                });
            }
        }
        // The note holds the state as well.
        open();
    }

    Offset end() const { return log_end(); }
    Offset log_end() const {
        if (batches.empty()) return start;
        const ModelBatch& last = batches.back();
        Offset next = last.is_marker ? last.header.base_offset + 1 : last.header.next_offset();
        return std::max(next, start);
    }

    std::vector<ModelTransaction> transactions(Offset visible_end, std::set<Offset>& open_starts) {
        std::map<ProducerId, Offset> open_ones;
        std::vector<ModelTransaction> ended;
        for (const ModelBatch& batch : batches) {
            ProducerId producer = batch.header.producer_id;
            auto open_one = open_ones.find(producer);
            if (!batch.is_marker) {
                if (producer >= 3 && open_one == open_ones.end()) {
                    open_ones[producer] = batch.header.base_offset;
                }
                continue;
            }
            if (open_one == open_ones.end()) continue;
            ended.push_back({producer, open_one->second, batch.header.base_offset, !batch.commits});
            if (batch.header.base_offset >= visible_end) open_starts.insert(open_one->second);
            open_ones.erase(open_one);
        }
        for (const auto& [producer, first] : open_ones) open_starts.insert(first);
        return ended;
    }

    void check() {
        ASSERT_EQ(log().start_offset(), start);
        ASSERT_EQ(log().end_offset(), end());
        Offset watermark =
            policy == FlushPolicy::EachBatch ? log().flushed_offset() : log().end_offset();
        ASSERT_EQ(log().high_watermark(), watermark);
        std::set<Offset> open_starts;
        auto ended = transactions(watermark, open_starts);
        Offset stable = watermark;
        if (!open_starts.empty()) stable = std::max(start, std::min(stable, *open_starts.begin()));
        ASSERT_EQ(log().last_stable_offset(), stable);

        for (int i = 0; i < 6; ++i) {
            Offset from =
                start + static_cast<Offset>(random.below(static_cast<uint64_t>(end() - start) + 1));
            check_read(from, watermark, Isolation::Uncommitted, {});
            check_read(from, stable, Isolation::Committed, ended);
            auto time = static_cast<Timestamp>(990 + random.below(520));
            check_time(time, watermark, Isolation::Uncommitted);
            check_time(time, stable, Isolation::Committed);
        }
    }

    void check_read(Offset from, Offset limit, Isolation isolation,
                    const std::vector<ModelTransaction>& ended) {
        auto bytes_max = static_cast<int64_t>(random.below(3000));
        auto read = log().read(from, {.bytes_max = bytes_max, .isolation = isolation});
        auto found = batches_in(read);
        std::string expected;
        int64_t size = 0;
        Offset read_end = from;
        for (const ModelBatch& batch : batches) {
            Offset next =
                batch.is_marker ? batch.header.base_offset + 1 : batch.header.next_offset();
            if (next <= from) continue;
            if (from >= limit || batch.header.base_offset >= limit) break;
            int64_t its = batch.is_marker ? 78 : batch.header.size();
            if (!expected.empty() && size + its > bytes_max) break;
            expected += fmt::format("{} ", batch.header.base_offset);
            size += its;
            read_end = next;
            if (size > bytes_max) break;
        }
        std::string got;
        for (const BatchHeader& header : found) got += fmt::format("{} ", header.base_offset);
        ASSERT_EQ(got, expected) << "read from " << from << ", " << bytes_max << " bytes";
        ASSERT_EQ(log().bytes_after(from, isolation, 1) > 0, !expected.empty());

        std::multiset<std::pair<Offset, ProducerId>> aborted_expected, aborted;
        for (const ModelTransaction& each : ended) {
            if (expected.empty() || !each.aborted) continue;
            if (each.marker >= from && each.first < read_end) {
                aborted_expected.insert({each.first, each.producer});
            }
        }
        for (const auto& each : read.aborted) aborted.insert({each.first_offset, each.producer_id});
        ASSERT_EQ(aborted, aborted_expected) << "read from " << from;
    }

    void check_time(Timestamp time, Offset limit, Isolation isolation) {
        auto found = log().find_time(time, isolation);
        Offset expected = -1;
        for (const ModelBatch& batch : batches) {
            if (batch.header.base_offset >= limit) break;
            for (const ModelRecord& record : batch.records) {
                bool is_visible = record.offset >= start && record.offset < limit;
                if (expected < 0 && is_visible && record.timestamp >= time) {
                    expected = record.offset;
                }
            }
        }
        ASSERT_EQ(found ? found->offset : -1, expected) << "time " << time;
    }

    SeededRandom random{0};
    std::vector<ModelBatch> batches;
    std::vector<Bytes> sent;  // by producers, as they were stored
    std::map<ProducerId, int32_t> sequences;
    Offset start = 0;
    bool trims = false;
    bool is_full = false;
};

TEST_P(PartitionModel, tells_the_same_as_a_vector_of_batches) {
    SCOPED_TRACE(fmt::format("seed {}", GetParam()));
    run(GetParam());
}

INSTANTIATE_TEST_SUITE_P(seeds, PartitionModel, ::testing::Range(0, 40));

}  // namespace
}  // namespace tarn::log
