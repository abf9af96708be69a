#include "server/rest_face.hpp"

#include <boost/json.hpp>

#include "http/openapi.hpp"

namespace tarn::server {
namespace {

namespace json = boost::json;

json::array parts_as_json(const Parts& parts) {
    json::array list;
    for (const Part& part : parts.all()) {
        json::object object = {{"name", part.name},
                               {"state", name_of(part.state)},
                               {"address", part.address},
                               {"since", to_rfc3339(part.since)}};
        if (!part.reason.empty()) object["reason"] = part.reason;
        list.push_back(std::move(object));
    }
    return list;
}

// 200 when every part answers and 503 until then, for load balancers and for scripts that wait.
http::Response health(const RestFace& face) {
    bool is_ready = face.parts.are_ready();
    json::object page = {{"status", is_ready ? "ok" : "unavailable"},
                         {"parts", parts_as_json(face.parts)}};
    return http::json_response(page, is_ready ? 200 : 503);
}

http::Response status(const RestFace& face) {
    auto up =
        std::chrono::duration_cast<std::chrono::milliseconds>(face.clock.now() - face.started);
    json::object page = {{"schema", "tarn.status/1"}, {"version", face.version},
                         {"commit", face.commit},     {"started", to_rfc3339(face.started)},
                         {"uptime_ms", up.count()},   {"parts", parts_as_json(face.parts)}};
    return http::json_response(page);
}

http::Response settings(const RestFace& face) {
    json::array list;
    for (const auto& [key, setting] : face.config.settings()) {
        list.push_back({{"key", key},
                        {"value", face.config.shown(key)},
                        {"origin", face.config.value(key).origin},
                        {"help", setting.help}});
    }
    return http::json_response(json::object{{"schema", "tarn.config/1"}, {"settings", list}});
}

awaitable<http::Response> metrics(RestFace& face) {
    face.process_metrics.refresh();
    std::string text = face.metrics.text();
    for (const auto& look_up : face.more_metrics) {
        std::string more = co_await look_up();
        text += more;
    }
    http::Response response = http::text_response(text);
    response.headers.set("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
    co_return response;
}

// A route whose answer needs nothing but the face.
template <typename Answer>
http::Handler answer_with(RestFace& face, Answer answer) {
    auto give = [](RestFace& face, Answer answer) -> awaitable<http::Response> {
        co_return answer(face);
    };
    return [&face, answer, give](http::Request&) { return give(face, answer); };
}

}  // namespace

http::Router rest_routes(RestFace& face, http::Router others) {
    http::Router router;
    router
        .add({.method = http::Method::Get,
              .path = "/health",
              .summary = "Whether every part answers",
              .handler = answer_with(face, health),
              .auth = http::Auth::Open})
        .add({.method = http::Method::Get,
              .path = "/metrics",
              .summary = "Everything counted so far, as Prometheus reads it",
              .handler = [&face](http::Request&) { return metrics(face); }})
        .add({.method = http::Method::Get,
              .path = "/api/v1/status",
              .summary = "Version, uptime and the parts with their addresses",
              .handler = answer_with(face, status)})
        .add({.method = http::Method::Get,
              .path = "/api/v1/config",
              .summary = "All settings, their values and where each came from; secrets are hidden",
              .handler = answer_with(face, settings)});
    router.mount(std::move(others));
    // Described before its own route is added: the page is about the others.
    json::object page = http::openapi_of(router, "Tarn", face.version);
    router.add({.method = http::Method::Get,
                .path = "/openapi.json",
                .summary = "This description",
                .handler = answer_with(face, [page = std::move(page)](const RestFace&) {
                    return http::json_response(page);
                })});

    return router;
}

}  // namespace tarn::server
