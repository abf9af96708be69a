#include "connectors/iceberg_tables/open_catalog.hpp"

#include <algorithm>
#include <array>
#include <mutex>

#include "base/error.hpp"
#include "connectors/formats/option_values.hpp"
#include "connectors/iceberg_tables/iceberg_catalog.hpp"
#include "connectors/iceberg_tables/table_definition.hpp"
#include "iceberg/catalog/folder_catalog.hpp"
#include "iceberg/remote/remote_catalog.hpp"
#include "storage/local_disk.hpp"

namespace tarn::connectors {
namespace {

constexpr size_t MetadataCacheBytes = 64 << 20;

bool is_on(const iceberg::Properties& said, const std::string& key, bool otherwise) {
    auto found = said.find(key);
    return found == said.end() ? otherwise : found->second == "true";
}

std::string value_or(const iceberg::Properties& said, const std::string& key,
                     const std::string& otherwise) {
    auto found = said.find(key);
    return found == said.end() || found->second.empty() ? otherwise : found->second;
}

// What is said wins over what the surroundings know.
storage::S3Settings s3_settings(const iceberg::Properties& said, storage::S3Settings settings) {
    settings.endpoint = value_or(said, "s3.endpoint", settings.endpoint);
    while (settings.endpoint.ends_with('/')) settings.endpoint.pop_back();
    settings.region = value_or(said, "client.region", settings.region);
    settings.region = value_or(said, "s3.region", settings.region);
    settings.path_style = is_on(said, "s3.path-style-access", settings.path_style);
    if (said.contains("s3.access-key-id")) {
        settings.access_key = value_or(said, "s3.access-key-id", "");
        settings.secret_key = value_or(said, "s3.secret-access-key", "");
        settings.session_token = value_or(said, "s3.session-token", "");
    }
    return settings;
}

// A catalog outside of this process. The files of its tables are reached as they come up: those of
// this machine, and one root for each bucket.
class OutsideCatalog final : public CatalogConnection {
public:
    OutsideCatalog(const CatalogParts& parts, storage::S3Settings s3)
        : clock_(parts.clock),
          random_(parts.random),
          open_bucket_(parts.access.open_bucket),
          s3_(std::move(s3)) {}

    void open_server(const iceberg::RemoteSettings& settings, const iceberg::Properties& said) {
        auto server = iceberg::RemoteCatalog::open(settings, clock_);
        iceberg::Properties all = server->properties();
        // Our own options are nearer to who runs this than what the server tells everybody.
        for (const auto& [key, value] : said) all[key] = value;
        s3_ = s3_settings(all, std::move(s3_));
        catalog_ = std::move(server);
    }

    void open_folder(const storage::Uri& place) {
        folder_ = open_root(place);
        catalog_ = std::make_unique<iceberg::FolderCatalog>(*folder_, clock_, random_);
    }

    iceberg::AnyCatalog& catalog() override { return *catalog_; }

    iceberg::Committers& committers_of(const iceberg::LoadedTable& table) override {
        storage::Uri location = storage::Uri::parse(table.metadata().location);
        std::scoped_lock lock(mutex_);
        std::unique_ptr<Reach>& reach = reaches_[location.bucket()];
        if (!reach) {
            bool is_local = location.scheme() == storage::Scheme::File;
            storage::Uri root = storage::Uri::parse(is_local ? "/" : "s3://" + location.bucket());
            reach = std::make_unique<Reach>(*this, open_root(root));
        }
        return reach->committers;
    }

private:
    // The way to the files below one root.
    struct Reach {
        Reach(OutsideCatalog& catalog, std::unique_ptr<storage::FileSystem> opened)
            : root(std::move(opened)),
              files({root.get()}, MetadataCacheBytes),
              committers({*catalog.catalog_, files, catalog.clock_, catalog.random_, {}}) {}

        std::unique_ptr<storage::FileSystem> root;
        iceberg::TableFiles files;
        iceberg::Committers committers;
    };

    std::unique_ptr<storage::FileSystem> open_root(const storage::Uri& place) const {
        if (place.scheme() == storage::Scheme::File) return storage::LocalDisk::open(place);
        if (open_bucket_) return open_bucket_(place, s3_);
        throw Error(ErrorCode::InvalidInput, "{}: no S3 is reached from here", place.text());
    }

