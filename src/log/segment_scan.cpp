#include "log/segment_scan.hpp"

#include <algorithm>
#include <cstring>
#include <limits>

namespace tarn::log {

namespace {

constexpr int64_t ChunkSize = 1 << 20;
constexpr int64_t MagicPosition = 16;

// The bytes of a file in chunks, so that small steps do not each read from the disk.
class Window {
public:
    explicit Window(const storage::Reader& file) : file_(file), file_size_(file.size()) {}

    int64_t file_size() const { return file_size_; }

    // Fewer than `size` only at the end of the file. Valid until the next call.
    BytesView at(int64_t position, int64_t size) {
        size = std::min(size, file_size_ - position);
        bool is_inside =
            position >= start_ && position + size <= start_ + static_cast<int64_t>(bytes_.size());
        if (!is_inside) {
            bytes_ = file_.read_at(position, std::max(size, ChunkSize));
            start_ = position;
        }
        auto from = static_cast<size_t>(position - start_);
        return BytesView(bytes_).subspan(from,
                                         std::min(static_cast<size_t>(size), bytes_.size() - from));
    }

private:
    const storage::Reader& file_;
    int64_t file_size_;
    int64_t start_ = 0;
    Bytes bytes_;
};

struct OffsetRange {
    Offset first;
    Offset last;
};

struct GoodBatch {
    BatchHeader header;
    BytesView bytes;
};

// Never asks whether a field is zero: a checksum of 0 is as good as any.
std::optional<GoodBatch> good_batch_at(Window& window, int64_t position, OffsetRange offsets) {
    auto header = BatchHeader::read(window.at(position, BatchHeaderSize));
    if (!header || !header->is_plausible()) return std::nullopt;
    if (header->size() > window.file_size() - position) return std::nullopt;
    if (header->base_offset < offsets.first || header->last_offset() > offsets.last) {
        return std::nullopt;
    }
    BytesView batch = window.at(position, header->size());
    bool is_good =
        static_cast<int64_t>(batch.size()) == header->size() && crc_of(batch) == header->crc;
    if (!is_good) return std::nullopt;
    return GoodBatch{*header, batch};
}

// The damage may have hit the length, so every byte may start a batch: those that are followed by
// the magic number at the right place are looked at.
std::optional<int64_t> find_good_batch(Window& window, int64_t from, OffsetRange offsets) {
    for (int64_t position = from; position + BatchHeaderSize <= window.file_size();) {
        BytesView ahead = window.at(position + MagicPosition, ChunkSize / 2);
        const void* magic = std::memchr(ahead.data(), 2, ahead.size());
        if (!magic) {
            position += static_cast<int64_t>(ahead.size());
            continue;
        }
        position += static_cast<const std::byte*>(magic) - ahead.data();
        if (good_batch_at(window, position, offsets)) return position;
        ++position;
    }
    return std::nullopt;
}

}  // namespace

Scan scan_segment(const storage::Reader& file, Offset base_offset, const VisitBatch& visit) {
    Window window(file);
    constexpr Offset span = std::numeric_limits<int32_t>::max();
    constexpr Offset offset_max = std::numeric_limits<Offset>::max();
    Offset last = base_offset > offset_max - span - 1 ? offset_max - 1 : base_offset + span;
    Scan scan;
    scan.next_offset = base_offset;
    while (scan.good_size < window.file_size()) {
        auto batch = good_batch_at(window, scan.good_size, {scan.next_offset, last});
        if (!batch) {
            scan.is_whole = false;
            scan.good_batch_behind =
                find_good_batch(window, scan.good_size + 1, {scan.next_offset, last});
            break;
        }
        visit(batch->header, batch->bytes);
        scan.good_size += batch->header.size();
        scan.next_offset = batch->header.next_offset();
    }
    return scan;
}

}  // namespace tarn::log
