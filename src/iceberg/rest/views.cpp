#include "iceberg/catalog/views.hpp"
#include "iceberg/format/schema_json.hpp"
#include "iceberg/rest/answer.hpp"

namespace tarn::iceberg {

namespace json = boost::json;

namespace {

http::Response view_answer(const LoadedView& view) {
    return http::json_response(json::object{{"metadata-location", view.metadata_location},
                                            {"metadata", to_json(view.metadata)},
                                            {"config", json::object()}});
}

http::Response list(RestCatalog& face, const Ask& ask) {
    return list_entries(face, ask, EntryKind::View);
}

http::Response create(RestCatalog& face, const Ask& ask) {
    JsonObject json = ask.json();
    CreateView request{.name = {ask.space(), json.text("name")},
                       .schema = schema_from_json(json.object("schema")),
                       .version = view_version_from_json(json.object("view-version")),
                       .location = json.find_text("location"),
                       .properties = json.texts("properties")};
    return view_answer(Views(face.catalog).create(request));
}

http::Response load(RestCatalog& face, const Ask& ask) {
    return view_answer(Views(face.catalog).load(ask.view()));
}

http::Response exists(RestCatalog& face, const Ask& ask) {
    Views(face.catalog).load(ask.view());
    return no_content();
}

http::Response replace(RestCatalog& face, const Ask& ask) {
    return view_answer(Views(face.catalog).replace(commit_from_json(ask.view(), ask.json())));
}

http::Response drop(RestCatalog& face, const Ask& ask) {
    Views(face.catalog).drop(ask.view());
    return no_content();
}

http::Response rename(RestCatalog& face, const Ask& ask) {
    return rename_entry(face, ask, EntryKind::View);
}

http::Response register_files(RestCatalog& face, const Ask& ask) {
    JsonObject json = ask.json();
    TableName name{ask.space(), json.text("name")};
    return view_answer(Views(face.catalog).register_view(name, json.text("metadata-location")));
}

}  // namespace

void add_view_routes(http::Router& router, RestCatalog& face) {
    using http::Method;
    const std::string all = "/namespaces/{namespace}/views";
    const std::string one = all + "/{view}";
    add_route(router, face, Method::Get, all, "The views of a namespace", list);
    add_route(router, face, Method::Post, all, "Make a view", create);
    add_route(router, face, Method::Get, one, "A view's metadata", load);
    add_route(router, face, Method::Head, one, "Whether a view is there", exists);
    add_route(router, face, Method::Post, one, "Commit a change to a view", replace);
    add_route(router, face, Method::Delete, one, "Drop a view", drop);
    add_route(router, face, Method::Post, "/views/rename", "Rename a view", rename);
    add_route(router, face, Method::Post, "/namespaces/{namespace}/register-view",
              "Take files that are there for a view", register_files);
}

}  // namespace tarn::iceberg
