// The language of the server's tests: a server on a free port, a client beside it on the same event
// loop, and a raw socket for what no decent client would send.
#pragma once

#include <gtest/gtest.h>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/write.hpp>

#include <functional>
#include <string>

#include "http/client.hpp"
#include "http/server.hpp"

namespace tarn::http {

// Runs a test against a server of these routes; the test's function is kept until it has ended.
struct ServerTest {
    Metrics metrics;
    ListenerOptions options;
    ClientOptions client_options;
    std::chrono::milliseconds grace{1000};

    using Test = std::function<awaitable<void>(const Listener&, Client&)>;

    void run(Router router, Test test) { runtime::run(serve(std::move(router), std::move(test))); }

private:
    awaitable<void> serve(Router router, Test test) {
        Executor executor = co_await asio::this_coro::executor;
        Server server(executor, metrics);
        Listener& listener = server.listen(options, std::move(router));
        std::exception_ptr failure;
        {
            Client client(executor, client_options);
            try {
                co_await test(listener, client);
            } catch (...) {
                failure = std::current_exception();
            }
        }
        co_await server.stop(grace);
        if (failure) std::rethrow_exception(failure);
    }
};

// A connection that sends exactly what it is told.
class RawClient {
public:
    static awaitable<RawClient> connect(uint16_t port) {
        RawClient client(co_await asio::this_coro::executor);
        asio::ip::tcp::endpoint server(asio::ip::address_v4::loopback(), port);
        co_await client.socket_.async_connect(server, use_awaitable);
        co_return client;
    }

    awaitable<void> send(std::string text) {
        co_await asio::async_write(socket_, asio::buffer(text), use_awaitable);
    }

    // Everything until the server closes the connection.
    awaitable<std::string> receive_all() {
        std::string all;
        while (true) {
            std::string piece = co_await receive_some();
            if (piece.empty()) co_return all;
            all += piece;
        }
    }

    // Everything up to and with `end`.
    awaitable<std::string> receive_until(std::string end) {
        std::string all;
        while (all.find(end) == std::string::npos) {
            std::string piece = co_await receive_some();
            if (piece.empty()) co_return all + "(closed)";
            all += piece;
        }
        co_return all;
    }

    // What is there next; empty when the server has closed.
    awaitable<std::string> receive_some() {
        char room[4096];
        auto [failure, count] =
            co_await socket_.async_read_some(asio::buffer(room), asio::as_tuple(use_awaitable));
        co_return failure ? "" : std::string(room, count);
    }

    void close() { socket_.close(); }
    asio::ip::tcp::socket& socket() { return socket_; }

private:
    explicit RawClient(Executor executor) : socket_(executor) {}
    asio::ip::tcp::socket socket_;
};

// A route that answers with this text.
inline Route answering(Method method, std::string path, std::string text) {
    return {.method = method,
            .path = std::move(path),
            .summary = "",
            .handler = [text](Request&) -> awaitable<Response> { co_return text_response(text); }};
}

inline Route handled(Method method, std::string path, Handler handler) {
    return {
        .method = method, .path = std::move(path), .summary = "", .handler = std::move(handler)};
}

}  // namespace tarn::http
