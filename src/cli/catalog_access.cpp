#include "cli/catalog_access.hpp"

#include "base/error.hpp"
#include "base/suggest.hpp"
#include "cli/catalog_words.hpp"
#include "cli/iceberg_part.hpp"
#include "iceberg/catalog/folder_catalog.hpp"
#include "iceberg/format/table_update.hpp"
#include "iceberg/remote/remote_catalog.hpp"
#include "storage/local_disk.hpp"

namespace tarn::cli {

namespace {

// A command looks at one table, mostly once.
constexpr size_t MetadataCacheBytes = 64 << 20;

using iceberg::CatalogFault;
using iceberg::to_text;

bool is_url(const std::string& place) {
    return place.starts_with("http://") || place.starts_with("https://");
}

iceberg::RemoteSettings own_server(const Call& call) {
    return {.uri = {},
            .token = call.config.text("iceberg.token"),
            .ca_path = call.config.text("iceberg.tls-certificate")};
}

iceberg::RemoteSettings outside_server(const Call& call) {
    return {.uri = {},
            .warehouse = call.config.text("catalog.warehouse"),
            .token = call.config.text("catalog.token"),
            .credential = call.config.text("catalog.credential"),
            .scope = call.config.text("catalog.scope"),
            .token_uri = call.config.text("catalog.token-uri"),
            .ca_path = call.config.text("catalog.ca-file")};
}

std::string usual_url(const Call& call) {
    std::string scheme = call.config.text("iceberg.tls-certificate").empty() ? "http" : "https";
    return fmt::format("{}://{}:{}", scheme, call.config.text("iceberg.address"),
                       call.config.integer("iceberg.port"));
}

bool has_catalog(const Call& call) {
    return !call.config.text("iceberg.catalog-store").empty() ||
           std::filesystem::exists(std::filesystem::path(call.config.text("data.folder")) /
                                   "catalog.db");
}

std::string did_you_mean(const std::string& typed, const std::vector<std::string>& known,
                         std::string otherwise) {
    auto nearest = nearest_name(typed, known);
    return nearest ? "did you mean '" + *nearest + "'?" : otherwise;
}

std::string hint_for_namespace(const iceberg::Namespace& space, iceberg::AnyCatalog& catalog) {
    std::vector<std::string> known;
    for (const auto& each : all_namespaces(catalog, {})) known.push_back(to_text(each));
    return did_you_mean(to_text(space), known, "`tarn namespace list` shows those that there are");
}

std::string hint_for_table(const iceberg::TableName& name, iceberg::AnyCatalog& catalog) {
    std::vector<std::string> known;
    for (const std::string& each : catalog.names_in(name.space, iceberg::EntryKind::Table)) {
        known.push_back(to_text(iceberg::TableName{name.space, each}));
    }
    return did_you_mean(to_text(name), known,
                        "`tarn table list " + to_text(name.space) + "` shows those that there are");
}

iceberg::Namespace space_in_question(const Call& call) {
    if (call.typed.has("namespace")) return typed_namespace(call);
    // A table that is renamed is there, so it is where to that is not.
    if (call.typed.has("to")) return parse_table_name(call.typed.value_or("to", "")).space;
    return typed_table(call).space;
}

std::string hint_for(CatalogFault fault, const Call& call, iceberg::AnyCatalog& catalog) {
    switch (fault) {
        case CatalogFault::NoSuchNamespace:
            return hint_for_namespace(space_in_question(call), catalog);
        case CatalogFault::NoSuchTable:
            return hint_for_table(typed_table(call), catalog);
        case CatalogFault::NamespaceNotEmpty:
            return "`tarn namespace describe " + to_text(typed_namespace(call)) +
                   "` shows what is in it";
        case CatalogFault::CommitFailed:
            return "someone else changed it first; look at it, and try again";
        case CatalogFault::CommitStateUnknown:
            return "look whether it is done before trying again";
        case CatalogFault::NoSuchView:
        case CatalogFault::AlreadyExists:
            return "";
    }
    return "";
}

// A hint is worth a few questions more, but no other error than the one at hand.
std::string hint_or_nothing(CatalogFault fault, const Call& call, iceberg::AnyCatalog& catalog) {
    try {
        return hint_for(fault, call, catalog);
    } catch (const Error&) {
        return "";
    }
}

}  // namespace

// The Iceberg part of a Tarn that does not run.
struct CatalogAccess::OwnFolder {
    OwnFolder(const Call& call, Clock& clock, Random& random)
        : folder(DataFolder::take(call.config.text("data.folder"))),
          blocking(1, 1),
          part(call.config, folder.path(), {clock, random, blocking, metrics, s3_library}) {}

