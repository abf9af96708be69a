#include "http/openapi.hpp"

#include <algorithm>
#include <cctype>

namespace tarn::http {
namespace {

namespace json = boost::json;

struct PathTemplate {
    std::string text;  // OpenAPI has no "{key...}", so it becomes "{key}"
    std::vector<std::string> parameters;
};

PathTemplate template_of(std::string_view path) {
    PathTemplate found;
    while (!path.empty()) {
        auto open = path.find('{');
        found.text += path.substr(0, open);
        if (open == std::string_view::npos) break;
        auto close = path.find('}', open);
        std::string_view name = path.substr(open + 1, close - open - 1);
        if (name.ends_with("...")) name.remove_suffix(3);
        found.parameters.emplace_back(name);
        found.text.append("{").append(name).append("}");
        path.remove_prefix(close + 1);
    }
    return found;
}

json::object content_of(const BodyDescription& body) {
    json::object media;
    if (!body.schema.is_null()) media["schema"] = body.schema;
    return {{body.content_type, std::move(media)}};
}

json::array parameters_of(const Route& route, const PathTemplate& path) {
    json::array parameters;
    for (const std::string& name : path.parameters) {
        parameters.push_back(
            {{"name", name}, {"in", "path"}, {"required", true}, {"schema", {{"type", "string"}}}});
    }
    for (const QueryParameter& query : route.query) {
        parameters.push_back({{"name", query.name},
                              {"in", "query"},
                              {"required", query.is_required},
                              {"description", query.description},
                              {"schema", {{"type", query.type}}}});
    }
    return parameters;
}

json::object responses_of(const Route& route) {
    json::object responses;
    for (const auto& [status, body] : route.responses) {
        responses[std::to_string(status)] = {{"description", body.description},
                                             {"content", content_of(body)}};
    }
    if (responses.empty()) responses["200"] = {{"description", "The answer"}};
    responses["default"] = {{"$ref", "#/components/responses/Error"}};
    return responses;
}

// "get /tables/{table}" -> "get_tables_table": unique since methods and paths are.
std::string operation_id(std::string_view method, std::string_view path) {
    std::string id(method);
    for (char c : path) {
        bool is_word = std::isalnum(static_cast<unsigned char>(c)) != 0;
        if (is_word) {
            id += c;
        } else if (id.back() != '_') {
            id += '_';
        }
    }
    while (id.ends_with('_')) id.pop_back();
    return id;
}

std::string lower_case(std::string_view text) {
    std::string lower(text);
    std::transform(lower.begin(), lower.end(), lower.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return lower;
}

json::object operation_of(const Route& route, const PathTemplate& path, std::string_view method) {
    json::object operation;
    operation["summary"] = route.summary;
    operation["operationId"] = operation_id(method, path.text);
    if (!route.tag.empty()) operation["tags"] = json::array{route.tag};
    json::array parameters = parameters_of(route, path);
    if (!parameters.empty()) operation["parameters"] = std::move(parameters);
    if (route.request_body) {
        operation["requestBody"] = {{"required", true},
                                    {"description", route.request_body->description},
                                    {"content", content_of(*route.request_body)}};
    }
    operation["responses"] = responses_of(route);
    if (route.auth == Auth::Token) operation["security"] = json::array{{{"token", json::array()}}};
    return operation;
}

json::object error_schema() {
    json::object text = {{"type", "string"}};
    json::object error = {{"type", "object"},
                          {"required", {"code", "message"}},
                          {"properties", {{"code", text}, {"message", text}, {"hint", text}}}};
    return {
        {"type", "object"}, {"required", json::array{"error"}}, {"properties", {{"error", error}}}};
}

}  // namespace

json::object openapi_of(const Router& router, const std::string& title,
                        const std::string& version) {
    json::object paths;
    for (const Route& route : router.routes()) {
        PathTemplate path = template_of(route.path);
        if (!paths.contains(path.text)) paths[path.text] = json::object();
        std::string method = lower_case(name_of(route.method));
        paths[path.text].get_object()[method] = operation_of(route, path, method);
    }

    json::object error = {
        {"description", "What went wrong, and what to do"},
        {"content",
         {{"application/json", {{"schema", {{"$ref", "#/components/schemas/Error"}}}}}}}};
    return {{"openapi", "3.1.0"},
            {"info", {{"title", title}, {"version", version}}},
            {"paths", std::move(paths)},
            {"components",
             {{"schemas", {{"Error", error_schema()}}},
              {"responses", {{"Error", std::move(error)}}},
              {"securitySchemes", {{"token", {{"type", "http"}, {"scheme", "bearer"}}}}}}}};
}

}  // namespace tarn::http
