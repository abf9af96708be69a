// The fields that the rows of events have, by kind.
#pragma once

#include <arrow/array.h>

#include <memory>
#include <span>
#include <string_view>

#include "connectors/nexmark/event_batch.hpp"

namespace tarn::connectors {

struct EventField {
    enum class Type { Number, Text, Time };

    std::string_view name;
    Type type;
    std::shared_ptr<arrow::Array> (*make)(const EventBatch& events);
};

std::span<const EventField> person_fields();
std::span<const EventField> auction_fields();
std::span<const EventField> bid_fields();

}  // namespace tarn::connectors
