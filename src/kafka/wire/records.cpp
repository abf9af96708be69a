#include "kafka/wire/records.hpp"

#include <algorithm>

namespace tarn::kafka {

int64_t Records::size() const {
    auto size = static_cast<int64_t>(bytes_.size());
    for (const log::Slice& slice : slices_) size += slice.size;
    return size;
}

bool Records::operator==(const Records& other) const {
    auto same_slice = [](const log::Slice& a, const log::Slice& b) {
        return a.file == b.file && a.offset == b.offset && a.size == b.size;
    };
    return is_null_ == other.is_null_ && std::ranges::equal(bytes_, other.bytes_) &&
           std::ranges::equal(slices_, other.slices_, same_slice);
}

}  // namespace tarn::kafka
