// A partition on a disk in memory, for tests: it is opened, killed and cut from power in one line
// each.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "log/partition.hpp"
#include "log/testing/batches.hpp"
#include "storage/memory_disk.hpp"
#include "storage/testing/failure.hpp"

namespace tarn::log {

class PartitionTest : public ::testing::Test {
protected:
    using ABatch = testing::ABatch;

    static constexpr int64_t Everything = int64_t{1} << 40;

    void open() {
        partition.reset();
        partition = Partition::open(
            {.disk = disk, .folder = "topics/t/0", .clock = clock, .truncation = truncation},
            settings, policy, ++leader_epoch);
    }
    void close_and_open() {
        partition->close();
        open();
    }
    void kill_and_open() { open(); }
    void lose_power_and_open() {
        disk.lose_power();
        open();
    }

    Partition& log() {
        if (!partition) open();
        return *partition;
    }
    std::variant<Appended, Refusal> try_append(Bytes batch) { return log().append(batch); }
    Appended append(const ABatch& batch) {
        auto answer = try_append(batch.bytes());
        EXPECT_TRUE(std::holds_alternative<Appended>(answer)) << "the batch was refused";
        return std::holds_alternative<Appended>(answer) ? std::get<Appended>(answer) : Appended{};
    }
    Appended append_count(int records) { return append(testing::a_batch().of_count(records)); }
    void append_batches(int batches, int records = 1) {
        for (int i = 0; i < batches; ++i) append_count(records);
    }
    void flush() {
        auto work = log().flush_work();
        if (!work) return;
        work->run();
        log().flushed(*work);
    }

    static std::vector<BatchHeader> batches_in(const Batches& read) {
        std::vector<BatchHeader> headers;
        int64_t size = 0;
        for (const Slice& slice : read.slices) {
            Bytes bytes = slice.file->read_at(slice.offset, slice.size);
            EXPECT_EQ(static_cast<int64_t>(bytes.size()), slice.size);
            size += slice.size;
            BytesView rest = bytes;
            while (!rest.empty()) {
                auto header = BatchHeader::read(rest);
                bool is_whole = header && header->is_plausible() &&
                                header->size() <= static_cast<int64_t>(rest.size());
                EXPECT_TRUE(is_whole) << "a slice does not hold whole batches";
                if (!is_whole) return headers;
                EXPECT_EQ(header->crc, crc_of(rest.first(static_cast<size_t>(header->size()))));
                headers.push_back(*header);
                rest = rest.subspan(static_cast<size_t>(header->size()));
            }
        }
        EXPECT_EQ(size, read.size);
        return headers;
    }
    // The base offsets of what is read: "0 3 6".
    static std::string offsets_in(const Batches& read) {
        std::string text;
        for (const BatchHeader& header : batches_in(read)) {
            text += fmt::format("{}{}", text.empty() ? "" : " ", header.base_offset);
        }
        return text;
    }
    std::string offsets_from(Offset from, ReadLimits limits = {.bytes_max = Everything}) {
        return offsets_in(log().read(from, limits));
    }
    std::string committed_from(Offset from) {
        return offsets_from(from, {.bytes_max = Everything, .isolation = Isolation::Committed});
    }
    // "producer@first_offset", in order.
    std::string aborted_from(Offset from, int64_t bytes_max = Everything) {
        std::string text;
        auto read = log().read(from, {.bytes_max = bytes_max, .isolation = Isolation::Committed});
        for (const AbortedTransaction& each : read.aborted) {
            text += fmt::format("{}{}@{}", text.empty() ? "" : " ", each.producer_id,
                                each.first_offset);
        }
        return text;
    }
    std::string files() const {
        std::string text;
        for (const auto& entry : disk.list("topics/t/0", storage::Depth::OneFolder)) {
            text += entry.path.substr(entry.path.rfind('/') + 1) + " ";
        }
        return text;
    }
    void remove_files_ending(std::string_view ending) {
        for (const auto& entry : disk.list("topics/t/0", storage::Depth::OneFolder)) {
            if (entry.path.ends_with(ending)) disk.remove(entry.path);
        }
    }
    // Changes the content of each such file by `change(Bytes&)`.
    template <typename Change>
    void change_files_ending(std::string_view ending, Change change) {
        for (const auto& entry : disk.list("topics/t/0", storage::Depth::OneFolder)) {
            if (!entry.path.ends_with(ending)) continue;
            Bytes bytes = disk.read(entry.path);
            change(bytes);
            disk.write(entry.path, bytes);
        }
    }

    ManualClock clock{WallTime(std::chrono::hours(24 * 365 * 50))};
    storage::MemoryDisk disk{storage::Uri::parse("/data"), clock};
    PartitionSettings settings;
    FlushPolicy policy = FlushPolicy::Os;
    AcceptTruncation truncation = AcceptTruncation::No;
    int32_t leader_epoch = 0;
    std::unique_ptr<Partition> partition;
};

}  // namespace tarn::log
