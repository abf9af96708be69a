#include "connectors/iceberg_tables/iceberg_catalog.hpp"

#include "base/error.hpp"
#include "connectors/iceberg_tables/metadata_tables.hpp"
#include "connectors/iceberg_tables/table_changes.hpp"
#include "connectors/iceberg_tables/table_definition.hpp"

namespace tarn::connectors {

IcebergCatalog::IcebergCatalog(std::string name, CatalogConnectionPtr connection,
                               iceberg::Namespace base)
    : name_(std::move(name)), connection_(std::move(connection)), base_(std::move(base)) {}

iceberg::Namespace IcebergCatalog::space_of(const std::string& database) const {
    iceberg::Namespace space = base_;
    space.push_back(database);
    return space;
}

std::vector<std::string> IcebergCatalog::databases() const {
    std::vector<std::string> names;
    for (const iceberg::Namespace& space : catalog().namespaces_in(base_)) {
        names.push_back(space.back());
    }
    return names;
}

void IcebergCatalog::create_database(const std::string& name) {
    catalog().create_namespace(space_of(name), {});
}

void IcebergCatalog::drop_database(const std::string& name) {
    for (const std::string& table : objects(name)) drop(name, table);
    catalog().drop_namespace(space_of(name));
}

std::vector<std::string> IcebergCatalog::objects(const std::string& database) const {
    return catalog().names_in(space_of(database), iceberg::EntryKind::Table);
}

std::optional<sql::StoredObject> IcebergCatalog::find(const std::string& database,
                                                      const std::string& name) const {
    auto handle =
        std::make_shared<IcebergTable>(connection_, iceberg::TableName{space_of(database), name});
    iceberg::LoadedTable table;
    try {
        table = handle->load();
    } catch (const iceberg::CatalogError& error) {
        bool is_missing = error.fault() == iceberg::CatalogFault::NoSuchTable ||
                          error.fault() == iceberg::CatalogFault::NoSuchNamespace;
        if (!is_missing) throw;
        return find_metadata_table(database, name);
    }
    sql::StoredTable stored = stored_table({name_, database, name}, table.metadata());
    stored.handle = std::move(handle);
    return std::make_shared<const sql::StoredTable>(std::move(stored));
}

// A table of the very name comes first.
std::optional<sql::StoredObject> IcebergCatalog::find_metadata_table(
    const std::string& database, const std::string& name) const {
    auto parts = metadata_table_name(name);
    auto of = parts ? find(database, parts->table) : std::nullopt;
    if (!of) return std::nullopt;
    const sql::StoredTable& table = *std::get<sql::StoredTablePtr>(*of);
    auto handle = std::dynamic_pointer_cast<const IcebergTable>(table.handle);
    // What a table says of itself says nothing of itself.
    if (!handle) return std::nullopt;
    return std::make_shared<const sql::StoredTable>(stored_metadata_table(
        {name_, database, name}, std::make_shared<MetadataTable>(handle, parts->name)));
}

void IcebergCatalog::put(const sql::StoredObject& object) {
    const sql::ObjectPath& path = path_of(object);
    const auto* table = std::get_if<sql::StoredTablePtr>(&object);
    if (!table) {
        throw Error(ErrorCode::InvalidInput, "{}: Tarn keeps no views in Iceberg catalogs",
                    sql::text_of(path))
            .with_hint("make it TEMPORARY, or in default_catalog");
    }
    catalog().create_table(create_request(**table, {space_of(path.database), path.name}));
}

void IcebergCatalog::drop(const std::string& database, const std::string& name) {
    catalog().drop_table({space_of(database), name}, iceberg::DroppedFiles::Go);
}

bool IcebergCatalog::alter(const sql::StoredTable& table, const sql::AlterTable& change) {
    auto handle = std::dynamic_pointer_cast<const IcebergTable>(table.handle);
    if (!handle) {
        throw Error(ErrorCode::InvalidInput, "{} tells of another table, and is not altered",
                    sql::text_of(table.path));
    }
    if (const auto* rename = std::get_if<sql::RenameTo>(&change.change)) {
        iceberg::TableName to{handle->name.space, rename->name.back().text};
        catalog().rename(handle->name, to, iceberg::EntryKind::Table);
    } else {
        change_table(*handle, change);
    }
    return true;
}

}  // namespace tarn::connectors
