#include "http/server.hpp"

#include <gmock/gmock.h>
#include <boost/json/value.hpp>

#include "http/server_fixture.hpp"

namespace tarn::http {
namespace {

using testing::HasSubstr;
using namespace std::chrono_literals;

// The code in an answer of our error shape.
std::string error_code_in(const ClientResponse& response) {
    return std::string(response.json().at("error").at("code").as_string());
}

TEST(Server, answers_a_request_by_its_route) {
    Router router;
    router.add(handled(Method::Get, "/tables/{table}", [](Request& request) -> awaitable<Response> {
        co_return text_response(fmt::format("{} {}", request.path_parameter("table"),
                                            request.query("at").value_or("now")));
    }));

    ServerTest().run(std::move(router), [](const Listener& at, Client& client) -> awaitable<void> {
        auto response = co_await client.get(at.url() + "/tables/trades?at=noon+sharp");
        EXPECT_EQ(response.status, 200);
        EXPECT_EQ(response.body, "trades noon sharp");
        EXPECT_EQ(response.headers.find("Content-Type"), "text/plain; charset=utf-8");
        EXPECT_TRUE(response.headers.has("Date"));
    });
}

TEST(Server, reads_json_and_says_where_it_is_wrong) {
    Router router;
    router.add(handled(Method::Post, "/echo", [](Request& request) -> awaitable<Response> {
        boost::json::value value = co_await request.json();
        co_return json_response(value, 201);
    }));

    ServerTest().run(std::move(router), [](const Listener& at, Client& client) -> awaitable<void> {
        auto echoed = co_await client.post(at.url() + "/echo", R"({"id":"7"})");
        EXPECT_EQ(echoed.status, 201);
        EXPECT_EQ(echoed.body, R"({"id":"7"})");

        auto wrong = co_await client.post(at.url() + "/echo", "{\n \"id\": seven}");
        EXPECT_EQ(wrong.status, 400);
        EXPECT_EQ(wrong.body,
                  R"({"error":{"code":"invalid_input","message":"request body:2:8: syntax error",)"
                  R"("hint":"send one valid JSON value in UTF-8"}})");

        auto deep = co_await client.post(at.url() + "/echo", std::string(1000, '['));
        EXPECT_EQ(deep.status, 400);
    });
}

TEST(Server, turns_errors_into_their_status_and_hides_others) {
    Router router;
    router.add(handled(Method::Get, "/ours", [](Request&) -> awaitable<Response> {
        throw Error(ErrorCode::Conflict, "table {} exists", "t").with_hint("choose another name");
        co_return Response{};
    }));
    router.add(handled(Method::Get, "/other", [](Request&) -> awaitable<Response> {
        throw std::runtime_error("password=secret");
        co_return Response{};
    }));

    ServerTest().run(std::move(router), [](const Listener& at, Client& client) -> awaitable<void> {
        auto ours = co_await client.get(at.url() + "/ours");
        EXPECT_EQ(ours.status, 409);
        EXPECT_EQ(ours.body, R"({"error":{"code":"conflict","message":"table t exists",)"
                             R"("hint":"choose another name"}})");

        auto other = co_await client.get(at.url() + "/other");
        EXPECT_EQ(other.status, 500);
        EXPECT_EQ(error_code_in(other), "internal");
        EXPECT_THAT(other.body, Not(HasSubstr("secret")));
    });
}

TEST(Server, refuses_unknown_paths_and_wrong_methods) {
    Router router;
    router.add(answering(Method::Get, "/tables", "tables"));
    router.add(answering(Method::Post, "/tables", "made"));

    ServerTest().run(std::move(router), [](const Listener& at, Client& client) -> awaitable<void> {
        auto unknown = co_await client.get(at.url() + "/tabels");
        EXPECT_EQ(unknown.status, 404);
        EXPECT_EQ(error_code_in(unknown), "not_found");

        ClientRequest wrong{.method = Method::Delete, .url = at.url() + "/tables"};
        auto refused = co_await client.request(wrong);
        EXPECT_EQ(refused.status, 405);
        EXPECT_EQ(refused.headers.find("Allow"), "OPTIONS, GET, HEAD, POST");

        ClientRequest options{.method = Method::Options, .url = at.url() + "/tables"};
        auto allowed = co_await client.request(options);
        EXPECT_EQ(allowed.status, 204);
        EXPECT_EQ(allowed.headers.find("Allow"), "OPTIONS, GET, HEAD, POST");
    });
}

TEST(Server, answers_head_with_the_length_and_no_body) {
    Router router;
    router.add(answering(Method::Get, "/text", "twelve bytes"));

    ServerTest().run(std::move(router), [](const Listener& at, Client& client) -> awaitable<void> {
        ClientRequest head{.method = Method::Head, .url = at.url() + "/text"};
        auto response = co_await client.request(head);
        EXPECT_EQ(response.status, 200);
        EXPECT_EQ(response.headers.find("Content-Length"), "12");
        EXPECT_EQ(response.body, "");

        auto next = co_await client.get(at.url() + "/text");
        EXPECT_EQ(next.body, "twelve bytes") << "the connection is still in step";
    });
}

TEST(Server, counts_requests_by_route_and_not_by_path) {
    Router router;
    router.add(answering(Method::Get, "/tables/{table}", "yes"));
    ServerTest test;
    test.options.name = "catalog";

    test.run(std::move(router), [](const Listener& at, Client& client) -> awaitable<void> {
        co_await client.get(at.url() + "/tables/a");
        co_await client.get(at.url() + "/tables/b");
        co_await client.get(at.url() + "/nowhere/c");
    });

    std::string text = test.metrics.text();
    EXPECT_THAT(text, HasSubstr(R"(tarn_http_requests_total{listener="catalog",method="GET",)"
                                R"(route="/tables/{table}",status="200"} 2)"));
    EXPECT_THAT(text, HasSubstr(R"(route="none",status="404"} 1)"));
    EXPECT_THAT(text, HasSubstr(R"(tarn_http_request_seconds_count{listener="catalog",)"
                                R"(method="GET",route="/tables/{table}"} 2)"));
}

TEST(Server, has_several_listeners_with_their_own_routes) {
    Metrics metrics;
    runtime::run([](Metrics& metrics) -> awaitable<void> {
        Executor executor = co_await asio::this_coro::executor;
        Server server(executor, metrics);
        Router first, second;
        first.add(answering(Method::Get, "/", "first"));
        second.add(answering(Method::Get, "/", "second"));
        std::string first_url = server.listen({}, std::move(first)).url();
        std::string second_url = server.listen({}, std::move(second)).url();
        {
            Client client(executor);
            EXPECT_EQ((co_await client.get(first_url)).body, "first");
            EXPECT_EQ((co_await client.get(second_url)).body, "second");
        }
        co_await server.stop();
    }(metrics));
}

TEST(Server, says_which_port_is_taken) {
    Metrics metrics;
    runtime::run([](Metrics& metrics) -> awaitable<void> {
        Server server(co_await asio::this_coro::executor, metrics);
        uint16_t port = server.listen({}, Router()).port();
        std::string message;
        try {
            server.listen({.name = "catalog", .port = port}, Router());
        } catch (const Error& error) {
            EXPECT_EQ(error.code(), ErrorCode::Conflict);
            message = error.what();
        }
        EXPECT_EQ(message, fmt::format("catalog: port {} on 127.0.0.1 is taken", port));
        co_await server.stop();
    }(metrics));
}

TEST(Server, asks_for_the_bearer_token_except_on_open_routes) {
    Router router;
    router.add(answering(Method::Get, "/secret", "secret"));
    Route health = answering(Method::Get, "/health", "well");
    health.auth = Auth::Open;
    router.add(std::move(health));
    ServerTest test;
    test.options.bearer_token = "open sesame";

    test.run(std::move(router), [](const Listener& at, Client& client) -> awaitable<void> {
        auto without = co_await client.get(at.url() + "/secret");
        EXPECT_EQ(without.status, 401);
        EXPECT_EQ(without.headers.find("WWW-Authenticate"), "Bearer");

        ClientRequest wrong{.url = at.url() + "/secret",
                            .headers = {{"Authorization", "Bearer open sesamE"}}};
        EXPECT_EQ((co_await client.request(wrong)).status, 401);

        ClientRequest right{.url = at.url() + "/secret",
                            .headers = {{"Authorization", "Bearer open sesame"}}};
        EXPECT_EQ((co_await client.request(right)).body, "secret");

        EXPECT_EQ((co_await client.get(at.url() + "/health")).body, "well");
        EXPECT_EQ((co_await client.get(at.url() + "/nowhere")).status, 401);
    });
}

TEST(Server, answers_only_to_its_own_names) {
    Router router;
    router.add(answering(Method::Get, "/", "hello"));
    ServerTest test;
    test.options.allowed_hosts = {"localhost", "127.0.0.1"};

    test.run(std::move(router), [](const Listener& at, Client& client) -> awaitable<void> {
        EXPECT_EQ((co_await client.get(at.url())).status, 200);
        for (std::string host : {"evil.example", "localhost.evil.example", "evil.example:80"}) {
            ClientRequest rebound{.url = at.url(), .headers = {{"Host", host}}};
            EXPECT_EQ((co_await client.request(rebound)).status, 403) << host;
        }
    });
}

TEST(Server, works_over_several_shards) {
    Metrics metrics;
    runtime::Shards shards(2);
    Server server(shards, metrics);
    Router router;
    router.add(answering(Method::Get, "/", "hello"));
    std::string url = server.listen({}, std::move(router)).url();

    runtime::run([](std::string url) -> awaitable<void> {
        for (int i = 0; i < 8; ++i) {
            Client client(co_await asio::this_coro::executor);
            EXPECT_EQ((co_await client.get(url)).body, "hello");
        }
    }(url));
    runtime::run(server.stop());
}

TEST(Server, lets_a_running_request_end_when_it_stops) {
    Router router;
    router.add(handled(Method::Get, "/slow", [](Request&) -> awaitable<Response> {
        co_await runtime::sleep(50ms);
        co_return text_response("done");
    }));
    Metrics metrics;
    runtime::run([](Metrics& metrics, Router router) -> awaitable<void> {
        Executor executor = co_await asio::this_coro::executor;
        Server server(executor, metrics);
        std::string url = server.listen({}, std::move(router)).url();
        std::string body;
        auto ask = [](Executor executor, std::string url, std::string& body) -> awaitable<void> {
            Client client(executor);
            body = (co_await client.get(url + "/slow")).body;
        };
        runtime::TaskGroup group(executor);
        group.spawn("ask", ask(executor, url, body));
        co_await runtime::sleep(10ms);

        co_await server.stop();
        co_await group.join();

        EXPECT_EQ(body, "done");
    }(metrics, std::move(router)));
}

TEST(Server, cancels_a_request_that_outlasts_the_grace) {
    bool was_released = false;
    Router router;
    router.add(handled(Method::Get, "/forever", [&](Request&) -> awaitable<Response> {
        struct Sentinel {
            bool& flag;
            ~Sentinel() { flag = true; }
        } sentinel{was_released};
        co_await runtime::sleep(1h);
        co_return Response{};
    }));
    ServerTest test;
    test.grace = 10ms;

    test.run(std::move(router), [](const Listener& at, Client&) -> awaitable<void> {
        RawClient raw = co_await RawClient::connect(at.port());
        co_await raw.send("GET /forever HTTP/1.1\r\nHost: x\r\n\r\n");
        co_await runtime::sleep(10ms);
    });

    EXPECT_TRUE(was_released);
}

}  // namespace
}  // namespace tarn::http
