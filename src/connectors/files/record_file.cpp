#include "connectors/files/record_file.hpp"

#include "base/error.hpp"

namespace tarn::connectors {
namespace {

constexpr size_t ReadBytes = 1 << 20;
constexpr size_t RecordBytesMax = 64 << 20;

}  // namespace

std::optional<RecordFile::Record> RecordFile::next() {
    while (true) {
        std::string_view rest = std::string_view(buffer_).substr(used_);
        if (auto end = format_.record_end(rest, is_at_end_)) {
            Record record{rest.substr(0, end->end), offset()};
            used_ += end->next;
            return record;
        }
        if (is_at_end_) return std::nullopt;
        if (rest.size() > RecordBytesMax) {
            throw Error(ErrorCode::TooLarge, "the record at byte {} is longer than {} bytes",
                        offset(), RecordBytesMax);
        }
        read_on();
    }
}

void RecordFile::read_on() {
    buffer_.erase(0, used_);
    buffer_begin_ += static_cast<int64_t>(std::exchange(used_, 0));
    size_t kept = buffer_.size();
    buffer_.resize(kept + ReadBytes);
    std::span<char> free(buffer_.data() + kept, ReadBytes);
    size_t count =
        file_->read_at(buffer_begin_ + static_cast<int64_t>(kept), std::as_writable_bytes(free));
    buffer_.resize(kept + count);
    is_at_end_ = count < ReadBytes;
}

}  // namespace tarn::connectors
