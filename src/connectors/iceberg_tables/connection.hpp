// A catalog that is open, and the way to the files of its tables. Sinks, sources and statements of
// one process share it, so that those who write to one table never conflict.
#pragma once

#include <memory>

#include "iceberg/catalog/any_catalog.hpp"
#include "iceberg/table/committers.hpp"
#include "sql/catalog/catalog.hpp"

namespace tarn::connectors {

class CatalogConnection {
public:
    virtual ~CatalogConnection() = default;

    virtual iceberg::AnyCatalog& catalog() = 0;
    // By whom the table is changed; with the files that it is made of. As long as this is.
    virtual iceberg::Committers& committers_of(const iceberg::LoadedTable& table) = 0;
};
using CatalogConnectionPtr = std::shared_ptr<CatalogConnection>;

// The catalog of this process. Both outlive it.
class OwnCatalog final : public CatalogConnection {
public:
    OwnCatalog(iceberg::AnyCatalog& catalog, iceberg::Committers& committers)
        : catalog_(catalog), committers_(committers) {}

    iceberg::AnyCatalog& catalog() override { return catalog_; }
    iceberg::Committers& committers_of(const iceberg::LoadedTable&) override { return committers_; }

private:
    iceberg::AnyCatalog& catalog_;
    iceberg::Committers& committers_;
};

// What the catalog gives along with each of its tables.
struct IcebergTable : sql::TableHandle {
    IcebergTable(CatalogConnectionPtr connection, iceberg::TableName name)
        : connection(std::move(connection)), name(std::move(name)) {}

    iceberg::LoadedTable load() const { return connection->catalog().load_table(name); }

    CatalogConnectionPtr connection;
    iceberg::TableName name;
};
using IcebergTablePtr = std::shared_ptr<const IcebergTable>;

}  // namespace tarn::connectors
