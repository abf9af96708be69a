#include "log/compaction.hpp"

#include <map>
#include <set>

#include "base/random.hpp"
#include "log/partition_fixture.hpp"

namespace tarn::log {
namespace {

using namespace std::chrono_literals;
using testing::a_batch;

class CompactionTest : public PartitionTest {
protected:
    CompactionTest() {
        settings.compacts = true;
        settings.deletes_old = false;
        settings.dirty_ratio_min = 0.01;
        settings.segment_bytes_max = 1;  // each batch a segment of its own, until compacted
    }

    // One pass, with a segment behind all that has been appended so that it is sealed.
    bool compact(int64_t key_bytes_max = Compaction::KeyBytesMax) {
        append(a_batch().of({{"end", "x"}}));
        flush();
        settings.segment_bytes_max = 1 << 20;
        log().change_settings(settings);
        auto plan = log().plan_compaction();
        bool is_done = false;
        if (plan) {
            Compaction compaction(log().folder(), std::move(*plan), key_bytes_max);
            compaction.run();
            is_done = log().finish_compaction(compaction);
        }
        settings.segment_bytes_max = 1;
        log().change_settings(settings);
        return is_done;
    }

    void end(ProducerId producer, int16_t epoch, bool commits) {
        log().append_marker(producer, epoch, {commits, 0});
    }

    // What a consumer of committed records sees: "0 a=1", without the "end" of compact().
    std::vector<std::string> seen() {
        Batches read = log().read(log().start_offset(),
                                  {.bytes_max = Everything, .isolation = Isolation::Committed});
        std::multimap<Offset, ProducerId> aborted;
        for (const auto& each : read.aborted) aborted.emplace(each.first_offset, each.producer_id);
        std::set<ProducerId> skipped;
        std::vector<std::string> lines;
        for (const Slice& slice : read.slices) {
            Bytes bytes = slice.file->read_at(slice.offset, slice.size);
            for (BytesView rest = bytes; !rest.empty();) {
                BatchHeader header = *BatchHeader::read(rest);
                BytesView batch = rest.first(static_cast<size_t>(header.size()));
                rest = rest.subspan(batch.size());
                // As the Java consumer does it.
                while (!aborted.empty() && aborted.begin()->first <= header.last_offset()) {
                    skipped.insert(aborted.begin()->second);
                    aborted.erase(aborted.begin());
                }
                if (header.is_control()) {
                    auto marker = read_marker(batch);
                    if (marker && !marker->commits) skipped.erase(header.producer_id);
                    continue;
                }
                if (header.is_transactional() && skipped.contains(header.producer_id)) continue;
                RecordReader reader = RecordReader::open(batch);
                while (auto record = reader.next()) {
                    if (as_text(*record->key) == "end") continue;
                    lines.push_back(fmt::format("{} {}={}", record->offset, as_text(*record->key),
                                                record->value ? as_text(*record->value) : "null"));
                }
            }
        }
        return lines;
    }

