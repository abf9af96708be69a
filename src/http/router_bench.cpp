#include <benchmark/benchmark.h>

#include "http/message_parser.hpp"
#include "http/route.hpp"
#include "http/target.hpp"

namespace tarn::http {
namespace {

awaitable<Response> nothing(Request&) {
    co_return Response{};
}

// The routes of an Iceberg REST catalog, the face with the most of them.
Router catalog_routes() {
    Router router;
    for (std::string path :
         {"/v1/config", "/v1/namespaces", "/v1/namespaces/{namespace}",
          "/v1/namespaces/{namespace}/tables", "/v1/namespaces/{namespace}/tables/{table}",
          "/v1/namespaces/{namespace}/tables/{table}/metrics", "/v1/{prefix}/namespaces",
          "/v1/{prefix}/namespaces/{namespace}/tables/{table}", "/metrics", "/healthz"}) {
        router.add({.method = Method::Get, .path = path, .summary = "", .handler = nothing});
    }
    return router;
}

void match_a_word(benchmark::State& state) {
    Router router = catalog_routes();
    for (auto _ : state) benchmark::DoNotOptimize(router.match(Method::Get, "/v1/config"));
}
BENCHMARK(match_a_word);

void match_two_parameters(benchmark::State& state) {
    Router router = catalog_routes();
    for (auto _ : state) {
        benchmark::DoNotOptimize(router.match(Method::Get, "/v1/namespaces/db/tables/trades"));
    }
}
BENCHMARK(match_two_parameters);

void parse_a_request(benchmark::State& state) {
    MessageParser parser(MessageParser::Side::Request, 16 * 1024);
    std::string_view request =
        "GET /v1/namespaces/db/tables/trades HTTP/1.1\r\nHost: localhost:8181\r\n"
        "User-Agent: benchmark\r\nAccept: application/json\r\nAccept-Encoding: gzip\r\n\r\n";
    for (auto _ : state) {
        parser.start();
        BytesView rest = as_bytes(request);
        while (!parser.has_head()) rest = rest.subspan(parser.put(rest));
        benchmark::DoNotOptimize(parse_target(parser.head().target));
    }
    state.SetBytesProcessed(state.iterations() * static_cast<int64_t>(request.size()));
}
BENCHMARK(parse_a_request);

}  // namespace
}  // namespace tarn::http
