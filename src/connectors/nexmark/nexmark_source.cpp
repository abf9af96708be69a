#include "connectors/nexmark/nexmark_source.hpp"

#include <algorithm>

namespace tarn::connectors {
namespace {

constexpr int64_t BlockEvents = 8'192;
constexpr int64_t LaneCount = engine::KeyGroups::Count;

}  // namespace

NexmarkSource::NexmarkSource(const sql::stream::TableSource& table, const Clock& clock,
                             engine::SourceShare share)
    : rules_(event_rules(table.options)), columns_(table), clock_(clock) {
    for (int64_t lane = share.index; lane < LaneCount; lane += share.count) {
        lanes_.push_back({lane, lane * BlockEvents});
    }
    first_event_ = first_due();
}

// The lane that is behind all others goes on, so that time goes on evenly.
std::optional<engine::ChangeBatch> NexmarkSource::read(int64_t rows_max) {
    Lane& lane = *std::ranges::min_element(lanes_, {}, &Lane::next_event);
    int64_t first = lane.next_event;
    int64_t left_in_block = BlockEvents - first % BlockEvents;
    int64_t count = std::min({rows_max, left_in_block, count_due(first)});
    if (count <= 0) return std::nullopt;
    EventBatch events(rules_, first, count);
    engine::ChangeBatch batch{{columns_.make(events), count}};
    lane.next_event += count;
    if (count == left_in_block) lane.next_event += (LaneCount - 1) * BlockEvents;
    return batch;
}

bool NexmarkSource::is_ended() const {
    return !rules_.stays_at_end && first_due() >= rules_.event_count;
}

int64_t NexmarkSource::first_due() const {
    return std::ranges::min(lanes_, {}, &Lane::next_event).next_event;
}

// How many events from this one on may come by now.
int64_t NexmarkSource::count_due(int64_t event) {
    int64_t left = rules_.event_count - event;
    if (!rules_.keeps_pace) return left;
    if (!began_at_) began_at_ = clock_.ticks();
    std::chrono::duration<double> passed = clock_.ticks() - *began_at_;
    auto due = static_cast<int64_t>(passed.count() * rules_.events_per_second) + 1;
    return std::min(left, first_event_ + due - event);
}

engine::OperatorState NexmarkSource::position() const {
    std::vector<int64_t> numbers;
    std::vector<int64_t> next;
    for (const Lane& lane : lanes_) {
        numbers.push_back(lane.number);
        next.push_back(lane.next_event);
    }
    engine::OperatorState state;
    state.put("lanes", engine::state_rows({{"lane", engine::number_column(numbers)},
                                           {"next_event", engine::number_column(next)}}));
    return state;
}

// The position may be that of other shares as well.
void NexmarkSource::seek(const engine::OperatorState& position) {
    for (const engine::StateRows& rows : position.all("lanes")) {
        auto numbers = engine::numbers_of(rows, 0);
        auto next = engine::numbers_of(rows, 1);
        for (size_t i = 0; i < numbers.size(); ++i) {
            auto own = std::ranges::find(lanes_, numbers[i], &Lane::number);
            if (own != lanes_.end()) own->next_event = next[i];
        }
    }
    first_event_ = first_due();
    began_at_.reset();
}

}  // namespace tarn::connectors
