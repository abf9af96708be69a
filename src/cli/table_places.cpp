#include "cli/table_places.hpp"

#include <algorithm>
#include <span>

#include "base/error.hpp"
#include "cli/s3_settings.hpp"
#include "storage/local_disk.hpp"

namespace tarn::cli {
namespace {

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

std::string hint_elsewhere(ErrorCode code, const storage::S3Settings& server,
                           const storage::Uri& place) {
    switch (code) {
        case ErrorCode::Unavailable:
            return "check iceberg.warehouse-endpoint, and whether its server runs";
        case ErrorCode::NotFound:
            return fmt::format("make it: tarn s3 mb s3://{} --endpoint {}", place.bucket(),
                               server.endpoint);
        case ErrorCode::Unauthorized:
        case ErrorCode::Forbidden:
            return "check iceberg.warehouse-access-key and iceberg.warehouse-secret-key, or "
                   "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, and what they may do there";
        case ErrorCode::InvalidInput:
            return fmt::format("check iceberg.warehouse-region, or AWS_REGION: it is {}",
                               server.region);
        default:
            return "";
    }
}

std::unique_ptr<storage::FileSystem> open_elsewhere(const storage::Uri& place,
                                                    storage::S3Library& library,
                                                    const storage::S3Settings& server,
                                                    const std::string& setting) {
    try {
        return storage::S3FileSystem::open(library, place, server);
    } catch (const Error& error) {
        std::string hint = hint_elsewhere(error.code(), server, place);
        throw Error(error.code(), "{} has {} at {}: {}", setting, place.text(), server.endpoint,
                    error.what())
            .with_hint(hint.empty() ? error.hint() : hint);
    }
}

std::unique_ptr<storage::FileSystem> open_folder(const Config& config, std::string_view key,
                                                 const std::string& place,
                                                 const storage::Uri& s3_root) {
    storage::Uri uri = storage::Uri::parse(place);
    if (uri.scheme() == storage::Scheme::S3 && !config.flag("s3.enabled")) {
        throw Error(ErrorCode::InvalidInput, "{}: {} holds {}, and s3.enabled is false",
                    config.value(key).origin, key, place)
            .with_hint(
                "give a folder of this machine, let the S3 face be on, or name another "
                "server with iceberg.warehouse-endpoint");
    }
    return storage::LocalDisk::open(folder_of(uri, s3_root));
}

// A place that tables may lie in, and the setting that says so.
struct NamedPlace {
    std::string key;
    std::string place;

    bool is_in_s3() const { return storage::Uri::parse(place).scheme() == storage::Scheme::S3; }
};

// The first is the warehouse.
std::vector<NamedPlace> named_places(const Config& config,
                                     const std::filesystem::path& data_folder) {
    std::string warehouse = config.text("iceberg.warehouse");
    // A bucket of its own to those who come through the S3 face.
    if (warehouse.empty()) warehouse = (data_folder / "warehouse" / "iceberg").string();
    std::vector<NamedPlace> places = {{"iceberg.warehouse", warehouse}};
    for (const std::string& place : config.list("iceberg.locations")) {
        places.push_back({"iceberg.locations", place});
    }
    return places;
}

void check_is_of_use(const Config& config, std::span<const NamedPlace> places) {
    if (std::ranges::any_of(places, &NamedPlace::is_in_s3)) return;
    throw Error(ErrorCode::InvalidInput,
                "{}: iceberg.warehouse-endpoint names a server, and no bucket there is named",
                config.value("iceberg.warehouse-endpoint").origin)
        .with_hint("set iceberg.warehouse to s3://BUCKET as well");
}

}  // namespace

TablePlaces::TablePlaces(const Config& config, const std::filesystem::path& data_folder,
                         storage::S3Library& s3_library)
    : buckets_(s3_root(config, data_folder)), server_(outside_s3_settings(config)) {
    std::vector<NamedPlace> named = named_places(config, data_folder);
    if (server_) check_is_of_use(config, named);
    for (const NamedPlace& each : named) {
        if (server_ && each.is_in_s3()) {
            std::string setting = config.value(each.key).origin + ": " + each.key;
            opened_.push_back(
                open_elsewhere(storage::Uri::parse(each.place), s3_library, *server_, setting));
        } else {
            opened_.push_back(open_folder(config, each.key, each.place, buckets_));
        }
    }
    const NamedPlace& warehouse = named.front();
    warehouse_name_ = warehouse.is_in_s3() ? storage::Uri::parse(warehouse.place).text()
                                           : opened_.front()->root().text();
}

std::vector<storage::FileSystem*> TablePlaces::all() const {
    std::vector<storage::FileSystem*> pointers;
    for (const auto& place : opened_) pointers.push_back(place.get());
    return pointers;
}

std::vector<TablePlaces::OtherName> TablePlaces::names_in_s3() const {
    if (server_) return {};
    std::vector<OtherName> names;
    for (const auto& place : opened_) {
        if (auto name = s3_name_of(place->root(), buckets_)) {
            names.push_back({place.get(), *std::move(name)});
        }
    }
    return names;
}

}  // namespace tarn::cli
