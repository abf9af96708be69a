#include "log/segment_list.hpp"

#include <algorithm>

#include "base/assert.hpp"

namespace tarn::log {

SegmentList::SegmentList(const SegmentFolder& folder, std::span<const SegmentExtent> extents,
                         Offset end_offset, int64_t index_interval_bytes)
    : folder_(folder),
      index_interval_bytes_(index_interval_bytes),
      index_from_batches_([this](const Segment& segment) { return rebuild_index(segment); }) {
    for (const SegmentExtent& each : extents) {
        segments_.push_back(std::make_unique<Segment>(
            folder_, index_from_batches_, each.base_offset, each.next_offset, each.size));
    }
    if (segments_.empty()) start_new(end_offset);
}

const Segment& SegmentList::at(size_t index) const {
    TARN_ASSERT(index < segments_.size());
    const Segment* segment = segments_[index].get();
    if (segment->grows() || recent_.front() == segment) return *segment;
    auto place = std::find(recent_.begin(), recent_.end(), segment);
    if (place == recent_.end()) {
        place = std::prev(recent_.end());
        if (*place) (*place)->release();
        *place = segment;
    }
    std::rotate(recent_.begin(), place, std::next(place));
    return *segment;
}

size_t SegmentList::index_of(Offset offset) const {
    auto next = std::upper_bound(
        segments_.begin(), segments_.end(), offset,
        [](Offset asked, const auto& segment) { return asked < segment->base_offset(); });
    return next == segments_.begin() ? 0 : static_cast<size_t>(next - segments_.begin()) - 1;
}

void SegmentList::start_new(Offset base_offset) {
    segments_.push_back(
        std::make_unique<Segment>(folder_, index_from_batches_, base_offset, base_offset, 0));
}

void SegmentList::remove(size_t first, size_t last) {
    TARN_ASSERT(last < segments_.size());
    auto begin = segments_.begin() + static_cast<ptrdiff_t>(first);
    auto end = segments_.begin() + static_cast<ptrdiff_t>(last);
    for (auto each = begin; each != end; ++each) {
        std::replace(recent_.begin(), recent_.end(), static_cast<const Segment*>(each->get()),
                     static_cast<const Segment*>(nullptr));
        folder_.disk().remove(folder_.index((*each)->base_offset()));
        folder_.disk().remove(folder_.log((*each)->base_offset()));
    }
    segments_.erase(begin, end);
}

void SegmentList::replace(size_t first, size_t last, const SegmentExtent& by) {
    auto begin = segments_.begin() + static_cast<ptrdiff_t>(first);
    for (const Segment*& each : recent_) {
        if (each) each->release();
        each = nullptr;
    }
    segments_.erase(begin, segments_.begin() + static_cast<ptrdiff_t>(last));
    segments_.insert(segments_.begin() + static_cast<ptrdiff_t>(first),
                     std::make_unique<Segment>(folder_, index_from_batches_, by.base_offset,
                                               by.next_offset, by.size));
}

std::vector<SegmentExtent> SegmentList::extents() const {
    std::vector<SegmentExtent> extents;
    for (const auto& each : segments_) {
        if (each->size() == 0) continue;
        extents.push_back({.base_offset = each->base_offset(),
                           .next_offset = each->next_offset(),
                           .size = each->size()});
    }
    return extents;
}

int64_t SegmentList::size_bytes() const {
    int64_t size = 0;
    for (const auto& each : segments_) size += each->size();
    return size;
}

SegmentIndex SegmentList::rebuild_index(const Segment& segment) const {
    std::vector<SegmentExtent> all = extents();
    auto end = std::find_if(all.begin(), all.end(), [&](const SegmentExtent& each) {
        return each.base_offset == segment.base_offset();
    });
    TARN_ASSERT(end != all.end());
    all.erase(std::next(end), all.end());
    return log::index_from_batches(folder_, all, index_interval_bytes_);
}

}  // namespace tarn::log
