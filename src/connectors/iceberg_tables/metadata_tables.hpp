// What a table says of itself, as tables beside it: `trades$snapshots`, `trades$files`.
#pragma once

#include "connectors/iceberg_tables/connection.hpp"

namespace tarn::connectors {

// What the catalog gives along with each of them.
struct MetadataTable : sql::TableHandle {
    MetadataTable(IcebergTablePtr table, std::string name)
        : table(std::move(table)), name(std::move(name)) {}

    IcebergTablePtr table;
    std::string name;  // "snapshots"
};
using MetadataTablePtr = std::shared_ptr<const MetadataTable>;

// A name that begins with that of a table: "trades" and "snapshots". Nothing for other names.
struct MetadataTableName {
    std::string table;
    std::string name;
};
std::optional<MetadataTableName> metadata_table_name(const std::string& name);

sql::StoredTable stored_metadata_table(const sql::ObjectPath& path, MetadataTablePtr handle);

}  // namespace tarn::connectors
