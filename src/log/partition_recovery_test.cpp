#include <cstring>

#include "log/partition.hpp"
#include "log/partition_fixture.hpp"

namespace tarn::log {
namespace {

using storage::testing::code_of;
using storage::testing::failure_of;
using testing::a_batch;

class PartitionRecovery : public PartitionTest {
protected:
    static constexpr std::string_view FirstLog = "topics/t/0/00000000000000000000.log";

    void write_log(BytesView bytes) { disk.write(FirstLog, bytes); }
    Bytes log_bytes() { return disk.read(FirstLog); }
    // A log of `batches` single records, flushed and let go.
    void make_log(int batches) {
        append_batches(batches);
        flush();
        partition.reset();
    }
};

TEST_F(PartitionRecovery, comes_back_whole_after_an_orderly_end) {
    settings.segment_bytes_max = 300;
    append_batches(7, 2);
    append(a_batch().of_count(1).by(7, 0, 0));

    close_and_open();

    EXPECT_EQ(offsets_from(0), "0 2 4 6 8 10 12 14");
    EXPECT_TRUE(append(a_batch().of_count(1).by(7, 0, 0)).is_duplicate);
    EXPECT_EQ(append_count(1).base_offset, 15);
    EXPECT_EQ(log().flushed_offset(), 15);
}

TEST_F(PartitionRecovery, reads_no_batches_after_an_orderly_end) {
    append_batches(5);
    log().close();
    int opened = 0;
    disk.before_each_call([&](storage::Call call, std::string_view path) {
        if (call == storage::Call::Open && path.ends_with(".log")) ++opened;
    });

    open();

    EXPECT_EQ(log().end_offset(), 5);
    EXPECT_EQ(opened, 0);
}

TEST_F(PartitionRecovery, distrusts_the_note_when_sizes_differ) {
    append_batches(3);
    log().close();
    Bytes bytes = log_bytes();
    bytes.pop_back();
    write_log(bytes);

    open();

    EXPECT_EQ(offsets_from(0), "0 1");
    EXPECT_EQ(append_count(1).base_offset, 2);
}

TEST_F(PartitionRecovery, keeps_all_that_was_appended_when_the_process_is_killed) {
    settings.segment_bytes_max = 300;
    for (auto each : {FlushPolicy::EachBatch, FlushPolicy::Interval, FlushPolicy::Os}) {
        policy = each;
        open();
        Offset end = log().end_offset();
        append_batches(5);
        kill_and_open();
        EXPECT_EQ(log().end_offset(), end + 5);
        EXPECT_EQ(log().high_watermark(), end + 5);
    }
}

TEST_F(PartitionRecovery, keeps_what_was_flushed_when_power_is_lost) {
    policy = FlushPolicy::EachBatch;
    settings.segment_bytes_max = 300;
    append_batches(9);
    flush();
    append_batches(9);
    EXPECT_EQ(log().high_watermark(), 9);

    lose_power_and_open();

    EXPECT_EQ(offsets_from(0), "0 1 2 3 4 5 6 7 8");
    EXPECT_EQ(append_count(1).base_offset, 9);
}

TEST_F(PartitionRecovery, cuts_a_write_off_wherever_it_was_torn) {
    make_log(2);
    Bytes two = log_bytes();
    append(a_batch().of({{"key", "a value of some length"}}));
    partition.reset();
    Bytes three = log_bytes();

    for (size_t size = two.size(); size < three.size(); ++size) {
        remove_files_ending("");
        write_log(BytesView(three).first(size));
        open();
        ASSERT_EQ(log().end_offset(), 2) << "torn after " << size - two.size() << " bytes";
        ASSERT_EQ(append_count(1).base_offset, 2);
        ASSERT_EQ(offsets_from(0), "0 1 2");
    }
}

TEST_F(PartitionRecovery, takes_zeros_at_the_end_for_the_torn_tail_they_are) {
    make_log(2);
    Bytes bytes = log_bytes();
    bytes.resize(bytes.size() + 100'000);
    write_log(bytes);

    open();

    EXPECT_EQ(offsets_from(0), "0 1");
}

TEST_F(PartitionRecovery, refuses_to_cut_good_batches_that_stand_behind_a_damaged_one) {
    make_log(5);
    Bytes bytes = log_bytes();
    size_t size = bytes.size() / 5;
    bytes[size * 2 + 70] ^= std::byte{1};
    write_log(bytes);

    auto failure = failure_of([&] { open(); });

    EXPECT_EQ(failure.code, ErrorCode::Corrupt);
    EXPECT_EQ(failure.text,
              fmt::format("{}: the batch at byte {} (offset 2) is damaged, and good batches stand "
                          "behind it, from byte {} on; restore the file from a copy, or start with "
                          "--accept-truncation, which drops all records of this partition from "
                          "that offset on",
                          FirstLog, size * 2, size * 3));
    EXPECT_EQ(log_bytes(), bytes);
    truncation = AcceptTruncation::Yes;
    open();
    EXPECT_EQ(offsets_from(0), "0 1");
    EXPECT_EQ(append_count(1).base_offset, 2);
}

TEST_F(PartitionRecovery, finds_good_batches_behind_a_damaged_length) {
    make_log(5);
    Bytes bytes = log_bytes();
    bytes[bytes.size() / 5 + 9] = std::byte{0x7F};
    write_log(bytes);

    EXPECT_EQ(code_of([&] { open(); }), ErrorCode::Corrupt);
}

TEST_F(PartitionRecovery, refuses_damage_in_a_segment_that_was_flushed_even_at_its_end) {
    settings.segment_bytes_max = 1;
    make_log(4);
    Bytes bytes = log_bytes();
    bytes.resize(bytes.size() - 1);
    write_log(bytes);
    remove_files_ending(".snap");

    EXPECT_EQ(code_of([&] { open(); }), ErrorCode::Corrupt);
}

TEST_F(PartitionRecovery, drops_segments_behind_one_that_never_reached_the_disk) {
    policy = FlushPolicy::EachBatch;
    settings.segment_bytes_max = 200;
    append_batches(1);
    flush();
    append_batches(6);
    partition.reset();
    Bytes bytes = log_bytes();
    bytes.resize(bytes.size() - 1);
    write_log(bytes);

    open();

    EXPECT_EQ(offsets_from(0), "0");
    EXPECT_EQ(append_count(1).base_offset, 1);
}

// A checksum is linear in each bit of the value, so 32 free bits can bring it to any number.
Bytes batch_with_crc_of_zero() {
    auto batch_of = [](uint32_t bits) {
        std::string value(4, '\0');
        std::memcpy(value.data(), &bits, 4);
        return a_batch().of({{"k", value}}).bytes();
    };
    uint32_t none = crc_of(batch_of(0));
    std::array<std::pair<uint32_t, uint32_t>, 32> rows;  // effect on the checksum, bits set
    for (uint32_t i = 0; i < 32; ++i) rows[i] = {crc_of(batch_of(1u << i)) ^ none, 1u << i};
    uint32_t wanted = none;
    uint32_t bits = 0;
    for (uint32_t bit = 0; bit < 32; ++bit) {
        auto pivot = std::find_if(rows.begin() + bit, rows.end(),
                                  [&](const auto& row) { return row.first >> bit & 1; });
        if (pivot == rows.end()) continue;
        std::swap(rows[bit], *pivot);
        for (uint32_t i = bit + 1; i < 32; ++i) {
            if (!(rows[i].first >> bit & 1)) continue;
            rows[i].first ^= rows[bit].first;
            rows[i].second ^= rows[bit].second;
        }
        if (wanted >> bit & 1) {
            wanted ^= rows[bit].first;
            bits ^= rows[bit].second;
        }
    }
    return batch_of(bits);
}

TEST_F(PartitionRecovery, takes_a_batch_whose_checksum_is_zero_for_a_batch) {
    Bytes batch = batch_with_crc_of_zero();
    ASSERT_EQ(BatchHeader::read(batch)->crc, 0u);
    ASSERT_EQ(crc_of(batch), 0u);
    try_append(batch);
    append_count(1);

    kill_and_open();

    EXPECT_EQ(offsets_from(0), "0 1");
}

TEST_F(PartitionRecovery, starts_with_any_cache_missing_short_or_garbled) {
    settings.segment_bytes_max = 400;
    settings.index_interval_bytes = 100;
    for (int i = 0; i < 10; ++i) {
        append(a_batch().of_count(2).transactional(7, 0, 2 * i));
        append_count(1);
        if (i % 3 == 2) log().append_marker(7, 0, {i % 2 == 0, 0});
    }
    append(a_batch().transactional(8, 0, 0));
    log().close();
    std::vector<std::pair<std::string, Bytes>> originals;
    for (const auto& entry : disk.list("", storage::Depth::AllBelow)) {
        originals.emplace_back(entry.path, disk.read(entry.path));
    }
    open();
    std::string offsets = offsets_from(0);
    std::string aborted = aborted_from(0);
    Offset stable = log().last_stable_offset();
    auto producers = log().active_producers();
    ASSERT_FALSE(aborted.empty());

    auto flip = [](Bytes& bytes) { bytes[bytes.size() / 2] ^= std::byte{4}; };
    auto halve = [](Bytes& bytes) { bytes.resize(bytes.size() / 2); };
    auto empty = [](Bytes& bytes) { bytes.clear(); };
    std::vector<std::function<void(std::string_view)>> harms = {
        [&](std::string_view ending) { remove_files_ending(ending); },
        [&](std::string_view ending) { change_files_ending(ending, flip); },
        [&](std::string_view ending) { change_files_ending(ending, halve); },
        [&](std::string_view ending) { change_files_ending(ending, empty); },
    };
    for (const auto& harm : harms) {
        for (std::vector<std::string_view> endings :
             {std::vector<std::string_view>{".index"},
              {".snap"},
              {"clean"},
              {".index", "clean"},
              {".snap", "clean"},
              {".index", ".snap"},
              {".index", ".snap", "clean"},
              {".index", ".snap", "clean", "recovery-point"}}) {
            partition.reset();
            remove_files_ending("");
            for (const auto& [path, bytes] : originals) disk.write(path, bytes);
            for (std::string_view ending : endings) harm(ending);

            open();

            EXPECT_EQ(offsets_from(0), offsets);
            EXPECT_EQ(aborted_from(0), aborted);
            EXPECT_EQ(log().last_stable_offset(), stable);
            EXPECT_EQ(log().active_producers().size(), producers.size());
            for (Offset i = 0; i < log().end_offset(); ++i) {
                ASSERT_LE(batches_in(log().read(i, {.bytes_max = 1})).at(0).base_offset, i);
            }
        }
    }
}

TEST_F(PartitionRecovery, notices_an_index_that_is_garbled_while_the_partition_is_open) {
    settings.segment_bytes_max = 1000;
    settings.index_interval_bytes = 1;
    append_batches(50);
    log().close();
    change_files_ending(".index", [](Bytes& bytes) { bytes[30] ^= std::byte{1}; });

    open();

    for (Offset i = 0; i < 50; ++i) {
        EXPECT_EQ(batches_in(log().read(i, {.bytes_max = 1})).at(0).base_offset, i);
    }
}

TEST_F(PartitionRecovery, knows_producers_exactly_as_before_the_crash) {
    settings.segment_bytes_max = 400;
    for (int i = 0; i < 20; ++i) {
        append(a_batch().of_count(2).by(7, 1, 2 * i));
        append(a_batch().of_count(1).transactional(8, 0, i));
        if (i % 5 == 4) log().append_marker(8, 0, {true, i});
    }
    auto before = log().active_producers();

    kill_and_open();

    auto by_id = [](const ActiveProducer& a, const ActiveProducer& b) {
        return a.producer_id < b.producer_id;
    };
    auto after = log().active_producers();
    std::sort(before.begin(), before.end(), by_id);
    std::sort(after.begin(), after.end(), by_id);
    EXPECT_EQ(before, after);
    for (int i = 15; i < 20; ++i) {
        auto again = append(a_batch().of_count(2).by(7, 1, 2 * i));
        EXPECT_TRUE(again.is_duplicate);
    }
}

TEST_F(PartitionRecovery, ends_no_earlier_than_it_starts) {
    append_batches(5);
    flush();
    append_batches(5);
    log().trim(9);

    disk.lose_power();
    open();

    EXPECT_EQ(log().start_offset(), 9);
    EXPECT_EQ(log().end_offset(), 9);
    EXPECT_EQ(append_count(1).base_offset, 9);
    kill_and_open();
    EXPECT_EQ(offsets_from(9), "9");
}

TEST_F(PartitionRecovery, opens_on_a_full_disk) {
    settings.segment_bytes_max = 300;
    append_batches(20);
    partition.reset();
    remove_files_ending(".snap");
    remove_files_ending(".index");
    disk.limit_size(0);

    open();

    EXPECT_EQ(log().end_offset(), 20);
    EXPECT_EQ(log().start_offset(), 0);
    EXPECT_EQ(batches_in(log().read(0, {.bytes_max = Everything})).size(), 20u);
    EXPECT_EQ(code_of([&] { append_count(1); }), ErrorCode::StorageFull);
    disk.limit_size(Everything);
    EXPECT_EQ(append_count(1).base_offset, 20);
}

TEST_F(PartitionRecovery, completes_or_forgets_a_replacement_of_segments) {
    settings.segment_bytes_max = 1;
    append_batches(5);
    flush();
    partition.reset();
    SegmentFolder folder(disk, "topics/t/0");
    Bytes merged = disk.read(folder.log(1));
    Bytes second = disk.read(folder.log(2));
    merged.insert(merged.end(), second.begin(), second.end());
    disk.write(folder.swap({1, 3}), merged);
    disk.remove(folder.log(1));
    disk.write(folder.cleaned({3, 4}), merged);

    open();

    EXPECT_EQ(offsets_from(0), "0 1 2 3 4");
    EXPECT_EQ(log().sealed_segments().size(), 3u);
    EXPECT_EQ(files().find("cleaned"), std::string::npos);
    EXPECT_EQ(files().find("swap"), std::string::npos);
}

TEST_F(PartitionRecovery, reads_over_the_gaps_that_compaction_leaves) {
    settings.segment_bytes_max = 1;
    append_batches(6);
    flush();
    SegmentFolder folder(disk, "topics/t/0");
    disk.write(folder.cleaned({1, 4}), disk.read(folder.log(2)));

    log().replace_segments({1, 4});

    for (int round = 0; round < 2; ++round) {
        EXPECT_EQ(offsets_from(0), "0 2 4 5");
        EXPECT_EQ(offsets_from(1), "2 4 5");
        EXPECT_EQ(offsets_from(3), "4 5");
        EXPECT_EQ(log().end_offset(), 6);
        kill_and_open();
    }
}

}  // namespace
}  // namespace tarn::log
