// Events that follow each other, and what is known of each before anything is drawn; each field is
// then made for all events of its kind at once.
#pragma once

#include <arrow/array.h>

#include <array>
#include <memory>
#include <span>
#include <vector>

#include "connectors/nexmark/event_rules.hpp"

namespace tarn::connectors {

struct EventBatch {
    EventBatch(const EventRules& rules, int64_t first, int64_t count);

    // Draws are told apart by it. The first event has the id 2, as in nexmark-flink.
    int64_t id(int64_t row) const { return first + row + 2; }
    std::span<const int32_t> rows_of(EventKind kind) const {
        return rows[static_cast<size_t>(kind)];
    }

    const EventRules& rules;
    int64_t first;
    int64_t count;
    std::array<std::vector<int32_t>, 3> rows;  // of each kind
    std::vector<int32_t> kinds;
    std::vector<int64_t> times;
    // The newest ones, the event itself among them, counted from 0.
    std::vector<int64_t> last_persons;
    std::vector<int64_t> last_auctions;
};

// The event itself is one of its kind.
std::shared_ptr<arrow::Array> event_types(const EventBatch& events);

}  // namespace tarn::connectors
