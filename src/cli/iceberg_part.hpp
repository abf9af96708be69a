// Everything that makes up the Iceberg part of a running Tarn: the place of the warehouse, the
// catalog's database, the catalog, its REST face and the upkeep of its tables.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "base/clock.hpp"
#include "base/config.hpp"
#include "base/random.hpp"
#include "cli/table_places.hpp"
#include "http/route.hpp"
#include "iceberg/catalog/catalog.hpp"
#include "iceberg/maintenance/upkeep_service.hpp"
#include "iceberg/rest/rest_catalog.hpp"
#include "iceberg/table/committers.hpp"

namespace tarn::cli {

class IcebergPart {
public:
    struct Parts {
        Clock& clock;
        Random& random;
        runtime::BlockingPool& blocking;
        Metrics& metrics;
        storage::S3Library& s3_library;
    };
    // Opens the database and the warehouse, which may be on an S3 server elsewhere; throws what
    // either says when it cannot be opened.
    IcebergPart(const Config& config, const std::filesystem::path& data_folder, Parts parts);
    ~IcebergPart();

    iceberg::Catalog& catalog() { return catalog_; }
    // By whom its tables are changed.
    iceberg::Committers& committers() { return committers_; }
    // The files of its tables.
    iceberg::TableFiles& files() { return files_; }
    // Where the S3 server is that has the warehouse; nothing when that is our own face.
    std::optional<std::string> warehouse_endpoint() const;
    // `s3_url` is where our own S3 face listens, for those who read and write tables in s3://.
    void reach_files_through(const std::string& s3_url);
    void start_upkeep(Executor executor);
    awaitable<void> stop_upkeep() { return upkeep_.stop(); }
    http::Router routes() { return iceberg::catalog_routes(face_); }

private:
    runtime::BlockingPool& blocking(const Parts& parts) const {
        return own_blocking_ ? *own_blocking_ : parts.blocking;
    }
    void tell_clients(const storage::S3Settings& server);

    const Config& config_;
    TablePlaces places_;
    std::unique_ptr<runtime::BlockingPool> own_blocking_;  // or null
    iceberg::CatalogStore store_;
    iceberg::TableFiles files_;
    iceberg::Catalog catalog_;
    iceberg::Committers committers_;
    iceberg::UpkeepService upkeep_;
    iceberg::RestCatalog face_;
};

}  // namespace tarn::cli
