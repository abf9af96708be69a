// The way of one request: its body is read, an Answer is made on a thread that may wait for files
// and databases, and whatever goes wrong becomes an error in the words of the protocol.
#pragma once

#include <boost/json/value.hpp>

#include <optional>
#include <string>
#include <vector>

#include "http/route.hpp"
#include "iceberg/catalog/names_json.hpp"
#include "iceberg/rest/rest_catalog.hpp"

namespace tarn::iceberg {

class Ask {
public:
    Ask(const http::Request& request, boost::json::value body)
        : request(request), body(std::move(body)) {}

    const http::Request& request;
    boost::json::value body;

    // Of the path: "{namespace}", and with it "{table}" or "{view}".
    Namespace space() const;
    TableName table() const;
    TableName view() const;
    JsonObject json() const { return {body, ""}; }
    // The page that a list is asked for.
    Page page() const;
};

using Answer = http::Response (*)(RestCatalog& face, const Ask& ask);

// Below "/v1" and below "/v1/{prefix}". `path` begins with a slash.
void add_route(http::Router& router, RestCatalog& face, http::Method method,
               const std::string& path, std::string summary, Answer answer);

http::Response no_content();

// {"error":{"message":…,"type":…,"code":…}}
http::Response error_answer(const Error& error);
http::Response error_answer(const http::Failure& failure);

// Its levels as paths and queries have them, parted by the character 0x1F.
Namespace namespace_from_path(std::string_view text);
// "requirements" and "updates".
TableCommit commit_from_json(TableName name, const JsonObject& json);

// What tables and views are asked for alike.
http::Response list_entries(RestCatalog& face, const Ask& ask, EntryKind kind);
http::Response rename_entry(RestCatalog& face, const Ask& ask, EntryKind kind);

// What the families add; each in the file of its name.
void add_config_routes(http::Router& router, RestCatalog& face);
void add_namespace_routes(http::Router& router, RestCatalog& face);
void add_table_routes(http::Router& router, RestCatalog& face);
void add_scan_routes(http::Router& router, RestCatalog& face);
void add_view_routes(http::Router& router, RestCatalog& face);

}  // namespace tarn::iceberg
