#include "cli/iceberg_part.hpp"

#include "base/error.hpp"
#include "storage/local_disk.hpp"

namespace tarn::cli {
namespace {

// The name of the one catalog in a database that may hold several.
constexpr const char* CatalogName = "tarn";

std::unique_ptr<storage::FileSystem> open_place(const Config& config, std::string_view key,
                                                const std::string& place) {
    storage::Uri uri = storage::Uri::parse(place);
    if (uri.scheme() != storage::Scheme::File) {
        throw Error(ErrorCode::InvalidInput, "{}: {} holds {}, which is no folder",
                    config.value(key).origin, key, place)
            .with_hint("give a folder of this machine");
    }
    return storage::LocalDisk::open(uri);
}

std::vector<std::unique_ptr<storage::FileSystem>> open_places(
    const Config& config, const std::filesystem::path& data_folder) {
    std::string warehouse = config.text("iceberg.warehouse");
    // A bucket of its own to those who come through the S3 face.
    if (warehouse.empty()) warehouse = (data_folder / "warehouse" / "iceberg").string();
    std::vector<std::unique_ptr<storage::FileSystem>> places;
    places.push_back(open_place(config, "iceberg.warehouse", warehouse));
    for (const std::string& place : config.list("iceberg.locations")) {
        places.push_back(open_place(config, "iceberg.locations", place));
    }
    return places;
}

std::vector<storage::FileSystem*> pointers_to(
    const std::vector<std::unique_ptr<storage::FileSystem>>& places) {
    std::vector<storage::FileSystem*> pointers;
    for (const auto& place : places) pointers.push_back(place.get());
    return pointers;
}

std::unique_ptr<iceberg::SqlDatabase> open_database(const Config& config,
                                                    const std::filesystem::path& data_folder) {
    std::string store = config.text("iceberg.catalog-store");
    if (store.empty()) return iceberg::open_sqlite((data_folder / "catalog.db").string());
    if (store.starts_with("postgresql://") || store.starts_with("postgres://")) {
        return iceberg::open_postgres(store);
    }
    throw Error(ErrorCode::InvalidInput, "{}: iceberg.catalog-store is not understood",
                config.value("iceberg.catalog-store").origin)
        .with_hint("leave it empty for SQLite, or give postgresql://user:password@host/database");
}

std::optional<std::string> if_set(const Config& config, std::string_view key) {
    std::string text = config.text(key);
    if (text.empty()) return std::nullopt;
    return text;
}

}  // namespace

IcebergPart::IcebergPart(const Config& config, const std::filesystem::path& data_folder,
                         Parts parts)
    : places_(open_places(config, data_folder)),
      store_(open_database(config, data_folder), CatalogName),
      files_(pointers_to(places_), static_cast<size_t>(config.size("iceberg.cache-bytes-max"))),
      catalog_({store_, files_, parts.clock, parts.random}, places_.front()->root().text()),
      face_{.catalog = catalog_,
            .blocking = parts.blocking,
            .token = if_set(config, "iceberg.token"),
            .credential = if_set(config, "iceberg.credential")} {}

}  // namespace tarn::cli
