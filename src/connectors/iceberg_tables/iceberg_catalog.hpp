// A catalog of Iceberg's as SQL sees it: its namespaces are databases. Each look at a table asks
// the catalog itself, so what others have done to it since is seen. Views of the catalog are in
// other engines' SQL, and are not shown. `t$snapshots` and its kin are found beside each table.
#pragma once

#include "connectors/iceberg_tables/connection.hpp"

namespace tarn::connectors {

class IcebergCatalog final : public sql::Catalog {
public:
    // Databases are the namespaces right below `base`.
    IcebergCatalog(std::string name, CatalogConnectionPtr connection, iceberg::Namespace base);

    std::vector<std::string> databases() const override;
    void create_database(const std::string& name) override;
    // The files of its tables go, too.
    void drop_database(const std::string& name) override;

    std::vector<std::string> objects(const std::string& database) const override;
    std::optional<sql::StoredObject> find(const std::string& database,
                                          const std::string& name) const override;
    // Makes a table that is not there yet. Throws InvalidInput for a view, and for what would take
    // the place of a table with rows.
    void put(const sql::StoredObject& object) override;
    void drop(const std::string& database, const std::string& name) override;
    bool alter(const sql::StoredTable& table, const sql::AlterTable& change) override;

private:
    iceberg::Namespace space_of(const std::string& database) const;
    std::optional<sql::StoredObject> find_metadata_table(const std::string& database,
                                                         const std::string& name) const;
    iceberg::AnyCatalog& catalog() const { return connection_->catalog(); }

    std::string name_;
    CatalogConnectionPtr connection_;
    iceberg::Namespace base_;
};

}  // namespace tarn::connectors
