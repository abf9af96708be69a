// How a table's rows are laid out in partitions. Each change makes a new spec; files keep the one
// they were written with. Partition values are found by field id, which equal fields of several
// specs share.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "iceberg/format/json_object.hpp"
#include "iceberg/format/schema.hpp"
#include "iceberg/format/transform.hpp"

namespace tarn::iceberg {

inline constexpr int32_t FirstPartitionFieldId = 1000;

struct PartitionField {
    int32_t source_id = 0;
    int32_t field_id = 0;
    std::string name;
    Transform transform = Transform::identity();

    bool operator==(const PartitionField& other) const = default;
};

struct PartitionSpec {
    int32_t id = 0;
    std::vector<PartitionField> fields = {};

    bool is_unpartitioned() const;
    // The highest field id, or the one before the first.
    int32_t highest_field_id() const;
    // Whether the rows come to lie alike, whatever the ids are.
    bool is_like(const PartitionSpec& other) const;

    // One optional field for each partition field. Where the source column is gone and the
    // transform alone does not tell, the type is Unknown.
    Type partition_type(const Schema& schema) const;

    bool operator==(const PartitionSpec& other) const = default;
};

// One for each field of a spec.
using PartitionValues = std::vector<OptionalValue>;

// "ts_day=2026-11-20/name_bucket=3", escaped as in URLs; empty for an unpartitioned spec.
std::string partition_path(const PartitionSpec& spec, const Schema& schema,
                           const PartitionValues& values);

// Throws InvalidInput for sources that are no columns or cannot be transformed so, for names that
// come twice, and for those of other columns.
void check_spec(const PartitionSpec& spec, const Schema& schema);

boost::json::object to_json(const PartitionSpec& spec);
boost::json::array fields_to_json(const PartitionSpec& spec);
// Fields without an id, as in requests, get the next ones after `last_field_id`.
PartitionSpec spec_from_json(const JsonObject& json, int32_t last_field_id);
std::vector<PartitionField> partition_fields_from_json(const std::vector<JsonObject>& fields,
                                                       int32_t last_field_id);

}  // namespace tarn::iceberg
