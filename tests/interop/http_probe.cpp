// A server with one route for each thing that clients do differently. It prints its URLs and serves
// until its standard input ends, so that it never outlives the test that started it.
//
//   http_probe [PORT [CERTIFICATE KEY]]
#include <unistd.h>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>

#include <cstdio>
#include <cstdlib>

#include "http/assets.hpp"
#include "http/openapi.hpp"
#include "http/server.hpp"
#include "http/server_sent_events.hpp"

namespace tarn::assets {
std::span<const http::Asset> test_page();
}

namespace tarn {
namespace {

using http::Method;
using http::Request;
using http::Response;

awaitable<Response> say_hello(Request&) {
    co_return http::text_response("hello\n");
}

awaitable<Response> count_body(Request& request) {
    uint64_t bytes = 0;
    while (auto chunk = co_await request.next_chunk()) bytes += chunk->size();
    co_return http::text_response(std::to_string(bytes));
}

awaitable<Response> echo_json(Request& request) {
    auto value = co_await request.json();
    co_return http::json_response(value);
}

awaitable<void> write_lines(http::BodyWriter& body, int count) {
    for (int i = 0; i < count; ++i) co_await body.write(fmt::format("line {}\n", i));
}

awaitable<Response> stream_lines(Request& request) {
    int count = std::atoi(request.query("count").value_or("10").c_str());
    http::BodyStream body{
        .write = [count](http::BodyWriter& body) { return write_lines(body, count); }};
    co_return Response{.headers = {{"Content-Type", "text/plain"}}, .body = std::move(body)};
}

awaitable<void> count_to_three(http::EventWriter& events) {
    for (int i = 1; i <= 3; ++i) {
        http::ServerSentEvent event{
            .event = "count", .data = std::to_string(i), .id = std::to_string(i)};
        co_await events.send(std::move(event));
    }
}

awaitable<Response> send_events(Request&) {
    co_return http::event_stream(count_to_three);
}

http::Router routes() {
    http::Router router;
    router.add({.method = Method::Get, .path = "/hello", .summary = "", .handler = say_hello});
    router.add({.method = Method::Post, .path = "/json", .summary = "", .handler = echo_json});
    router.add({.method = Method::Get, .path = "/lines", .summary = "", .handler = stream_lines});
    router.add({.method = Method::Get, .path = "/events", .summary = "", .handler = send_events});
    for (Method method : {Method::Put, Method::Post}) {
        router.add({.method = method,
                    .path = "/count",
                    .summary = "",
                    .handler = count_body,
                    .body_bytes_max = 8ull << 30});
    }
    http::add_assets(router, "/", assets::test_page(), {.fallback = "index.html"});
    return router;
}

awaitable<void> serve(http::ListenerOptions plain, std::optional<net::Tls> tls) {
    Executor executor = co_await asio::this_coro::executor;
    Metrics metrics;
    http::Server server(executor, metrics);
    std::printf("%s\n", server.listen(plain, routes()).url().c_str());
    if (tls) {
        http::ListenerOptions secure{.name = "secure", .tls = tls};
        std::printf("%s\n", server.listen(secure, routes()).url().c_str());
    }
    std::fflush(stdout);

    asio::posix::stream_descriptor input(executor, dup(STDIN_FILENO));
    char ignored[64];
    while (true) {
        auto [ended, count] =
            co_await input.async_read_some(asio::buffer(ignored), asio::as_tuple(use_awaitable));
        if (ended) break;
    }
    co_await server.stop(std::chrono::milliseconds(200));
}

}  // namespace
}  // namespace tarn

int main(int count, char** arguments) {
    tarn::http::ListenerOptions plain{.name = "probe"};
    std::optional<tarn::net::Tls> tls;
    if (count > 1) plain.port = static_cast<uint16_t>(std::atoi(arguments[1]));
    if (count > 3) tls = tarn::net::Tls{.certificate_path = arguments[2], .key_path = arguments[3]};
    tarn::runtime::run(tarn::serve(std::move(plain), std::move(tls)));
}