    using Lines = std::vector<std::string>;
};

TEST_F(CompactionTest, keeps_the_last_record_of_each_key) {
    append(a_batch().of({{"a", "1"}, {"b", "1"}}));
    append(a_batch().of({{"a", "2"}, {"c", "1"}}));
    append(a_batch().of({{"a", "3"}}));

    EXPECT_TRUE(compact());

    EXPECT_EQ(seen(), Lines({"1 b=1", "3 c=1", "4 a=3"}));
    EXPECT_EQ(log().end_offset(), 6);
    EXPECT_EQ(log().sealed_segments().size(), 1u);
    kill_and_open();
    EXPECT_EQ(seen(), Lines({"1 b=1", "3 c=1", "4 a=3"}));
    EXPECT_EQ(log().end_offset(), 6);
}

TEST_F(CompactionTest, reads_compressed_batches_and_leaves_their_codec) {
    append(a_batch().of({{"a", "1"}, {"b", "1"}}).compressed(Codec::Zstd));
    append(a_batch().of({{"a", "2"}}).compressed(Codec::Lz4));
    compact();
    EXPECT_EQ(seen(), Lines({"1 b=1", "2 a=2"}));
    EXPECT_EQ(batches_in(log().read(0, {.bytes_max = Everything}))[0].codec(), Codec::Zstd);
}

TEST_F(CompactionTest, finds_what_is_left_from_any_offset) {
    for (int i = 0; i < 20; ++i) append(a_batch().of({{fmt::format("k{}", i % 3), "v"}}));
    compact();
    EXPECT_EQ(offsets_from(0), "17 18 19 20");
    for (Offset from = 0; from <= 17; ++from) EXPECT_EQ(offsets_from(from), "17 18 19 20");
    EXPECT_EQ(offsets_from(19), "19 20");
}

TEST_F(CompactionTest, lets_deletions_go_after_their_time) {
    settings.tombstones_kept = 1h;
    append(a_batch().of({{"a", "1"}}));
    append(a_batch().of({{"a", std::nullopt}, {"b", "1"}}));
    compact();
    EXPECT_EQ(seen(), Lines({"1 a=null", "2 b=1"}));
    clock.advance(59min);
    compact();
    EXPECT_EQ(seen(), Lines({"1 a=null", "2 b=1"}));
    clock.advance(2min);
    compact();
    EXPECT_EQ(seen(), Lines({"2 b=1"}));
}

TEST_F(CompactionTest, drops_what_was_aborted_and_keeps_what_it_would_have_replaced) {
    append(a_batch().of({{"a", "1"}}));
    append(a_batch().of({{"a", "2"}}).transactional(7, 0, 0));
    end(7, 0, false);
    append(a_batch().of({{"b", "1"}}).transactional(7, 0, 1));
    end(7, 0, true);

    compact();

    EXPECT_EQ(seen(), Lines({"0 a=1", "3 b=1"}));
    kill_and_open();
    EXPECT_EQ(seen(), Lines({"0 a=1", "3 b=1"}));
}

TEST_F(CompactionTest, leaves_open_transactions_alone) {
    append(a_batch().of({{"a", "1"}}));
    append(a_batch().of({{"a", "2"}}).transactional(7, 0, 0));
    append(a_batch().of({{"a", "3"}}));
    compact();
    EXPECT_EQ(log().last_stable_offset(), 1);
    EXPECT_EQ(offsets_from(0), "0 1 2 3");
}

TEST_F(CompactionTest, still_knows_a_batch_that_is_sent_again) {
    append(a_batch().of({{"a", "1"}}).by(7, 0, 0));
    append(a_batch().of({{"a", "2"}}).by(7, 0, 1));
    append(a_batch().of({{"a", "3"}}));
    compact();
    remove_files_ending(".snap");
    remove_files_ending("clean");
    kill_and_open();

    Appended again = append(a_batch().of({{"a", "2"}}).by(7, 0, 1));
    EXPECT_TRUE(again.is_duplicate);
    EXPECT_EQ(again.base_offset, 1);
    EXPECT_FALSE(append(a_batch().of({{"a", "4"}}).by(7, 0, 2)).is_duplicate);
}

TEST_F(CompactionTest, waits_until_enough_is_new) {
    append_batches(10);
    compact();
    settings.dirty_ratio_min = 0.9;
    append(a_batch().of({{"a", "1"}}));
    EXPECT_FALSE(compact());
    settings.dirty_ratio_min = 0.01;
    EXPECT_TRUE(compact());
}

TEST_F(CompactionTest, leaves_records_alone_for_the_least_lag) {
    settings.compaction_lag_min = 1h;
    Timestamp now = unix_ms(clock.now());
    append(a_batch().of({{"a", "1"}}).timed(now));
    append(a_batch().of({{"a", "2"}}).timed(now));
    EXPECT_FALSE(compact());
    clock.advance(61min);
    EXPECT_TRUE(compact());
    EXPECT_EQ(seen(), Lines({"1 a=2"}));
}

TEST_F(CompactionTest, goes_as_far_as_its_memory_reaches_and_goes_on_later) {
    for (int round = 0; round < 2; ++round) {
        for (int i = 0; i < 50; ++i) append(a_batch().of({{fmt::format("k{}", i), "v"}}));
    }
    compact(3000);
    size_t after_one = seen().size();
    EXPECT_GT(after_one, 50u);
    for (int i = 0; i < 20; ++i) compact(3000);
    compact();
    EXPECT_EQ(seen().size(), 50u);
}

TEST_F(CompactionTest, throws_a_pass_away_when_the_log_was_trimmed_meanwhile) {
    append_batches(5);
    flush();
    auto plan = log().plan_compaction();
    ASSERT_TRUE(plan);
    {
        Compaction compaction(log().folder(), std::move(*plan));
        compaction.run();
        log().trim(3);
        EXPECT_FALSE(log().finish_compaction(compaction));
    }
    EXPECT_EQ(files().find("cleaned"), std::string::npos);
    EXPECT_EQ(offsets_from(3), "3 4");
}

// The judge is a plain list of what was committed: of each key the last of it must be there,
// nothing that was not committed, and nothing changed.
TEST_F(CompactionTest, never_changes_what_committed_readers_see_but_for_replaced_records) {
    for (uint64_t seed = 0; seed < 60; ++seed) {
        SeededRandom random(seed);
        partition.reset();
        disk.remove_folder("topics/t/0");
        std::map<Offset, std::string> committed;
        struct Open {
            int32_t sequence = 0;
            std::map<Offset, std::string> records;
        };
        std::map<ProducerId, Open> producers;
        for (int step = 0; step < 80; ++step) {
            ProducerId producer = static_cast<ProducerId>(1 + random.below(3));
            Open& open = producers[producer];
            std::string key = fmt::format("k{}", random.below(5));
            std::string value = fmt::format("v{}", step);
            switch (random.below(8)) {
                case 0:
                case 1: {
                    auto stored = append(a_batch().of({{key, value}}));
                    committed[stored.base_offset] = key + "=" + value;
                    break;
                }
                case 2:
                case 3:
                case 4: {
                    auto stored = append(
                        a_batch().of({{key, value}}).transactional(producer, 0, open.sequence));
                    ++open.sequence;
                    open.records[stored.base_offset] = key + "=" + value;
                    break;
                }
                case 5:
                case 6: {
                    bool commits = random.below(2) == 0;
                    end(producer, 0, commits);
                    if (commits) committed.insert(open.records.begin(), open.records.end());
                    open.records.clear();
                    break;
                }
                case 7:
                    compact();
                    break;
            }
            if (random.below(10) == 0) kill_and_open();
        }
        for (auto& [producer, open] : producers) end(producer, 0, false);
        compact();
        std::map<std::string, std::string> last;
        for (const auto& [offset, text] : committed) {
            last[text.substr(0, text.find('='))] = fmt::format("{} {}", offset, text);
        }
        Lines lines = seen();
        for (const auto& [key, line] : last) {
            EXPECT_EQ(std::count(lines.begin(), lines.end(), line), 1) << line << ", seed " << seed;
        }
        for (const std::string& line : lines) {
            Offset offset = std::stoll(line);
            std::string text = line.substr(line.find(' ') + 1);
            EXPECT_EQ(committed[offset], text) << "seed " << seed;
        }
    }
}

}  // namespace
}  // namespace tarn::log
