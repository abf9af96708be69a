#include "iceberg/remote/remote_catalog.hpp"

#include <boost/json/serialize.hpp>

#include <algorithm>
#include <set>

#include "http/target.hpp"
#include "iceberg/catalog/names_json.hpp"
#include "iceberg/format/schema_json.hpp"

namespace tarn::iceberg {

namespace json = boost::json;

namespace {

// Of servers that do not name one.
constexpr std::string_view UsualSeparator = "%1F";
// A list that has no end is a fault of its server.
constexpr int PagesMax = 100'000;
constexpr size_t TablesKeptMax = 64;

std::string without_slash(std::string uri) {
    while (uri.ends_with('/')) uri.pop_back();
    return uri;
}

// Those whose names begin so, without that beginning.
Properties beginning_with(std::string_view beginning, const Properties& properties) {
    Properties found;
    for (const auto& [name, value] : properties) {
        if (name.starts_with(beginning)) found[name.substr(beginning.size())] = value;
    }
    return found;
}

// "metadata-location" and "metadata".
LoadedTable table_in(const json::value& answer, const std::string& url) {
    JsonObject object(answer, url);
    const json::value& metadata = object.get("metadata");
    auto stored = std::make_shared<StoredMetadata>();
    stored->metadata = metadata_from_json(metadata, url);
    stored->text = json::serialize(metadata);
    return {object.find_text("metadata-location").value_or(""), std::move(stored)};
}

std::string_view word_for(EntryKind kind) {
    return kind == EntryKind::Table ? "tables" : "views";
}

}  // namespace

std::unique_ptr<RemoteCatalog> RemoteCatalog::open(RemoteSettings settings, const Clock& clock) {
    settings.uri = without_slash(std::move(settings.uri));
    std::unique_ptr<RemoteCatalog> catalog(new RemoteCatalog(std::move(settings), clock));
    catalog->configure();
    return catalog;
}

RemoteCatalog::RemoteCatalog(RemoteSettings settings, const Clock& clock)
    : settings_(std::move(settings)), server_(settings_, clock) {}

// The server's defaults give way to what we were told, and that to what the server insists on.
void RemoteCatalog::configure() {
    std::string url = settings_.uri + "/v1/config";
    if (!settings_.warehouse.empty()) {
        url += "?warehouse=" + http::percent_encoded(settings_.warehouse);
    }
    json::value answer = get(url);
    JsonObject config(answer, url);
    properties_ = config.texts("defaults");
    if (!settings_.prefix.empty()) properties_["prefix"] = settings_.prefix;
    for (const auto& [name, value] : config.texts("overrides")) properties_[name] = value;

    auto property = [&](const std::string& name, std::string_view otherwise) {
        auto found = properties_.find(name);
        return found == properties_.end() ? std::string(otherwise) : found->second;
    };
    std::string prefix = property("prefix", "");
    base_ = without_slash(property("uri", settings_.uri)) + "/v1";
    if (!prefix.empty()) base_ += "/" + prefix;
    separator_ = property("namespace-separator", UsualSeparator);
    auto endpoints = config.text_list("endpoints");
    has_views_ = std::ranges::find(endpoints, "GET /v1/{prefix}/namespaces/{namespace}/views") !=
                 endpoints.end();
}

std::string RemoteCatalog::joined(const Namespace& space) const {
    std::string text;
    for (const std::string& level : space) {
        if (!text.empty()) text += separator_;
        text += http::percent_encoded(level);
    }
    return text;
}

std::string RemoteCatalog::path_of(const Namespace& space) const {
    return base_ + "/namespaces/" + joined(space);
}

std::string RemoteCatalog::path_of(const TableName& name, EntryKind kind) const {
    return fmt::format("{}/{}/{}", path_of(name.space), word_for(kind),
                       http::percent_encoded(name.name));
}

std::vector<Namespace> RemoteCatalog::namespaces_in(const Namespace& parent) {
    std::string url = base_ + "/namespaces?";
    if (!parent.empty()) url += "parent=" + joined(parent) + "&";
    std::set<Namespace> found;
    for_each(url, "namespaces", [&](const json::value& levels) {
        json::value wrapped = json::object{{"levels", levels}};
        found.insert(namespace_from_json(JsonObject(wrapped, url), "levels"));
    });
    return {found.begin(), found.end()};
}

void RemoteCatalog::create_namespace(const Namespace& space, const Properties& properties) {
    post(base_ + "/namespaces",
         {{"namespace", to_json(space)}, {"properties", to_json(properties)}}, Purpose::Change);
}

Properties RemoteCatalog::namespace_properties(const Namespace& space) {
    json::value answer = get(path_of(space));
    return JsonObject(answer, path_of(space)).texts("properties");
}

void RemoteCatalog::change_properties(const Namespace& space, const Properties& set,
                                      std::span<const std::string> remove) {
    post(path_of(space) + "/properties",
         {{"updates", to_json(set)}, {"removals", json::array(remove.begin(), remove.end())}},
         Purpose::Change);
}

void RemoteCatalog::drop_namespace(const Namespace& space) {
    remove(path_of(space));
}

std::vector<std::string> RemoteCatalog::names_in(const Namespace& space, EntryKind kind) {
    if (kind == EntryKind::View && !has_views_) return {};
    std::string url = fmt::format("{}/{}?", path_of(space), word_for(kind));
    std::set<std::string> found;
    for_each(url, "identifiers", [&](const json::value& identifier) {
        found.insert(JsonObject(identifier, url).text("name"));
    });
    return {found.begin(), found.end()};
}

LoadedTable RemoteCatalog::create_table(const CreateTable& request) {
    // Which properties new tables get is said by the server and done by its clients.
    Properties properties = beginning_with("table-default.", properties_);
    for (const auto& [name, value] : request.properties) properties[name] = value;
    for (const auto& [name, value] : beginning_with("table-override.", properties_)) {
        properties[name] = value;
    }
    json::object body = {{"name", request.name.name},
                         {"schema", to_json(*request.schema)},
                         {"partition-spec", to_json(request.spec)},
                         {"write-order", to_json(request.sort_order)},
                         {"stage-create", false},
                         {"properties", to_json(properties)}};
    if (request.location) body["location"] = *request.location;
    std::string url = path_of(request.name.space) + "/tables";
    return table_in(post(url, body, Purpose::Change), url);
}

LoadedTable RemoteCatalog::load_table(const TableName& name) {
    std::string url = path_of(name, EntryKind::Table);
    std::optional<Kept> kept;
    {
        std::scoped_lock lock(mutex_);
        if (auto found = kept_.find(name); found != kept_.end()) kept = found->second;
    }
    http::ClientRequest request{.url = url};
    if (kept) request.headers.set("If-None-Match", kept->tag);
    http::ClientResponse answer = server_.send(std::move(request), Purpose::Ask);
    if (answer.status == 304 && kept) return kept->table;
    LoadedTable table = table_in(answer.json(), url);
    if (auto tag = answer.headers.find("ETag")) {
        std::scoped_lock lock(mutex_);
        if (kept_.size() >= TablesKeptMax) kept_.erase(kept_.begin());
        kept_[name] = {std::string(*tag), table};
    }
    return table;
}

LoadedTable RemoteCatalog::register_table(const TableName& name,
                                          const std::string& metadata_location, bool replaces) {
    std::string url = path_of(name.space) + "/register";
    json::object body = {
        {"name", name.name}, {"metadata-location", metadata_location}, {"overwrite", replaces}};
    return table_in(post(url, body, Purpose::Change), url);
}

LoadedTable RemoteCatalog::commit(const TableCommit& change) {
    std::string url = path_of(change.name, EntryKind::Table);
    json::object body = {{"identifier", to_json(change.name)},
                         {"requirements", change.requirements},
                         {"updates", change.updates}};
    return table_in(post(url, body, Purpose::Commit), url);
}

void RemoteCatalog::rename(const TableName& from, const TableName& to, EntryKind kind) {
    post(fmt::format("{}/{}/rename", base_, word_for(kind)),
         {{"source", to_json(from)}, {"destination", to_json(to)}}, Purpose::Change);
}

void RemoteCatalog::drop_table(const TableName& name, DroppedFiles files) {
    remove(path_of(name, EntryKind::Table) +
           (files == DroppedFiles::Go ? "?purgeRequested=true" : "?purgeRequested=false"));
}

LoadedView RemoteCatalog::load_view(const TableName& name) {
    std::string url = path_of(name, EntryKind::View);
    json::value answer = get(url);
    JsonObject object(answer, url);
    return {object.find_text("metadata-location").value_or(""),
            view_from_json(object.get("metadata"), url)};
}

void RemoteCatalog::drop_view(const TableName& name) {
    remove(path_of(name, EntryKind::View));
}

json::value RemoteCatalog::get(const std::string& url) {
    return server_.send({.url = url}, Purpose::Ask).json();
}

json::value RemoteCatalog::post(const std::string& url, const json::object& body, Purpose purpose) {
    http::ClientRequest request{.method = http::Method::Post,
                                .url = url,
                                .headers = {{"Content-Type", "application/json"}},
                                .body = json::serialize(body)};
    http::ClientResponse answer = server_.send(std::move(request), purpose);
    return answer.body.empty() ? json::value() : answer.json();
}

void RemoteCatalog::remove(const std::string& url) {
    server_.send({.method = http::Method::Delete, .url = url}, Purpose::Change);
}

// An empty token says that we know of pages. `url` ends where the next parameter begins.
void RemoteCatalog::for_each(const std::string& url, std::string_view member,
                             const std::function<void(const json::value&)>& take) {
    std::string token;
    std::string size;
    if (settings_.page_size > 0) size = fmt::format("&pageSize={}", settings_.page_size);
    for (int pages = 0; pages < PagesMax; ++pages) {
        json::value answer = get(url + "pageToken=" + http::percent_encoded(token) + size);
        JsonObject page(answer, url);
        const json::value* items = page.find(member);
        if (items && items->is_array()) {
            for (const json::value& item : items->get_array()) take(item);
        }
        std::string next = page.find_text("next-page-token").value_or("");
        if (next.empty() || next == token) return;
        token = next;
    }
    throw Error(ErrorCode::Corrupt, "{}: this list does not end", url);
}

}  // namespace tarn::iceberg
