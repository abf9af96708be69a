// Everything that makes up the Iceberg part of a running Tarn: the place of the warehouse, the
// catalog's database, the catalog and its REST face.
#pragma once

#include <filesystem>
#include <memory>
#include <vector>

#include "base/clock.hpp"
#include "base/config.hpp"
#include "base/random.hpp"
#include "http/route.hpp"
#include "iceberg/catalog/catalog.hpp"
#include "iceberg/rest/rest_catalog.hpp"
#include "storage/file_system.hpp"

namespace tarn::cli {

class IcebergPart {
public:
    struct Parts {
        Clock& clock;
        Random& random;
        runtime::BlockingPool& blocking;
    };
    // Opens the database and the warehouse; throws what either says when it cannot be opened.
    IcebergPart(const Config& config, const std::filesystem::path& data_folder, Parts parts);

    iceberg::Catalog& catalog() { return catalog_; }
    // `s3_url` is where the S3 face listens, for those who read and write tables in s3://.
    void reach_files_through(const std::string& s3_url);
    http::Router routes() { return iceberg::catalog_routes(face_); }

private:
    const Config& config_;
    // The first is the warehouse.
    std::vector<std::unique_ptr<storage::FileSystem>> places_;
    iceberg::CatalogStore store_;
    iceberg::TableFiles files_;
    iceberg::Catalog catalog_;
    iceberg::RestCatalog face_;
};

}  // namespace tarn::cli
