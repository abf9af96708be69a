// What a client asks first: how to speak with this catalog, and a token to speak at all.
#include <boost/json/value_from.hpp>

#include <algorithm>
#include <array>

#include "http/secret.hpp"
#include "http/target.hpp"
#include "iceberg/rest/answer.hpp"

namespace tarn::iceberg {

namespace json = boost::json;

namespace {

constexpr int TokenSeconds = 3600;

// Clients that are not told assume a list without existence checks, views and transactions.
constexpr std::array Endpoints = {
    "GET /v1/{prefix}/namespaces",
    "POST /v1/{prefix}/namespaces",
    "GET /v1/{prefix}/namespaces/{namespace}",
    "HEAD /v1/{prefix}/namespaces/{namespace}",
    "DELETE /v1/{prefix}/namespaces/{namespace}",
    "POST /v1/{prefix}/namespaces/{namespace}/properties",
    "GET /v1/{prefix}/namespaces/{namespace}/tables",
    "POST /v1/{prefix}/namespaces/{namespace}/tables",
    "GET /v1/{prefix}/namespaces/{namespace}/tables/{table}",
    "HEAD /v1/{prefix}/namespaces/{namespace}/tables/{table}",
    "POST /v1/{prefix}/namespaces/{namespace}/tables/{table}",
    "DELETE /v1/{prefix}/namespaces/{namespace}/tables/{table}",
    "POST /v1/{prefix}/namespaces/{namespace}/register",
    "POST /v1/{prefix}/namespaces/{namespace}/tables/{table}/metrics",
    "GET /v1/{prefix}/namespaces/{namespace}/tables/{table}/credentials",
    "POST /v1/{prefix}/namespaces/{namespace}/tables/{table}/plan",
    "POST /v1/{prefix}/tables/rename",
    "POST /v1/{prefix}/transactions/commit",
    "GET /v1/{prefix}/namespaces/{namespace}/views",
    "POST /v1/{prefix}/namespaces/{namespace}/views",
    "GET /v1/{prefix}/namespaces/{namespace}/views/{view}",
    "HEAD /v1/{prefix}/namespaces/{namespace}/views/{view}",
    "POST /v1/{prefix}/namespaces/{namespace}/views/{view}",
    "DELETE /v1/{prefix}/namespaces/{namespace}/views/{view}",
    "POST /v1/{prefix}/namespaces/{namespace}/register-view",
    "POST /v1/{prefix}/views/rename"};

http::Response config(RestCatalog& face, const Ask&) {
    json::array endpoints(Endpoints.begin(), Endpoints.end());
    return http::json_response(json::object{{"defaults", json::value_from(face.s3_settings)},
                                            {"overrides", json::object()},
                                            {"idempotency-key-lifetime", IdempotencyLifetimeText},
                                            {"endpoints", std::move(endpoints)}});
}

http::Response oauth_error(std::string_view error, std::string_view description, int status) {
    return http::json_response(json::object{{"error", error}, {"error_description", description}},
                               status);
}

std::string field_of(const std::vector<std::pair<std::string, std::string>>& form,
                     std::string_view name) {
    auto found = std::ranges::find(
        form, name, [](const auto& field) -> std::string_view { return field.first; });
    return found == form.end() ? "" : found->second;
}

// The whole of OAuth2 that clients of a catalog use: a secret for a token. Where no token is
// wanted, any credential gives one, so that clients with a credential in their settings work
// unchanged.
http::Response token_for(const RestCatalog& face, std::string_view text) {
    auto form = http::parse_query(text);
    std::string kind = field_of(form, "grant_type");
    bool is_exchange = kind == "urn:ietf:params:oauth:grant-type:token-exchange";
    if (kind != "client_credentials" && !is_exchange) {
        return oauth_error("unsupported_grant_type", "client_credentials is what is served", 400);
    }
    if (face.token) {
        std::string given =
            is_exchange ? field_of(form, "subject_token")
                        : field_of(form, "client_id") + ":" + field_of(form, "client_secret");
        std::string wanted =
            is_exchange ? *face.token : face.credential.value_or(":" + *face.token);
        if (!http::is_same_secret(given, wanted)) {
            return oauth_error("invalid_client", "The credentials are not known here.", 401);
        }
    }
    return http::json_response(
        json::object{{"access_token", face.token.value_or("no-token-needed")},
                     {"token_type", "bearer"},
                     {"expires_in", TokenSeconds},
                     {"issued_token_type", "urn:ietf:params:oauth:token-type:access_token"}});
}

awaitable<http::Response> answer_token(RestCatalog& face, http::Request& request) {
    std::string text = co_await request.body();
    co_return token_for(face, text);
}

}  // namespace

void add_config_routes(http::Router& router, RestCatalog& face) {
    add_route(router, face, http::Method::Get, "/config", "How to speak with this catalog", config);
    router.add({.method = http::Method::Post,
                .path = "/v1/oauth/tokens",
                .summary = "A bearer token for a credential",
                .handler = [&face](http::Request& request) { return answer_token(face, request); },
                .auth = http::Auth::Open,
                .tag = "catalog"});
}

}  // namespace tarn::iceberg
