#include "connectors/iceberg_tables/metadata_tables.hpp"

#include <algorithm>

#include "connectors/iceberg_tables/column_types.hpp"
#include "iceberg/format/schema_union.hpp"
#include "iceberg/scan/metadata_tables.hpp"

namespace tarn::connectors {
namespace {

// Its metadata tables have the columns of the table's, and no rows to look for.
iceberg::TableMetadata without_snapshots(iceberg::TableMetadata table) {
    table.current_snapshot_id.reset();
    table.snapshots.clear();
    table.refs.clear();
    table.snapshot_log.clear();
    return table;
}

}  // namespace

std::optional<MetadataTableName> metadata_table_name(const std::string& name) {
    size_t sign = name.rfind('$');
    if (sign == name.npos || sign == 0) return std::nullopt;
    MetadataTableName parts{name.substr(0, sign), name.substr(sign + 1)};
    const std::vector<std::string>& known = iceberg::metadata_table_names();
    if (std::ranges::find(known, parts.name) == known.end()) return std::nullopt;
    return parts;
}

sql::StoredTable stored_metadata_table(const sql::ObjectPath& path, MetadataTablePtr handle) {
    iceberg::LoadedTable loaded = handle->table->load();
    iceberg::TableFiles& files = handle->table->connection->committers_of(loaded).parts().files;
    iceberg::ManifestCache manifests(files, 0);
    auto rows = iceberg::metadata_table(
        without_snapshots(loaded.metadata()), manifests,
        {.name = handle->name, .metadata_location = loaded.metadata_location});
    sql::StoredTable stored{.path = path, .table = {}};
    for (const auto& column : rows->schema()->fields()) {
        iceberg::Field field{.name = column->name(),
                             .is_required = !column->nullable(),
                             .type = iceberg::type_of(*column->type())};
        stored.table.columns.push_back({field.name, sql_type(field), sql::Physical{}});
    }
    stored.handle = std::move(handle);
    return stored;
}

}  // namespace tarn::connectors
