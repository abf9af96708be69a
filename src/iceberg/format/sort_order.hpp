// In which order rows within files are meant to lie.
#pragma once

#include <cstdint>
#include <vector>

#include "iceberg/format/json_object.hpp"
#include "iceberg/format/transform.hpp"

namespace tarn::iceberg {

enum class Direction { Ascending, Descending };
enum class NullOrder { First, Last };

struct SortField {
    Transform transform = Transform::identity();
    int32_t source_id = 0;
    Direction direction = Direction::Ascending;
    NullOrder null_order = NullOrder::First;

    bool operator==(const SortField& other) const = default;
};

// Order 0 is the one without fields: rows lie as they came.
struct SortOrder {
    int32_t id = 0;
    std::vector<SortField> fields = {};

    bool operator==(const SortOrder& other) const = default;
};

boost::json::object to_json(const SortOrder& order);
SortOrder sort_order_from_json(const JsonObject& json);

}  // namespace tarn::iceberg
