#include "log/compaction.hpp"

#include <algorithm>
#include <limits>

#include "base/error.hpp"
#include "base/log.hpp"
#include "log/batch_builder.hpp"
#include "log/batch_walk.hpp"
#include "log/records.hpp"

namespace tarn::log {
namespace {

// What an entry of the key map costs besides the key.
constexpr int64_t KeyOverhead = 80;
// Written in pieces of this size.
constexpr size_t WriteAtOnce = 1 << 20;

}  // namespace

Compaction::Compaction(const SegmentFolder& folder, CompactionPlan plan, int64_t key_bytes_max)
    : folder_(folder),
      plan_(std::move(plan)),
      key_bytes_max_(key_bytes_max),
      compacted_end_(plan_.dirty_end) {}

Compaction::~Compaction() {
    for (const Written& each : written_) {
        try {
            folder_.disk().remove(folder_.cleaned(each.name));
        } catch (const Error& error) {
            // The next start removes it.
            TARN_LOG_WARN("cannot remove {}: {}", folder_.cleaned(each.name), error.what());
        }
    }
}

template <typename Visit>
void Compaction::for_each_batch(const SegmentExtent& segment, const Visit& visit) const {
    std::string name = folder_.log(segment.base_offset);
    auto file = folder_.disk().open_reader(name);
    BatchWalk walk(*file, name, 0, segment.size);
    while (auto at = walk.next()) {
        Bytes batch = read_batch(*file, name, *at);
        if (!visit(BytesView(batch), at->header)) return;
    }
}

void Compaction::run() {
    collect_keys();
    note_last_batches();
    for (const auto& group : groups()) write(group);
}

void Compaction::collect_keys() {
    for (const SegmentExtent& segment : plan_.segments) {
        if (segment.next_offset <= plan_.dirty_from) continue;
        bool fits = true;
        for_each_batch(segment, [&](BytesView batch, const BatchHeader& header) {
            bool is_data = !header.is_control() && !is_aborted(header);
            if (is_data) fits = collect_keys_of(batch);
            return fits;
        });
        if (!fits) {
            compacted_end_ = segment.base_offset;
            break;
        }
    }
}

bool Compaction::collect_keys_of(BytesView batch) {
    RecordReader reader = RecordReader::open(batch);
    while (auto record = reader.next()) {
        if (!record->key) continue;
        auto [place, is_new] =
            last_of_key_.try_emplace(std::string(as_text(*record->key)), record->offset);
        place->second = record->offset;
        if (is_new) key_bytes_ += std::ssize(place->first) + KeyOverhead;
    }
    return key_bytes_ <= key_bytes_max_;
}

void Compaction::note_last_batches() {
    for (const SegmentExtent& segment : plan_.segments) {
        std::string name = folder_.log(segment.base_offset);
        auto file = folder_.disk().open_reader(name);
        BatchWalk walk(*file, name, 0, segment.size);
        while (auto at = walk.next()) {
            const BatchHeader& header = at->header;
            bool may_go_on = header.has_producer() && plan_.producers.contains(header.producer_id);
            if (may_go_on && !header.is_control()) {
                last_of_producer_[header.producer_id] = header.base_offset;
            }
        }
    }
}

// Neighbours that fit into one segment become one, so that compaction leaves few small ones.
std::vector<std::vector<SegmentExtent>> Compaction::groups() const {
    std::vector<std::vector<SegmentExtent>> groups;
    int64_t size = 0;
    for (const SegmentExtent& segment : plan_.segments) {
        if (segment.next_offset > compacted_end_) break;
        Offset first = groups.empty() ? 0 : groups.back().front().base_offset;
        bool fits = !groups.empty() && size + segment.size <= plan_.settings.segment_bytes_max &&
                    segment.next_offset - first < std::numeric_limits<int32_t>::max();
        if (!fits) {
            groups.emplace_back();
            size = 0;
        }
        groups.back().push_back(segment);
        size += segment.size;
    }
    return groups;
}

void Compaction::write(const std::vector<SegmentExtent>& group) {
    SwapName name{group.front().base_offset, group.back().next_offset};
    std::string path = folder_.cleaned(name);
    // Of a pass that a crash has ended.
    folder_.disk().remove(path);
    auto file = folder_.disk().create_file(path);
    written_.push_back({name, group});
    Bytes waiting;
    for (const SegmentExtent& segment : group) {
        for_each_batch(segment, [&](BytesView batch, const BatchHeader& header) {
            Bytes left = cleaned(batch, header);
            waiting.insert(waiting.end(), left.begin(), left.end());
            if (waiting.size() >= WriteAtOnce) {
                file->append(waiting);
                waiting.clear();
            }
            return true;
        });
    }
    if (!waiting.empty()) file->append(waiting);
    file->sync();
}

// What is left of a batch; empty when nothing is.
Bytes Compaction::cleaned(BytesView batch, const BatchHeader& header) {
    if (header.is_control()) return cleaned_marker(batch, header);
    Bytes left = cleaned_data(batch, header);
    if (!left.empty() && header.is_transactional()) left_open_.insert(header.producer_id);
    return left;
}

Bytes Compaction::cleaned_marker(BytesView batch, const BatchHeader& header) {
    bool is_needed = left_open_.erase(header.producer_id) > 0;
    bool is_last = plan_.producers.contains(header.producer_id) &&
                   !last_of_producer_.contains(header.producer_id);
    bool is_young = header.max_timestamp + plan_.settings.tombstones_kept.count() > plan_.now;
    if (is_needed || is_last || is_young) return copy_of(batch);
    return {};
}

Bytes Compaction::cleaned_data(BytesView batch, const BatchHeader& header) {
    bool lets_deletions_go = header.has_delete_horizon() && header.base_timestamp <= plan_.now;
    bool was_aborted = is_aborted(header);
    RecordReader reader = RecordReader::open(batch);
    BatchFields fields = BatchFields::of(header);
    std::vector<RecordView> stay;
    int32_t dropped = 0;
    bool has_deletions = false;
    while (auto record = reader.next()) {
        bool is_replaced = true;
        if (record->key && !was_aborted) {
            auto last = last_of_key_.find(std::string(as_text(*record->key)));
            is_replaced = last != last_of_key_.end() && last->second > record->offset;
        }
        bool is_deletion = !record->value;
        if (is_replaced || (is_deletion && lets_deletions_go)) {
            ++dropped;
            continue;
        }
        has_deletions = has_deletions || is_deletion;
        stay.push_back(*record);
    }
    bool wants_horizon = has_deletions && !header.has_delete_horizon();
    if (dropped == 0 && !wants_horizon) return copy_of(batch);
    if (stay.empty() && !is_last_of_producer(header)) return {};
    if (wants_horizon) {
        fields.has_delete_horizon = true;
        fields.base_timestamp = plan_.now + plan_.settings.tombstones_kept.count();
    }
    BatchBuilder builder(fields);
    for (const RecordView& record : stay) builder.keep(record);
    return std::move(builder).finish();
}

bool Compaction::is_aborted(const BatchHeader& header) const {
    return header.is_transactional() &&
           std::ranges::any_of(plan_.aborted, [&](const AbortedRange& range) {
               return range.producer_id == header.producer_id &&
                      header.base_offset >= range.first_offset &&
                      header.base_offset <= range.last_offset;
           });
}

bool Compaction::is_last_of_producer(const BatchHeader& header) const {
    auto last = last_of_producer_.find(header.producer_id);
    return last != last_of_producer_.end() && last->second == header.base_offset;
}

}  // namespace tarn::log
