// What a partition has to do with its compaction: saying what could be compacted, and taking what
// was written into its place.

#include <algorithm>

#include "base/log.hpp"
#include "log/compaction.hpp"
#include "log/partition.hpp"
#include "log/state_file.hpp"

namespace tarn::log {
namespace {

constexpr std::string_view CompactedKind = "tarncmpc";

int64_t size_of(std::span<const SegmentExtent> segments) {
    int64_t size = 0;
    for (const SegmentExtent& each : segments) size += each.size;
    return size;
}

}  // namespace

std::optional<CompactionPlan> Partition::plan_compaction() {
    if (!settings_.compacts || failure_ || is_closed_) return std::nullopt;
    if (!compacted_) {
        compacted_ = folder_.read_offset(folder_.compacted(), CompactedKind).value_or(0);
    }
    CompactionPlan plan{.segments = sealed_segments(),
                        .dirty_from = *compacted_,
                        .settings = settings_,
                        .now = now()};
    Offset bound = std::min(last_stable_offset(), flushed_);
    Timestamp newest_allowed = plan.now - settings_.compaction_lag_min.count();
    auto is_settled = [&](const SegmentExtent& segment) {
        const Segment& known = segments_.at(segments_.index_of(segment.base_offset));
        return segment.next_offset <= bound && known.summary().max_timestamp <= newest_allowed;
    };
    auto open = std::ranges::find_if_not(plan.segments, is_settled);
    plan.segments.erase(open, plan.segments.end());
    if (plan.segments.empty()) return std::nullopt;
    plan.dirty_end = plan.segments.back().next_offset;
    if (!is_worth_compacting(plan)) return std::nullopt;

    Offset first = plan.segments.front().base_offset;
    for (size_t i = 0; i < segments_.size(); ++i) {
        segments_.at(i).add_aborted(first, plan.dirty_end, plan.aborted);
    }
    for (const ActiveProducer& each : state_.producers.active_producers()) {
        plan.producers.insert(each.producer_id);
    }
    return plan;
}

bool Partition::is_worth_compacting(const CompactionPlan& plan) const {
    auto first_dirty = std::ranges::find_if(plan.segments, [&](const SegmentExtent& segment) {
        return segment.next_offset > plan.dirty_from;
    });
    std::span<const SegmentExtent> dirty(first_dirty, plan.segments.end());
    if (dirty.empty()) return false;
    auto share = static_cast<double>(size_of(dirty)) / static_cast<double>(size_of(plan.segments));
    if (share >= settings_.dirty_ratio_min) return true;
    const Segment& oldest = segments_.at(segments_.index_of(dirty.front().base_offset));
    auto age = std::chrono::milliseconds(plan.now - oldest.summary().max_timestamp);
    return age > settings_.compaction_lag_max;
}

bool Partition::finish_compaction(const Compaction& compaction) {
    if (failure_ || is_closed_) return false;
    auto now_sealed = sealed_segments();
    for (const Compaction::Written& written : compaction.written()) {
        // Retention, or someone who trims, may have been here meanwhile.
        bool is_as_it_was = std::ranges::all_of(written.replaced, [&](const SegmentExtent& each) {
            return std::ranges::find(now_sealed, each) != now_sealed.end();
        });
        if (!is_as_it_was) return false;
        replace_segments(written.name);
    }
    compacted_ = compaction.compacted_end();
    folder_.disk().write(folder_.compacted(), offset_file(CompactedKind, *compacted_));
    return true;
}

}  // namespace tarn::log
