#include "connectors/formats/schema_registry.hpp"

#include <fmt/format.h>
#include <boost/json/serialize.hpp>

#include "base/error.hpp"
#include "columns/text_values.hpp"
#include "http/target.hpp"
#include "sql/options/option_rule.hpp"

namespace tarn::connectors {
namespace {

namespace json = boost::json;

constexpr std::string_view ContentType = "application/vnd.schemaregistry.v1+json";

// Refuses the option when it names another way than the one that we have.
void want_source(const OptionValues& options, std::string_view key, std::string_view wanted) {
    auto source = options.text(key);
    if (!source || sql::is_equal_ignoring_case(*source, wanted)) return;
    options.refuse(key, fmt::format("only {} does", wanted));
}

std::string authorization_of(const OptionValues& options) {
    if (auto user = options.text("basic-auth.user-info")) {
        want_source(options, "basic-auth.credentials-source", "USER_INFO");
        std::string text = "Basic ";
        columns::append_base64(text, *user);
        return text;
    }
    options.refuse("basic-auth.credentials-source", "basic-auth.user-info is missing");
    if (auto token = options.text("bearer-auth.token")) {
        want_source(options, "bearer-auth.credentials-source", "STATIC_TOKEN");
        return "Bearer " + *token;
    }
    options.refuse("bearer-auth.credentials-source", "bearer-auth.token is missing");
    return {};
}

http::ClientOptions client_options(const RegistrySettings& settings) {
    http::ClientOptions options;
    options.headers = {{"Accept", ContentType}, {"User-Agent", "tarn"}};
    if (!settings.authorization.empty()) {
        options.headers.set("Authorization", settings.authorization);
    }
    return options;
}

// What a registry says of a request that it refuses.
struct Refusal {
    int64_t code = 0;  // a registry's own, of five digits
    std::string message;
};

// {"error_code": 40403, "message": "Schema 17 not found"}
Refusal refusal_in(const http::ClientResponse& answer) {
    Refusal refusal{.message = fmt::format("status {}", answer.status)};
    try {
        json::value body = answer.json();
        const auto* object = body.if_object();
        const auto* code = object ? object->if_contains("error_code") : nullptr;
        const auto* message = object ? object->if_contains("message") : nullptr;
        if (code && code->is_int64()) refusal.code = code->get_int64();
        if (message && message->is_string()) refusal.message = message->get_string();
    } catch (const Error&) {
        // A proxy in front may answer with a page.
    }
    return refusal;
}

// Only a registry itself can say that a schema is not there: of any other server the same status
// means that this is no registry.
ErrorCode code_of(int status, const Refusal& refusal) {
    constexpr int64_t SchemaNotFound = 40403;
    if (refusal.code == SchemaNotFound) return ErrorCode::NotFound;
    switch (status) {
        case 401:
            return ErrorCode::Unauthorized;
        case 403:
            return ErrorCode::Forbidden;
        case 409:
        case 422:
            return ErrorCode::Conflict;
        default:
            return ErrorCode::Unavailable;
    }
}

json::value object_in(const http::ClientResponse& answer) {
    try {
        json::value body = answer.json();
        if (body.is_object()) return body;
    } catch (const Error&) {
        // It is told below.
    }
    throw Error(ErrorCode::Unavailable, "{} answers with what no registry says", answer.url);
}

}  // namespace

RegistrySettings registry_settings(const OptionValues& options) {
    for (std::string_view key : {"ssl.keystore.location", "ssl.keystore.password",
                                 "ssl.truststore.location", "ssl.truststore.password"}) {
        options.refuse(key, "a registry behind TLS is trusted by the certificates of the system");
    }
    std::string url = options.wanted_text("url");
    while (url.ends_with('/')) url.pop_back();
    http::parse_url(url);
    return {url, authorization_of(options)};
}

SchemaRegistry::SchemaRegistry(RegistrySettings settings)
    : settings_(std::move(settings)), client_(client_options(settings_)) {}

const columns::AvroSchema& SchemaRegistry::schema(int32_t id) {
    if (auto known = schemas_.find(id); known != schemas_.end()) return known->second;
    std::string what = fmt::format("schema {}", id);
    json::value answer = asked({.url = fmt::format("{}/schemas/ids/{}", settings_.url, id)}, what);
    const auto* type = answer.as_object().if_contains("schemaType");
    if (type && *type != "AVRO") {
        throw Error(ErrorCode::Corrupt, "{} of {} is no Avro but {}", what, settings_.url,
                    json::serialize(*type));
    }
    const auto* text = answer.as_object().if_contains("schema");
    if (!text || !text->is_string()) {
        throw Error(ErrorCode::Unavailable, "{} answers without a schema for {}", settings_.url,
                    what);
    }
    auto schema = columns::AvroSchema::parse(std::string(text->get_string()));
    return schemas_.emplace(id, std::move(schema)).first->second;
}

int32_t SchemaRegistry::id_of(const std::string& subject, const columns::AvroSchema& schema) {
    std::string key = subject + "\n" + schema.text();
    if (auto known = ids_.find(key); known != ids_.end()) return known->second;
    http::ClientRequest request{.method = http::Method::Post,
                                .url = fmt::format("{}/subjects/{}/versions", settings_.url,
                                                   http::percent_encoded(subject)),
                                .headers = {{"Content-Type", ContentType}},
                                .body = json::serialize(json::object{{"schema", schema.text()}})};
    json::value answer =
        asked(std::move(request), fmt::format("a schema for the subject '{}'", subject));
    const auto* id = answer.as_object().if_contains("id");
    if (!id || !id->is_int64()) {
        throw Error(ErrorCode::Unavailable, "{} answers without a number for the subject '{}'",
                    settings_.url, subject);
    }
    return ids_.emplace(key, static_cast<int32_t>(id->get_int64())).first->second;
}

json::value SchemaRegistry::asked(http::ClientRequest request, const std::string& what) {
    http::ClientResponse answer = client_.send(std::move(request));
    if (answer.is_success()) return object_in(answer);
    Refusal refusal = refusal_in(answer);
    throw Error(code_of(answer.status, refusal), "{} was asked for {} and says: {}", settings_.url,
                what, refusal.message);
}

}  // namespace tarn::connectors
