#include "iceberg/rest/answer.hpp"

#include <boost/json/serialize.hpp>

#include <algorithm>
#include <charconv>

#include "base/log.hpp"
#include "http/json.hpp"
#include "iceberg/catalog/gzip.hpp"

namespace tarn::iceberg {

namespace json = boost::json;

namespace {

// Levels of a namespace are parted by it in paths.
constexpr char LevelSeparator = '\x1F';
constexpr size_t PageSizeMax = 10'000;

http::Response error_body(int status, std::string_view type, std::string_view message) {
    json::object error = {{"message", message}, {"type", type}, {"code", status}};
    return http::json_response(json::object{{"error", std::move(error)}}, status);
}

struct Meaning {
    int status;
    std::string_view type;
};

// Clients take 500, 502, 503 and 504 on a commit to mean that it may have happened. So a failure
// that certainly left everything as it was has another number.
Meaning meaning_of(ErrorCode code) {
    switch (code) {
        case ErrorCode::InvalidInput:
            return {400, "IllegalArgumentException"};
        case ErrorCode::Unauthorized:
            return {401, "NotAuthorizedException"};
        case ErrorCode::Forbidden:
            return {403, "ForbiddenException"};
        case ErrorCode::NotFound:
            return {404, "NotFoundException"};
        case ErrorCode::Conflict:
            return {409, "CommitFailedException"};
        case ErrorCode::TooLarge:
            return {413, "BadRequestException"};
        case ErrorCode::StorageFull:
            return {507, "ServiceFailureException"};
        case ErrorCode::Corrupt:
            return {422, "UnprocessableEntityException"};
        case ErrorCode::Timeout:
        case ErrorCode::Unavailable:
            return {503, "ServiceUnavailableException"};
        case ErrorCode::Internal:
            return {500, "ServiceFailureException"};
    }
    return {500, "ServiceFailureException"};
}

awaitable<json::value> body_of(http::Request& request) {
    std::string text = co_await request.body();
    if (request.headers().find("Content-Encoding") == "gzip") {
        text = gunzipped(as_bytes(text), RequestBytesMax, "request body");
    }
    if (text.empty()) co_return nullptr;
    co_return http::parse_json(text, "request body");
}

// Refusals are answers too: who asks again gets the same.
http::Response answered_once(RestCatalog& face, const Ask& ask, Answer answer) {
    auto key = ask.request.header("Idempotency-Key");
    http::Method method = ask.request.method();
    if (!key || (method != http::Method::Post && method != http::Method::Delete)) {
        return answer(face, ask);
    }
    std::string request =
        fmt::format("{} {} {}", name_of(method), ask.request.target(), json::serialize(ask.body));
    return face.answers.answer(*key, request, [&] {
        try {
            return answer(face, ask);
        } catch (const Error& error) {
            return error_answer(error);
        }
    });
}

awaitable<http::Response> respond(RestCatalog& face, Answer answer, http::Request& request) {
    std::optional<http::Response> failed;
    try {
        json::value body;
        if (request.method() == http::Method::Post) {
            json::value read = co_await body_of(request);
            body = std::move(read);
        }
        auto work = [&face, answer, ask = std::make_shared<Ask>(request, std::move(body))] {
            return answered_once(face, *ask, answer);
        };
        http::Response response = co_await face.blocking.run(std::move(work));
        co_return response;
    } catch (const Error& error) {
        failed = error_answer(error);
    }
    co_return *std::move(failed);
}

}  // namespace

Namespace Ask::space() const {
    return namespace_from_path(request.path_parameter("namespace"));
}

TableName Ask::table() const {
    return {space(), std::string(request.path_parameter("table"))};
}

TableName Ask::view() const {
    return {space(), std::string(request.path_parameter("view"))};
}

Page Ask::page() const {
    Page page;
    page.after = request.query("pageToken").value_or("");
    auto size = request.query("pageSize");
    // Clients that know of pages send an empty token with the first request; others get all.
    if (!size) return page;
    auto [end, failure] = std::from_chars(size->data(), size->data() + size->size(), page.count);
    if (failure != std::errc() || end != size->data() + size->size() || page.count == 0) {
        throw Error(ErrorCode::InvalidInput, "pageSize: '{}' is no number above 0", *size);
    }
    page.count = std::min(page.count, PageSizeMax);
    return page;
}

void add_route(http::Router& router, RestCatalog& face, http::Method method,
               const std::string& path, std::string summary, Answer answer) {
    for (const char* base : {"/v1", "/v1/{prefix}"}) {
        router.add(
            {.method = method,
             .path = base + path,
             .summary = summary,
             .handler = [&face,
                         answer](http::Request& request) { return respond(face, answer, request); },
             .body_bytes_max = RequestBytesMax,
             .tag = "catalog"});
    }
}

http::Response no_content() {
    return {.status = 204};
}

http::Response error_answer(const Error& error) {
    Meaning meaning = meaning_of(error.code());
    if (const auto* refused = dynamic_cast<const CatalogError*>(&error)) {
        meaning.type = name_of(refused->fault());
        if (refused->fault() == CatalogFault::CommitStateUnknown) meaning.status = 500;
    }
    if (meaning.status >= 500) TARN_LOG_ERROR("catalog: {}", error.full_text());
    http::Response response = error_body(meaning.status, meaning.type, error.full_text());
    if (meaning.status == 503) response.headers.set("Retry-After", "1");
    return response;
}

http::Response error_answer(const http::Failure& failure) {
    std::string_view type = failure.status == 401   ? "NotAuthorizedException"
                            : failure.status == 404 ? "NotFoundException"
                            : failure.status < 500  ? "BadRequestException"
                                                    : "ServiceFailureException";
    return error_body(failure.status, type, failure.message);
}

Namespace namespace_from_path(std::string_view text) {
    return split_levels(text, LevelSeparator);
}

TableCommit commit_from_json(TableName name, const JsonObject& json) {
    auto member = [&](std::string_view key) {
        const json::value* value = json.find(key);
        return value ? *value : json::value(json::array());
    };
    return {std::move(name), member("requirements"), member("updates")};
}

http::Response list_entries(RestCatalog& face, const Ask& ask, EntryKind kind) {
    Namespace space = ask.space();
    face.catalog.check_namespace(space);
    Page page = ask.page();
    json::array identifiers;
    json::value last = nullptr;
    for (const std::string& name : face.catalog.store().names_in(space, kind, page)) {
        identifiers.push_back(to_json(TableName{space, name}));
        last = json::string(name);
    }
    bool is_full = identifiers.size() == page.count;
    return http::json_response(
        json::object{{"identifiers", std::move(identifiers)},
                     {"next-page-token", is_full ? std::move(last) : json::value(nullptr)}});
}

http::Response rename_entry(RestCatalog& face, const Ask& ask, EntryKind kind) {
    face.catalog.rename(table_name_from_json(ask.json().object("source")),
                        table_name_from_json(ask.json().object("destination")), kind);
    return no_content();
}

http::Router catalog_routes(RestCatalog& face) {
    http::Router router;
    router.set_error_shape([](const http::Failure& failure) { return error_answer(failure); });
    add_config_routes(router, face);
    add_namespace_routes(router, face);
    add_table_routes(router, face);
    add_scan_routes(router, face);
    add_view_routes(router, face);
    return router;
}

}  // namespace tarn::iceberg
