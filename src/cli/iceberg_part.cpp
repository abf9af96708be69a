#include "cli/iceberg_part.hpp"

#include <boost/asio/ip/address.hpp>

#include "base/error.hpp"
#include "cli/s3_settings.hpp"
#include "storage/local_disk.hpp"

namespace tarn::cli {
namespace {

// The name of the one catalog in a database that may hold several.
constexpr const char* CatalogName = "tarn";

// A bucket is a folder of the S3 face's root.
storage::Uri folder_of(const storage::Uri& place, const storage::Uri& s3_root) {
    if (place.scheme() == storage::Scheme::File) return place;
    return s3_root.join(place.bucket()).join(place.path());
}

// By what name clients of S3 know a folder; nothing when none of them can reach it.
std::optional<storage::Uri> s3_name_of(const storage::Uri& folder, const storage::Uri& s3_root) {
    auto path = folder.path_below(s3_root);
    if (!path || path->empty()) return std::nullopt;
    try {
        return storage::Uri::parse("s3://" + *path);
    } catch (const Error&) {
        // Not every folder has a name that a bucket may have.
        return std::nullopt;
    }
}

std::unique_ptr<storage::FileSystem> open_place(const Config& config, std::string_view key,
                                                const std::string& place,
                                                const storage::Uri& s3_root) {
    storage::Uri uri = storage::Uri::parse(place);
    if (uri.scheme() == storage::Scheme::S3 && !config.flag("s3.enabled")) {
        throw Error(ErrorCode::InvalidInput, "{}: {} holds {}, and s3.enabled is false",
                    config.value(key).origin, key, place)
            .with_hint("give a folder of this machine, or let the S3 face be on");
    }
    return storage::LocalDisk::open(folder_of(uri, s3_root));
}

std::vector<std::unique_ptr<storage::FileSystem>> open_places(
    const Config& config, const std::filesystem::path& data_folder) {
    std::string warehouse = config.text("iceberg.warehouse");
    // A bucket of its own to those who come through the S3 face.
    if (warehouse.empty()) warehouse = (data_folder / "warehouse" / "iceberg").string();
    std::vector<std::unique_ptr<storage::FileSystem>> places;
    storage::Uri buckets = s3_root(config, data_folder);
    places.push_back(open_place(config, "iceberg.warehouse", warehouse, buckets));
    for (const std::string& place : config.list("iceberg.locations")) {
        places.push_back(open_place(config, "iceberg.locations", place, buckets));
    }
    return places;
}

std::vector<storage::FileSystem*> pointers_to(
    const std::vector<std::unique_ptr<storage::FileSystem>>& places) {
    std::vector<storage::FileSystem*> pointers;
    for (const auto& place : places) pointers.push_back(place.get());
    return pointers;
}

// As tables are told: by the name that the setting has for it.
std::string warehouse_name(const Config& config, const storage::FileSystem& warehouse) {
    std::string set = config.text("iceberg.warehouse");
    if (set.empty()) return warehouse.root().text();
    storage::Uri uri = storage::Uri::parse(set);
    return uri.scheme() == storage::Scheme::S3 ? uri.text() : warehouse.root().text();
}

// Who can connect to a listener on loopback is on this machine already; others have to show that
// they may.
bool may_give_keys(const Config& config) {
    std::string choice = config.text("iceberg.s3-keys");
    if (choice != "auto") return choice == "always";
    boost::system::error_code ignored;
    auto address = boost::asio::ip::make_address(config.text("iceberg.address"), ignored);
    return address.is_loopback() || !config.text("iceberg.token").empty();
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
    : config_(config),
      places_(open_places(config, data_folder)),
      store_(open_database(config, data_folder), CatalogName),
      files_(pointers_to(places_), static_cast<size_t>(config.size("iceberg.cache-bytes-max"))),
      catalog_({store_, files_, parts.clock, parts.random},
               warehouse_name(config, *places_.front())),
      face_{.catalog = catalog_,
            .blocking = parts.blocking,
            .token = if_set(config, "iceberg.token"),
            .credential = if_set(config, "iceberg.credential")} {
    storage::Uri buckets = s3_root(config, data_folder);
    for (const auto& place : places_) {
        if (auto name = s3_name_of(place->root(), buckets)) files_.name_also(*place, *name);
    }
}

void IcebergPart::reach_files_through(const std::string& s3_url) {
    std::string region = config_.text("s3.region");
    face_.s3_settings = {{"s3.endpoint", if_set(config_, "iceberg.s3-endpoint").value_or(s3_url)},
                         {"s3.path-style-access", "true"},
                         {"s3.region", region},
                         {"client.region", region}};
    std::string access_key = config_.text("s3.access-key");
    if (access_key.empty() || !may_give_keys(config_)) return;
    face_.s3_settings["s3.access-key-id"] = access_key;
    face_.s3_settings["s3.secret-access-key"] = config_.text("s3.secret-key");
}

}  // namespace tarn::cli
