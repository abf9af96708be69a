#include "connectors/nexmark/event_batch.hpp"

#include <algorithm>

#include "connectors/nexmark/field_arrays.hpp"

namespace tarn::connectors {
namespace {

EventKind kind_at(const EventRules& rules, int64_t place) {
    if (place < rules.persons) return EventKind::Person;
    if (place < rules.persons + rules.auctions) return EventKind::Auction;
    return EventKind::Bid;
}

// How many there are of those that stand from `begin` on in each turn, up to the event; there is
// always one.
int64_t last_of(int64_t each_turn, int64_t begin, int64_t turn, int64_t place) {
    int64_t of_this_turn = std::clamp<int64_t>(place - begin + 1, 0, each_turn);
    return std::max<int64_t>(turn * each_turn + of_this_turn - 1, 0);
}

}  // namespace

EventBatch::EventBatch(const EventRules& by_rules, int64_t first_event, int64_t events)
    : rules(by_rules), first(first_event), count(events) {
    auto size = static_cast<size_t>(count);
    for (auto* values : {&times, &last_persons, &last_auctions}) values->resize(size);
    kinds.resize(size);
    int64_t turn = id(0) / rules.turn();
    int64_t place = id(0) % rules.turn();
    for (size_t i = 0; i < size; ++i) {
        EventKind kind = kind_at(rules, place);
        kinds[i] = static_cast<int32_t>(kind);
        rows[static_cast<size_t>(kind)].push_back(static_cast<int32_t>(i));
        times[i] = rules.time_ms(first + static_cast<int64_t>(i));
        last_persons[i] = last_of(rules.persons, 0, turn, place);
        last_auctions[i] = last_of(rules.auctions, rules.persons, turn, place);
        if (++place == rules.turn()) {
            place = 0;
            ++turn;
        }
    }
}

std::shared_ptr<arrow::Array> event_types(const EventBatch& events) {
    return plain_array(arrow::int32(), events.kinds);
}

}  // namespace tarn::connectors
