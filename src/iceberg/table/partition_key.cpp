#include "iceberg/table/partition_key.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "iceberg/format/filter.hpp"
#include "iceberg/format/partition_text.hpp"
#include "iceberg/format/single_value.hpp"

namespace tarn::iceberg {
namespace {

bool is_within(const OptionalValue& value, const PartitionSummary& summary, const Type& type) {
    if (!value) return summary.contains_null;
    if (is_nan(*value)) return summary.contains_nan.value_or(true);
    // Without bounds there are only nulls and NaN.
    if (!summary.lower_bound || !summary.upper_bound) return false;
    OptionalValue lowest = from_bytes(*summary.lower_bound, type);
    OptionalValue highest = from_bytes(*summary.upper_bound, type);
    if (!lowest || !highest || lowest->index() != value->index()) return true;
    return compare(*value, *lowest) >= 0 && compare(*value, *highest) <= 0;
}

bool is_within(const PartitionKey& key, const ManifestFile& manifest, const Type& partition) {
    if (key.spec_id != manifest.spec_id) return false;
    if (!manifest.partitions || manifest.partitions->size() != key.values.size() ||
        partition.fields.size() != key.values.size()) {
        return true;
    }
    for (size_t i = 0; i < key.values.size(); ++i) {
        if (!is_within(key.values[i], (*manifest.partitions)[i], partition.fields[i].type)) {
            return false;
        }
    }
    return true;
}

}  // namespace

void PartitionSet::insert(const PartitionKey& key) {
    if (texts_.insert(partition_text(key.spec_id, key.values)).second) keys_.push_back(key);
}

bool PartitionSet::contains(const PartitionKey& key) const {
    return texts_.contains(partition_text(key.spec_id, key.values));
}

bool PartitionSet::may_be_in(const ManifestFile& manifest, const Type& partition) const {
    return std::ranges::any_of(
        keys_, [&](const PartitionKey& key) { return is_within(key, manifest, partition); });
}

SchemaPtr schema_of(const PartitionSpec& spec, const TableMetadata& table) {
    auto knows_all = [&](const SchemaPtr& schema) {
        return std::ranges::all_of(spec.fields, [&](const PartitionField& field) {
            return schema->find(field.source_id) != nullptr;
        });
    };
    SchemaPtr current = table.find_schema(table.current_schema_id);
    if (knows_all(current)) return current;
    auto older = std::find_if(table.schemas.rbegin(), table.schemas.rend(), knows_all);
    return older == table.schemas.rend() ? current : *older;
}

Type partition_type_of(const ManifestFile& manifest, const TableMetadata& table) {
    const PartitionSpec* spec = table.find_spec(manifest.spec_id);
    if (!spec) {
        throw Error(ErrorCode::Corrupt, "{}: the table has no partition spec {}", manifest.path,
                    manifest.spec_id);
    }
    return spec->partition_type(*schema_of(*spec, table));
}

}  // namespace tarn::iceberg
