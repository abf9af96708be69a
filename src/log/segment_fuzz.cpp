// Any bytes may lie where a segment and its index should: they are opened or refused, never fatal,
// and what is accepted reads back the same at every offset and after the next start.
#include <algorithm>

#include "base/assert.hpp"
#include "base/error.hpp"
#include "base/log.hpp"
#include "log/partition.hpp"
#include "storage/memory_disk.hpp"

namespace {

using namespace tarn;
using namespace tarn::log;

constexpr Offset OffsetsTried = 50;

Bytes all_of(const Batches& read) {
    Bytes bytes;
    for (const Slice& slice : read.slices) {
        Bytes piece = slice.file->read_at(slice.offset, slice.size);
        bytes.insert(bytes.end(), piece.begin(), piece.end());
    }
    TARN_ASSERT(static_cast<int64_t>(bytes.size()) == read.size);
    return bytes;
}

// Gives batches the checksums they should have: no fuzzer finds those by itself.
void mend_checksums(Bytes& bytes) {
    std::span<std::byte> rest = bytes;
    while (auto header = BatchHeader::read(rest)) {
        if (!header->is_plausible() || header->size() > std::ssize(rest)) break;
        auto batch = rest.first(static_cast<size_t>(header->size()));
        write_header(batch, *header);
        rest = rest.subspan(batch.size());
    }
}

void read_everything(const Partition& partition) {
    Bytes all = all_of(partition.read(partition.start_offset(), {.bytes_max = 1 << 30}));
    Offset start = partition.start_offset();
    Offset end = std::min(partition.end_offset(), start + OffsetsTried);
    for (Offset offset = start; offset < end; ++offset) {
        Bytes some = all_of(partition.read(offset, {.bytes_max = 1}));
        auto header = BatchHeader::read(some);
        TARN_ASSERT(header && header->last_offset() >= offset);
        TARN_ASSERT(std::search(all.begin(), all.end(), some.begin(), some.end()) != all.end());
    }
    for (Isolation isolation : {Isolation::Uncommitted, Isolation::Committed}) {
        partition.read(start, {.bytes_max = 1000, .isolation = isolation});
        try {
            auto found = partition.find_time(1'000'001, isolation);
            TARN_ASSERT(!found || found->offset >= start);
            partition.latest_time();
        } catch (const Error& error) {
            // The records inside a batch are for check_batch() to judge, before it is appended.
            TARN_ASSERT(error.code() != ErrorCode::Internal);
        }
    }
}

// As recovery finds it.
void open_partition(storage::MemoryDisk& disk, const Clock& clock) {
    PartitionSettings settings;
    settings.index_interval_bytes = 100;
    Offset end = 0;
    for (int32_t epoch = 1; epoch <= 2; ++epoch) {
        auto partition = Partition::open(
            {.disk = disk, .folder = "t", .clock = clock, .truncation = AcceptTruncation::Yes},
            settings, FlushPolicy::Os, epoch);
        TARN_ASSERT(epoch == 1 || partition->end_offset() == end);
        end = partition->end_offset();
        read_everything(*partition);
    }
}

// As it may become under our hands: nobody checks what was checked before.
void read_segment(storage::MemoryDisk& disk, int64_t size) {
    SegmentFolder folder(disk, "t");
    Segment::IndexFromBatches build = [&](const Segment& segment) {
        SegmentExtent extent{.base_offset = 0, .next_offset = 100, .size = segment.size()};
        return index_from_batches(folder, std::span(&extent, 1), 100);
    };
    Segment segment(folder, build, 0, 100, size);
    try {
        for (Offset offset = 0; offset < 100; offset += 7) {
            int64_t from = segment.position_of(offset);
            int64_t to = segment.border_at_or_before(from + 200, from);
            TARN_ASSERT(from <= to && to <= size);
            segment.batch_by_time(1'000'000 + offset, from, size);
            segment.max_timestamp(from, to);
        }
    } catch (const Error& error) {
        TARN_ASSERT(error.code() == ErrorCode::Corrupt);
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    [[maybe_unused]] static bool is_quiet = [] {
        tarn::logging::configure(tarn::logging::Format::Text, "off");
        return true;
    }();
    if (size < 3) return 0;
    BytesView bytes = std::as_bytes(std::span(data, size));
    bool mends = data[0] & 1;
    size_t index_size = std::min<size_t>(size - 3, data[1] + 256u * data[2]);
    Bytes index = copy_of(bytes.subspan(3, index_size));
    Bytes batches = copy_of(bytes.subspan(3 + index_size));
    if (mends) mend_checksums(batches);

    ManualClock clock{WallTime{}};
    storage::MemoryDisk disk(storage::Uri::parse("/data"), clock);
    disk.write("t/00000000000000000000.log", batches);
    disk.write("t/00000000000000000000.index", index);
    read_segment(disk, std::ssize(batches));
    open_partition(disk, clock);
    return 0;
}