    const Clock& clock_;
    Random& random_;
    OpenBucket open_bucket_;
    storage::S3Settings s3_;
    std::unique_ptr<storage::FileSystem> folder_;
    std::unique_ptr<iceberg::AnyCatalog> catalog_;
    std::mutex mutex_;
    std::map<std::string, std::unique_ptr<Reach>> reaches_;  // by bucket
};

CatalogConnectionPtr open_server(const sql::Options& options, const CatalogParts& parts) {
    OptionValues values(options);
    iceberg::RemoteSettings settings{.uri = values.wanted_text("uri"),
                                     .warehouse = values.text("warehouse").value_or(""),
                                     .prefix = values.text("prefix").value_or(""),
                                     .token = values.text("token").value_or(""),
                                     .credential = values.text("credential").value_or(""),
                                     .token_uri = values.text("oauth2-server-uri").value_or("")};
    settings.scope = values.text("scope").value_or(settings.scope);
    if (auto own = parts.access.own ? parts.access.own(settings.uri) : nullptr) return own;
    iceberg::Properties said;
    for (const sql::Option& option : options) said[option.key] = option.value;
    auto catalog = std::make_shared<OutsideCatalog>(parts, parts.access.s3);
    catalog->open_server(settings, said);
    return catalog;
}

CatalogConnectionPtr open_folder(const sql::Options& options, const CatalogParts& parts) {
    std::string warehouse = OptionValues(options).wanted_text("warehouse");
    iceberg::Properties said;
    for (const sql::Option& option : options) said[option.key] = option.value;
    auto catalog = std::make_shared<OutsideCatalog>(parts, s3_settings(said, parts.access.s3));
    catalog->open_folder(storage::Uri::parse(warehouse, parts.base_folder));
    return catalog;
}

// Of 'connector' = 'iceberg': what is for the table itself, and stays with it.
bool is_table_property(std::string_view key) {
    constexpr std::array<std::string_view, 7> Prefixes{
        "write.", "read.", "commit.", "history.", "format-version", "gc.", "tarn."};
    return std::ranges::any_of(Prefixes, [&](auto prefix) { return key.starts_with(prefix); });
}

// The declared columns as a table to make: those that are stored, the others stay in SQL.
sql::StoredTable stored_part(const sql::StoredTable& table) {
    sql::StoredTable part = table;
    part.table.watermark.reset();
    std::erase_if(part.table.columns, [](const sql::TableColumn& column) {
        return !std::holds_alternative<sql::Physical>(column.kind);
    });
    std::erase_if(part.options,
                  [](const sql::Option& option) { return !is_table_property(option.key); });
    return part;
}

bool is_there(iceberg::AnyCatalog& catalog, const iceberg::TableName& name) {
    try {
        catalog.load_table(name);
        return true;
    } catch (const iceberg::CatalogError& error) {
        if (error.code() != ErrorCode::NotFound) throw;
        return false;
    }
}

template <typename Make>
void make_unless_there(const Make& make) {
    try {
        make();
    } catch (const iceberg::CatalogError& error) {
        if (error.fault() != iceberg::CatalogFault::AlreadyExists) throw;
    }
}

}  // namespace

CatalogConnectionPtr open_connection(const sql::Options& options, const CatalogParts& parts) {
    OptionValues values(options);
    if (auto named = values.text("catalog-impl")) {
        throw Error(ErrorCode::InvalidInput,
                    "'catalog-impl' = '{}' is a class in Java, and Tarn has "
                    "no JVM",
                    *named)
            .with_hint("name the kind of catalog by 'catalog-type': rest or hadoop");
    }
    std::string kind = values.wanted_text("catalog-type");
    if (kind == "rest") return open_server(options, parts);
    if (kind == "hadoop") return open_folder(options, parts);
    throw Error(ErrorCode::InvalidInput, "Tarn speaks with no catalog of the type '{}'", kind)
        .with_hint(
            "take 'rest' with the 'uri' of a Tarn or another server, or 'hadoop' for a folder");
}

std::shared_ptr<sql::Catalog> open_catalog(const std::string& name, const sql::Options& options,
                                           const CatalogParts& parts) {
    OptionValues values(options);
    if (values.text("type") != "iceberg") return nullptr;
    iceberg::Namespace base = iceberg::parse_namespace(values.text("base-namespace").value_or(""));
    return std::make_shared<IcebergCatalog>(name, open_connection(options, parts), std::move(base));
}

IcebergTablePtr open_table(const sql::StoredTable& table, const sql::Options& options,
                           const CatalogParts& parts) {
    if (auto known = std::dynamic_pointer_cast<const IcebergTable>(table.handle)) return known;
    OptionValues values(options);
    iceberg::Namespace space =
        iceberg::parse_namespace(values.text("catalog-database").value_or("default"));
    iceberg::TableName name{space, values.text("catalog-table").value_or(table.path.name)};
    auto opened = std::make_shared<IcebergTable>(open_connection(options, parts), name);
    iceberg::AnyCatalog& catalog = opened->connection->catalog();
    if (!is_there(catalog, name)) {
        iceberg::CreateTable request = create_request(stored_part(table), name);
        make_unless_there([&] { catalog.create_namespace(space, {}); });
        make_unless_there([&] { catalog.create_table(request); });
    }
    return opened;
}

}  // namespace tarn::connectors
