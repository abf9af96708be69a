#include <boost/json/serialize.hpp>

#include <set>

#include "base/json_text.hpp"
#include "base/log.hpp"
#include "iceberg/format/schema_json.hpp"
#include "iceberg/format/table_update.hpp"
#include "iceberg/rest/answer.hpp"

namespace tarn::iceberg {

namespace json = boost::json;

namespace {

// A table's version is its metadata file, which is never written twice.
std::string etag_of(const LoadedTable& table, bool has_all_snapshots) {
    size_t hash = std::hash<std::string>()(table.metadata_location);
    return fmt::format("\"{:016x}{}\"", hash, has_all_snapshots ? "" : "-refs");
}

// Only what branches and tags point at: for clients that plan, of tables with many snapshots.
std::string text_with_refs_only(const TableMetadata& metadata) {
    std::set<SnapshotId> wanted;
    for (const auto& [name, ref] : metadata.refs) wanted.insert(ref.snapshot_id);
    TableMetadata fewer = metadata;
    std::erase_if(fewer.snapshots,
                  [&](const SnapshotPtr& snapshot) { return !wanted.contains(snapshot->id); });
    return to_json_text(fewer);
}

// How to reach the files of a table; of those on this machine's disk there is nothing to say.
json::object file_settings(const RestCatalog& face, const LoadedTable& table) {
    json::object settings;
    auto uri = storage::Uri::parse(table.metadata().location);
    if (uri.scheme() != storage::Scheme::S3) return settings;
    for (const auto& [name, value] : face.s3_settings) settings[name] = value;
    return settings;
}

// Put together as text: metadata is what it was in its file, and is not written anew for each who
// asks.
http::Response table_answer(const RestCatalog& face, const LoadedTable& table,
                            std::string_view metadata_text, bool has_all_snapshots) {
    std::string text = "{";
    if (!table.metadata_location.empty()) {
        text += R"("metadata-location":)";
        append_json_quoted(text, table.metadata_location);
        text += ',';
    }
    text += R"("metadata":)";
    text += metadata_text;
    text += R"(,"config":)" + json::serialize(file_settings(face, table)) + "}";
    http::Response response{.status = 200, .body = std::move(text)};
    response.headers.set("Content-Type", "application/json");
    if (!table.metadata_location.empty()) {
        response.headers.set("ETag", etag_of(table, has_all_snapshots));
    }
    return response;
}

http::Response table_answer(const RestCatalog& face, const LoadedTable& table) {
    return table_answer(face, table, table.stored->text, true);
}

http::Response list(RestCatalog& face, const Ask& ask) {
    return list_entries(face, ask, EntryKind::Table);
}

http::Response create(RestCatalog& face, const Ask& ask) {
    JsonObject json = ask.json();
    CreateTable request{.name = {ask.space(), json.text("name")},
                        .schema = schema_from_json(json.object("schema")),
                        .location = json.find_text("location"),
                        .properties = json.texts("properties")};
    if (auto spec = json.find_object("partition-spec")) {
        request.spec = spec_from_json(*spec, FirstPartitionFieldId - 1);
    }
    if (auto order = json.find_object("write-order")) {
        request.sort_order = sort_order_from_json(*order);
    }
    bool is_staged = json.find_flag("stage-create").value_or(false);
    return table_answer(
        face, is_staged ? face.catalog.stage_table(request) : face.catalog.create_table(request));
}

http::Response load(RestCatalog& face, const Ask& ask) {
    auto snapshots = ask.request.query("snapshots").value_or("all");
    if (snapshots != "all" && snapshots != "refs") {
        throw Error(ErrorCode::InvalidInput, "snapshots: all or refs is expected, not '{}'",
                    snapshots);
    }
    bool has_all = snapshots == "all";
    LoadedTable table = face.catalog.load_table(ask.table());
    if (ask.request.headers().find("If-None-Match") == etag_of(table, has_all)) {
        http::Response response{.status = 304};
        response.headers.set("ETag", etag_of(table, has_all));
        return response;
    }
    if (has_all) return table_answer(face, table);
    return table_answer(face, table, text_with_refs_only(table.metadata()), false);
}

// The same that came with the table, for clients that ask again after a while.
http::Response credentials(RestCatalog& face, const Ask& ask) {
    LoadedTable table = face.catalog.load_table(ask.table());
    json::array credentials;
    json::object settings = file_settings(face, table);
    if (!settings.empty()) {
        credentials.push_back(
            json::object{{"prefix", table.metadata().location}, {"config", std::move(settings)}});
    }
    return http::json_response(json::object{{"storage-credentials", std::move(credentials)}});
}

http::Response exists(RestCatalog& face, const Ask& ask) {
    if (!face.catalog.has_table(ask.table())) {
        throw CatalogError(CatalogFault::NoSuchTable, "Table does not exist: {}",
                           to_text(ask.table()));
    }
    return no_content();
}

http::Response commit(RestCatalog& face, const Ask& ask) {
    JsonObject json = ask.json();
    // The name in the body is for the transaction request; here the path says it.
    return table_answer(face, face.catalog.commit(commit_from_json(ask.table(), json)));
}

http::Response commit_transaction(RestCatalog& face, const Ask& ask) {
    std::vector<TableCommit> changes;
    for (const JsonObject& change : ask.json().objects("table-changes")) {
        changes.push_back(
            commit_from_json(table_name_from_json(change.object("identifier")), change));
    }
    face.catalog.commit_all(changes);
    return no_content();
}

http::Response drop(RestCatalog& face, const Ask& ask) {
    // Python's clients say "True".
    auto purges = ask.request.query("purgeRequested");
    bool goes = purges == "true" || purges == "True";
    face.catalog.drop_table(ask.table(), goes ? DroppedFiles::Go : DroppedFiles::Stay);
    return no_content();
}

http::Response rename(RestCatalog& face, const Ask& ask) {
    return rename_entry(face, ask, EntryKind::Table);
}

http::Response register_files(RestCatalog& face, const Ask& ask) {
    JsonObject json = ask.json();
    TableName name{ask.space(), json.text("name")};
    return table_answer(face,
                        face.catalog.register_table(name, json.text("metadata-location"),
                                                    json.find_flag("overwrite").value_or(false)));
}

// Clients tell how their scans and commits went.
http::Response report(RestCatalog&, const Ask& ask) {
    auto kind = ask.json().text("report-type");
    TARN_LOG_DEBUG("{} of {}: {}", kind, to_text(ask.table()), json::serialize(ask.body));
    return no_content();
}

}  // namespace

void add_table_routes(http::Router& router, RestCatalog& face) {
    using http::Method;
    const std::string all = "/namespaces/{namespace}/tables";
    const std::string one = all + "/{table}";
    add_route(router, face, Method::Get, all, "The tables of a namespace", list);
    add_route(router, face, Method::Post, all, "Make or stage a table", create);
    add_route(router, face, Method::Get, one, "A table's metadata", load);
    add_route(router, face, Method::Head, one, "Whether a table is there", exists);
    add_route(router, face, Method::Post, one, "Commit a change to a table", commit);
    add_route(router, face, Method::Delete, one, "Drop a table", drop);
    add_route(router, face, Method::Post, one + "/metrics", "Take a report of a scan or commit",
              report);
    add_route(router, face, Method::Get, one + "/credentials", "How to reach a table's files",
              credentials);
    add_route(router, face, Method::Post, "/tables/rename", "Rename a table", rename);
    add_route(router, face, Method::Post, "/namespaces/{namespace}/register",
              "Take files that are there for a table", register_files);
    add_route(router, face, Method::Post, "/transactions/commit", "Commit to several tables",
              commit_transaction);
}

}  // namespace tarn::iceberg
