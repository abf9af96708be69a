#include "s3/copying.hpp"

#include <algorithm>

#include "base/error.hpp"

namespace tarn::s3 {

namespace {
constexpr int64_t StepBytes = 4 * 1024 * 1024;
}

Copying::Copying(std::unique_ptr<storage::Reader> from, int64_t offset, int64_t length,
                 storage::Writer& to, std::optional<HashKind> checksum)
    : from_(std::move(from)),
      offset_(offset),
      left_(length),
      bytes_(static_cast<uint64_t>(length)),
      to_(to) {
    if (checksum) checksum_.emplace(*checksum);
}

bool Copying::step() {
    if (left_ == 0) return false;
    Bytes bytes = from_->read_at(offset_, std::min(left_, StepBytes));
    if (bytes.empty()) throw Error(ErrorCode::Corrupt, "the source of a copy has become shorter");
    md5_.add(bytes);
    if (checksum_) checksum_->add(bytes);
    to_.write(bytes);
    offset_ += static_cast<int64_t>(bytes.size());
    left_ -= static_cast<int64_t>(bytes.size());
    return true;
}

Payload::Facts Copying::facts() {
    Payload::Facts facts{.bytes = bytes_, .md5 = md5_.finish(), .checksum = {}};
    if (checksum_) {
        HashKind kind = checksum_->kind();
        facts.checksum = Checksum{.kind = kind, .value = to_base64(checksum_->finish())};
    }
    return facts;
}

}  // namespace tarn::s3
