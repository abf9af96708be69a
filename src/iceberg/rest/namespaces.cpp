#include <algorithm>

#include "iceberg/rest/answer.hpp"

namespace tarn::iceberg {

namespace json = boost::json;

namespace {

http::Response list(RestCatalog& face, const Ask& ask) {
    auto wanted = ask.request.query("parent").value_or("");
    Namespace parent = wanted.empty() ? Namespace() : namespace_from_path(wanted);
    Page page = ask.page();
    json::array spaces;
    json::value next = nullptr;
    for (const Namespace& space : face.catalog.namespaces_in(parent)) {
        if (!page.after.empty() && space.back() <= page.after) continue;
        if (spaces.size() == page.count) {
            next = spaces.back().as_array().back();
            break;
        }
        spaces.push_back(to_json(space));
    }
    return http::json_response(
        json::object{{"namespaces", std::move(spaces)}, {"next-page-token", std::move(next)}});
}

http::Response create(RestCatalog& face, const Ask& ask) {
    Namespace space = namespace_from_json(ask.json(), "namespace");
    Properties properties = ask.json().texts("properties");
    face.catalog.create_namespace(space, properties);
    return http::json_response(
        json::object{{"namespace", to_json(space)}, {"properties", to_json(properties)}});
}

http::Response load(RestCatalog& face, const Ask& ask) {
    Namespace space = ask.space();
    return http::json_response(
        json::object{{"namespace", to_json(space)},
                     {"properties", to_json(face.catalog.namespace_properties(space))}});
}

http::Response exists(RestCatalog& face, const Ask& ask) {
    face.catalog.check_namespace(ask.space());
    return no_content();
}

http::Response drop(RestCatalog& face, const Ask& ask) {
    face.catalog.drop_namespace(ask.space());
    return no_content();
}

http::Response change_properties(RestCatalog& face, const Ask& ask) {
    Namespace space = ask.space();
    Properties updates = ask.json().texts("updates");
    std::vector<std::string> removals = ask.json().text_list("removals");
    for (const std::string& name : removals) {
        if (updates.contains(name)) {
            http::Failure failure{.status = 422,
                                  .code = "invalid_input",
                                  .message = "'" + name + "' cannot be both set and removed"};
            return error_answer(failure);
        }
    }
    // What was set: the location that the catalog adds cannot be removed.
    Properties before = face.catalog.store().properties(space).value_or(Properties());
    face.catalog.change_properties(space, updates, removals);
    std::vector<std::string> updated;
    std::vector<std::string> removed;
    std::vector<std::string> missing;
    for (const auto& [name, value] : updates) updated.push_back(name);
    for (const std::string& name : removals) {
        (before.contains(name) ? removed : missing).push_back(name);
    }
    return http::json_response(json::object{{"updated", to_json(updated)},
                                            {"removed", to_json(removed)},
                                            {"missing", to_json(missing)}});
}

}  // namespace

void add_namespace_routes(http::Router& router, RestCatalog& face) {
    using http::Method;
    const std::string one = "/namespaces/{namespace}";
    add_route(router, face, Method::Get, "/namespaces", "The namespaces", list);
    add_route(router, face, Method::Post, "/namespaces", "Make a namespace", create);
    add_route(router, face, Method::Get, one, "A namespace and its properties", load);
    add_route(router, face, Method::Head, one, "Whether a namespace is there", exists);
    add_route(router, face, Method::Delete, one, "Drop an empty namespace", drop);
    add_route(router, face, Method::Post, one + "/properties", "Set and remove properties",
              change_properties);
}

}  // namespace tarn::iceberg
