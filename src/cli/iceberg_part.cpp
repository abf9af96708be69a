#include "cli/iceberg_part.hpp"

#include <boost/asio/ip/address.hpp>

#include "base/error.hpp"

namespace tarn::cli {
namespace {

// The name of the one catalog in a database that may hold several.
constexpr const char* CatalogName = "tarn";

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

// Of its own for a server elsewhere: while it does not answer, who waits for a disk goes on.
std::unique_ptr<runtime::BlockingPool> own_blocking(const Config& config,
                                                    const TablePlaces& places) {
    if (!places.server()) return nullptr;
    return std::make_unique<runtime::BlockingPool>(
        static_cast<int>(config.integer("runtime.blocking-threads")),
        static_cast<int>(config.integer("runtime.blocking-queue")));
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
      places_(config, data_folder, parts.s3_library),
      own_blocking_(own_blocking(config, places_)),
      store_(open_database(config, data_folder), CatalogName),
      files_(places_.all(), static_cast<size_t>(config.size("iceberg.cache-bytes-max"))),
      catalog_({store_, files_, parts.clock, parts.random}, places_.warehouse_name()),
      committers_({catalog_, files_, parts.clock, parts.random, {}}),
      upkeep_({catalog_, committers_, blocking(parts), parts.metrics}),
      face_{.catalog = catalog_,
            .blocking = blocking(parts),
            .token = if_set(config, "iceberg.token"),
            .credential = if_set(config, "iceberg.credential")} {
    for (auto& [place, name] : places_.names_in_s3()) files_.name_also(*place, std::move(name));
    if (places_.server()) tell_clients(*places_.server());
}

// What is under way uses all the rest.
IcebergPart::~IcebergPart() {
    own_blocking_.reset();
}

std::optional<std::string> IcebergPart::warehouse_endpoint() const {
    return places_.server() ? std::optional(places_.server()->endpoint) : std::nullopt;
}

void IcebergPart::start_upkeep(Executor executor) {
    auto interval = config_.duration_ms("iceberg.maintenance-interval");
    if (interval > std::chrono::milliseconds(0)) upkeep_.start(std::move(executor), interval);
}

void IcebergPart::reach_files_through(const std::string& s3_url) {
    tell_clients({.endpoint = s3_url,
                  .region = config_.text("s3.region"),
                  .access_key = config_.text("s3.access-key"),
                  .secret_key = config_.text("s3.secret-key")});
}

void IcebergPart::tell_clients(const storage::S3Settings& server) {
    face_.s3_settings = {
        {"s3.endpoint", if_set(config_, "iceberg.s3-endpoint").value_or(server.endpoint)},
        {"s3.path-style-access", "true"},
        {"s3.region", server.region},
        {"client.region", server.region}};
    if (server.access_key.empty() || !may_give_keys(config_)) return;
    face_.s3_settings["s3.access-key-id"] = server.access_key;
    face_.s3_settings["s3.secret-access-key"] = server.secret_key;
    if (server.session_token.empty()) return;
    face_.s3_settings["s3.session-token"] = server.session_token;
}

}  // namespace tarn::cli
