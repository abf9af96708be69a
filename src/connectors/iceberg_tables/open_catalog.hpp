// Opens the catalog that options name: those of CREATE CATALOG, or of a table with 'connector' =
// 'iceberg'.
#pragma once

#include <functional>

#include "base/clock.hpp"
#include "base/random.hpp"
#include "connectors/iceberg_tables/connection.hpp"
#include "sql/syntax/statement.hpp"
#include "storage/file_system.hpp"
#include "storage/s3_settings.hpp"

namespace tarn::connectors {

// A place in S3, as the settings say that it is reached.
using OpenBucket = std::function<std::unique_ptr<storage::FileSystem>(
    const storage::Uri& place, const storage::S3Settings& settings)>;

// Where catalogs and their files may be, beside what options say.
struct IcebergAccess {
    // How S3 is reached, where neither the options nor the catalog say it.
    storage::S3Settings s3 = {};
    OpenBucket open_bucket = {};
    // The catalog of this process, when the address of a REST catalog is its own; null for others.
    std::function<CatalogConnectionPtr(const std::string& uri)> own = {};
};

// All of it outlives the catalog.
struct CatalogParts {
    const Clock& clock;
    Random& random;
    // What paths without a scheme start from.
    std::string base_folder;
    IcebergAccess access;
};

// Throws InvalidInput for kinds that Tarn does not have, Unavailable when nobody answers.
CatalogConnectionPtr open_connection(const sql::Options& options, const CatalogParts& parts);

// The same for SQL; null for options of another type than 'iceberg'.
std::shared_ptr<sql::Catalog> open_catalog(const std::string& name, const sql::Options& options,
                                           const CatalogParts& parts);

// The table that a table with 'connector' = 'iceberg' names, or its own one in its catalog. One
// that its catalog does not have is made, with its namespace, as Flink does.
IcebergTablePtr open_table(const sql::StoredTable& table, const sql::Options& options,
                           const CatalogParts& parts);

}  // namespace tarn::connectors
