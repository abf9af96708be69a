#include "http/client.hpp"

#include <gmock/gmock.h>
#include <boost/json/value.hpp>

#include "http/server_fixture.hpp"

namespace tarn::http {
namespace {

using testing::HasSubstr;
using namespace std::chrono_literals;

awaitable<std::string> failure_of_get(Client& client, std::string url) {
    std::string text = "no failure";
    try {
        co_await client.get(url);
    } catch (const Error& error) {
        text = fmt::format("{}: {}", name_of(error.code()), error.what());
    }
    co_return text;
}

// A server that plays a fixed part: for each connection it reads once and answers with these bytes.
awaitable<void> play(asio::ip::tcp::acceptor& acceptor, std::vector<std::string> parts) {
    for (const std::string& part : parts) {
        asio::ip::tcp::socket socket = co_await acceptor.async_accept(use_awaitable);
        char room[4096];
        co_await socket.async_read_some(asio::buffer(room), use_awaitable);
        co_await asio::async_write(socket, asio::buffer(part), use_awaitable);
    }
}

asio::ip::tcp::acceptor on_free_port(Executor executor) {
    return {executor, {asio::ip::address_v4::loopback(), 0}};
}

std::string url_of(const asio::ip::tcp::acceptor& acceptor) {
    return fmt::format("http://127.0.0.1:{}/", acceptor.local_endpoint().port());
}

TEST(Client, says_who_does_not_answer) {
    runtime::run([]() -> awaitable<void> {
        Executor executor = co_await asio::this_coro::executor;
        std::string url;
        {
            auto closed = on_free_port(executor);
            url = url_of(closed);
        }
        Client client(executor);
        std::string failure = co_await failure_of_get(client, url);
        EXPECT_EQ(failure, fmt::format("unavailable: {}: Connection refused",
                                       url.substr(0, url.size() - 1)));
        EXPECT_THAT(co_await failure_of_get(client, "gopher://x"), HasSubstr("invalid_input"));
    }());
}

TEST(Client, gives_up_on_a_server_that_says_nothing) {
    runtime::run([]() -> awaitable<void> {
        Executor executor = co_await asio::this_coro::executor;
        auto silent = on_free_port(executor);
        ClientOptions options{.response_timeout = 50ms};
        Client client(executor, options);
        std::string failure = co_await failure_of_get(client, url_of(silent));
        EXPECT_EQ(failure, fmt::format("timeout: {}: no answer in time", url_of(silent)));
    }());
}

TEST(Client, uses_a_connection_again) {
    Router router;
    router.add(answering(Method::Get, "/", "hello"));
    ServerTest test;
    test.options.limits.connections_max = 1;
    test.run(std::move(router), [](const Listener& at, Client& client) -> awaitable<void> {
        for (int i = 0; i < 3; ++i) {
            auto response = co_await client.get(at.url());
            EXPECT_EQ(response.status, 200) << "a second connection would be turned away";
        }
    });
}

TEST(Client, repeats_a_request_when_the_kept_connection_was_closed) {
    runtime::run([]() -> awaitable<void> {
        Executor executor = co_await asio::this_coro::executor;
        auto acceptor = on_free_port(executor);
        std::string answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
        runtime::TaskGroup group(executor);
        std::vector<std::string> parts = {answer, answer};
        group.spawn("server", play(acceptor, parts));
        {
            Client client(executor);
            auto first = co_await client.get(url_of(acceptor));
            auto second = co_await client.get(url_of(acceptor));
            EXPECT_EQ(first.body + second.body, "okok");
        }
        co_await group.join();
    }());
}

TEST(Client, tells_a_cut_answer_from_a_whole_one) {
    runtime::run([]() -> awaitable<void> {
        Executor executor = co_await asio::this_coro::executor;
        auto acceptor = on_free_port(executor);
        runtime::TaskGroup group(executor);
        std::vector<std::string> parts = {
            "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n",
            "HTTP/1.1 200 O",
            "",
            "no http at all",
            "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\r\nuntil the close"};
        group.spawn("server", play(acceptor, parts));
        {
            Client client(executor);
            for (int i = 0; i < 5; ++i) {
                EXPECT_THAT(co_await failure_of_get(client, url_of(acceptor)),
                            HasSubstr("unavailable: "))
                    << parts[static_cast<size_t>(i)];
            }
            auto whole = co_await client.get(url_of(acceptor));
            EXPECT_EQ(whole.body, "until the close");
        }
        co_await group.join();
    }());
}

TEST(Client, turns_our_errors_back_into_errors) {
    Router router;
    router.add(handled(Method::Get, "/", [](Request&) -> awaitable<Response> {
        throw Error(ErrorCode::Conflict, "table t exists").with_hint("choose another name");
        co_return Response{};
    }));
    ServerTest().run(std::move(router), [](const Listener& at, Client& client) -> awaitable<void> {
        auto response = co_await client.get(at.url());
        try {
            response.or_throw();
            ADD_FAILURE() << "409 is no success";
        } catch (const Error& error) {
            EXPECT_EQ(error.code(), ErrorCode::Conflict);
            EXPECT_EQ(std::string(error.what()), at.url() + ": 409 table t exists");
            EXPECT_EQ(error.hint(), "choose another name");
        }
    });
}

TEST(Client, stops_at_an_answer_that_is_too_large) {
    Router router;
    router.add(answering(Method::Get, "/", std::string(1001, 'a')));
    ServerTest test;
    test.client_options.body_bytes_max = 1000;
    test.run(std::move(router), [](const Listener& at, Client& client) -> awaitable<void> {
        EXPECT_THAT(co_await failure_of_get(client, at.url()), HasSubstr("too_large: "));
    });
}

}  // namespace
}  // namespace tarn::http
