#include "iceberg/format/table_metadata.hpp"

#include <algorithm>

#include "base/assert.hpp"

namespace tarn::iceberg {

const Schema& TableMetadata::schema() const {
    SchemaPtr schema = find_schema(current_schema_id);
    TARN_ASSERT(schema);
    return *schema;
}

const PartitionSpec& TableMetadata::spec() const {
    const PartitionSpec* spec = find_spec(default_spec_id);
    TARN_ASSERT(spec);
    return *spec;
}

const SortOrder& TableMetadata::sort_order() const {
    const SortOrder* order = find_sort_order(default_sort_order_id);
    TARN_ASSERT(order);
    return *order;
}

SnapshotPtr TableMetadata::current_snapshot() const {
    return current_snapshot_id ? find_snapshot(*current_snapshot_id) : nullptr;
}

SchemaPtr TableMetadata::find_schema(int32_t id) const {
    auto found =
        std::ranges::find(schemas, id, [](const SchemaPtr& schema) { return schema->id(); });
    return found == schemas.end() ? nullptr : *found;
}

const PartitionSpec* TableMetadata::find_spec(int32_t id) const {
    auto found = std::ranges::find(specs, id, &PartitionSpec::id);
    return found == specs.end() ? nullptr : &*found;
}

const SortOrder* TableMetadata::find_sort_order(int32_t id) const {
    auto found = std::ranges::find(sort_orders, id, &SortOrder::id);
    return found == sort_orders.end() ? nullptr : &*found;
}

SnapshotPtr TableMetadata::find_snapshot(SnapshotId id) const {
    // The newest is asked for most.
    for (auto snapshot = snapshots.rbegin(); snapshot != snapshots.rend(); ++snapshot) {
        if ((*snapshot)->id == id) return *snapshot;
    }
    return nullptr;
}

const SnapshotRef* TableMetadata::find_ref(std::string_view name) const {
    auto found = refs.find(name);
    return found == refs.end() ? nullptr : &found->second;
}

std::string TableMetadata::property(std::string_view name, std::string_view otherwise) const {
    auto found = properties.find(std::string(name));
    return found == properties.end() ? std::string(otherwise) : found->second;
}

}  // namespace tarn::iceberg