    DataFolder folder;
    runtime::BlockingPool blocking;
    Metrics metrics;
    storage::S3Library s3_library;
    IcebergPart part;
};

CatalogAccess::CatalogAccess(const Call& call) : call_(call) {
    std::string named = call.typed.value_or("--catalog", call.config.text("catalog.uri"));
    if (!named.empty()) {
        open_outside(call, named);
    } else if (auto running = running_in(call.config.text("data.folder"))) {
        open_running(call, *running);
    } else if (has_catalog(call)) {
        open_own(call);
    } else {
        open_server(usual_url(call), own_server(call));
    }
}

CatalogAccess::~CatalogAccess() = default;

void CatalogAccess::open_outside(const Call& call, const std::string& place) {
    if (is_url(place)) return open_server(place, outside_server(call));
    storage::Uri uri = storage::Uri::parse(place);
    kind_ = "folder";
    place_ = uri.text();
    if (uri.scheme() == storage::Scheme::S3) {
        s3_.emplace(S3Access::of_call(call));
        root_ = s3_->open(uri);
    } else {
        if (!std::filesystem::is_directory(uri.path())) {
            throw Error(ErrorCode::NotFound, "there is no folder {}", uri.path())
                .with_hint("give the URL of a REST catalog, or a folder of tables");
        }
        root_ = storage::LocalDisk::open(uri);
    }
    outside_ = std::make_unique<iceberg::FolderCatalog>(*root_, clock_, random_);
    catalog_ = outside_.get();
}

void CatalogAccess::open_server(const std::string& url, iceberg::RemoteSettings settings) {
    kind_ = "rest";
    place_ = url;
    settings.uri = url;
    try {
        auto server = iceberg::RemoteCatalog::open(settings, clock_);
        said_of_files_ = server->properties();
        outside_ = std::move(server);
    } catch (const Error& error) {
        if (error.code() != ErrorCode::Unavailable) throw;
        throw Error(ErrorCode::Unavailable, "no catalog answers at {}: {}", url, error.what())
            .with_hint("start one with `tarn up`, or name another with --catalog or --data DIR");
    }
    catalog_ = outside_.get();
}

// To others our own faces may have other names than on this machine: by these we get there.
void CatalogAccess::open_running(const Call& call, const RunNote& running) {
    open_server(running.faces.at("iceberg"), own_server(call));
    auto warehouse = running.faces.find("warehouse");
    if (warehouse == running.faces.end()) {
        said_of_files_.clear();
    } else {
        said_of_files_["s3.endpoint"] = warehouse->second;
    }
}

void CatalogAccess::open_own(const Call& call) {
    own_ = std::make_unique<OwnFolder>(call, clock_, random_);
    kind_ = "data folder";
    place_ = own_->folder.path().string();
    catalog_ = &own_->part.catalog();
}

iceberg::TableFiles& CatalogAccess::files_of(const iceberg::LoadedTable& table) {
    if (own_) return own_->part.files();
    storage::Uri location = storage::Uri::parse(table.metadata().location);
    table_files_.reset();
    if (location.scheme() == storage::Scheme::S3) {
        if (!s3_) s3_.emplace(S3Access::of_catalog(call_, said_of_files_));
        table_root_ = s3_->open(storage::Uri::parse("s3://" + location.bucket()));
    } else {
        table_root_ = storage::LocalDisk::open(storage::Uri::parse("/"));
    }
    table_files_.emplace(std::vector<storage::FileSystem*>{table_root_.get()}, MetadataCacheBytes);
    return *table_files_;
}

iceberg::Committers CatalogAccess::committers_of(const iceberg::LoadedTable& table) {
    return iceberg::Committers({catalog(), files_of(table), clock_, random_, {}});
}

Option catalog_option() {
    return {"--catalog", "URL", "a REST catalog, or a folder of tables (default the own one)"};
}

std::function<int(Call&)> on_catalog(CatalogWork work) {
    return [work](Call& call) {
        CatalogAccess access(call);
        try {
            return work(call, access);
        } catch (const iceberg::CatalogError& error) {
            throw Error(error.code(), "{}", error.what())
                .with_hint(hint_or_nothing(error.fault(), call, access.catalog()));
        }
    };
}

iceberg::LoadedTable commit_updates(CatalogAccess& access, const iceberg::TableName& name,
                                    const iceberg::TableMetadata& base,
                                    boost::json::array updates) {
    boost::json::array requirements = iceberg::requirements_of(updates, &base);
    return access.catalog().commit({name, std::move(requirements), std::move(updates)});
}

std::vector<iceberg::Namespace> all_namespaces(iceberg::AnyCatalog& catalog,
                                               const iceberg::Namespace& parent) {
    std::vector<iceberg::Namespace> all;
    for (iceberg::Namespace& space : catalog.namespaces_in(parent)) {
        auto inner = all_namespaces(catalog, space);
        all.push_back(std::move(space));
        all.insert(all.end(), inner.begin(), inner.end());
    }
    return all;
}

}  // namespace tarn::cli
