// What arrives when someone means harm or is broken: each case ends in a clear refusal, and the
// server goes on.
#include <gmock/gmock.h>

#include "http/server_fixture.hpp"

namespace tarn::http {
namespace {

using testing::HasSubstr;
using testing::StartsWith;
using namespace std::chrono_literals;

class HostileTest : public testing::Test {
protected:
    HostileTest() {
        test.options.limits = {
            .header_bytes_max = 2048, .body_bytes_max = 1000, .connections_max = 8};
        test.options.timeouts = {
            .header = 100ms, .body_idle = 100ms, .keep_alive = 100ms, .write_idle = 100ms};
    }

    static Router routes() {
        Router router;
        router.add(answering(Method::Get, "/", "hello"));
        router.add(handled(Method::Post, "/", [](Request& request) -> awaitable<Response> {
            std::string body = co_await request.body();
            co_return text_response(fmt::format("{} bytes", body.size()));
        }));
        return router;
    }

    // What the server says to these bytes until it closes; after it, others are still served.
    std::string answer_to(std::string bytes) {
        std::string answer;
        test.run(routes(), [&](const Listener& at, Client& client) -> awaitable<void> {
            RawClient raw = co_await RawClient::connect(at.port());
            co_await raw.send(bytes);
            answer = co_await raw.receive_all();
            auto after = co_await client.get(at.url());
            EXPECT_EQ(after.body, "hello");
        });
        return answer;
    }

    ServerTest test;
};

TEST_F(HostileTest, both_lengths_and_encodings_are_refused) {
    std::string chunked = "0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n";
    std::string head = "POST / HTTP/1.1\r\nHost: x\r\n";
    for (std::string framing :
         {"Content-Length: 6\r\nTransfer-Encoding: chunked\r\n",
          "Transfer-Encoding: chunked\r\nContent-Length: 6\r\n",
          "Content-Length: 5\r\nContent-Length: 6\r\n",
          "Content-Length: 6\r\nContent-Length: 6\r\n", "Content-Length: 6, 6\r\n",
          "Content-Length: +6\r\n", "Content-Length: -1\r\n", "Content-Length: 0x6\r\n",
          "Content-Length: 99999999999999999999\r\n", "Content-Length : 6\r\n",
          "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
          "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n", "Content-Length:\r\n",
          "Content-Length: 6\n", "Content-Length: 6\r\n folded: yes\n"}) {
        std::string answer = answer_to(head + framing + "\r\n" + chunked);
        EXPECT_THAT(answer, StartsWith("HTTP/1.1 400 ")) << framing;
        EXPECT_THAT(answer, Not(HasSubstr("404"))) << "the smuggled request was read: " << framing;
        EXPECT_THAT(answer, HasSubstr("Connection: close")) << framing;
    }
}

TEST_F(HostileTest, other_encodings_are_refused) {
    for (std::string encoding : {"gzip, chunked", "xchunked", "chunked, gzip", "identity",
                                 "chunked "
                                 "chunked",
                                 "\"chunked\""}) {
        std::string answer = answer_to(
            "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: " + encoding + "\r\n\r\n0\r\n\r\n");
        EXPECT_THAT(answer, StartsWith("HTTP/1.1 501 ")) << encoding;
    }
    EXPECT_THAT(answer_to("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
                StartsWith("HTTP/1.1 400 "));
}

TEST_F(HostileTest, malformed_heads_are_refused) {
    for (std::string bytes :
         {"GET\r\n\r\n", "GET / HTTP/2.0\r\nHost: x\r\n\r\n", "GET / HTTP/1.1\r\n: x\r\n\r\n",
          "GET / HTTP/1.1\r\nHo st: x\r\n\r\n", "GET / HTTP/1.1\r\nHost: x\r\nA: \x01\r\n\r\n",
          "GET /a b HTTP/1.1\r\nHost: x\r\n\r\n", "\x16\x03\x01\x02\r\n\r\n",
          "GET / HTTP/1.1\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
          "GET /../etc/passwd HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
          "GET /%zz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
          "CONNECT x:80 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"}) {
        EXPECT_THAT(answer_to(bytes), StartsWith("HTTP/1.1 400 ")) << bytes;
    }
}

TEST_F(HostileTest, an_unknown_method_is_told_what_the_path_allows) {
    std::string answer = answer_to("BREW / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 405 "));
    EXPECT_THAT(answer, HasSubstr("Allow: OPTIONS, GET, HEAD, POST\r\n"));
}

TEST_F(HostileTest, long_heads_are_refused_before_they_are_whole) {
    std::string start = "GET / HTTP/1.1\r\nHost: x\r\nA: ";
    EXPECT_THAT(answer_to(start + std::string(100'000, 'a')), StartsWith("HTTP/1.1 431 "));
    EXPECT_THAT(answer_to("GET /" + std::string(100'000, 'a')), StartsWith("HTTP/1.1 431 "));
    std::string many = "GET / HTTP/1.1\r\nHost: x\r\n";
    for (int i = 0; i < 10'000; ++i) many += "a: b\r\n";
    EXPECT_THAT(answer_to(many), StartsWith("HTTP/1.1 431 "));
}

TEST_F(HostileTest, large_bodies_are_refused_by_their_length_alone) {
    std::string answer = answer_to("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1001\r\n\r\n");
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 413 "));
    EXPECT_THAT(answer, HasSubstr("the body has 1001 bytes, 1000 are allowed here"));
}

TEST_F(HostileTest, large_chunked_bodies_are_refused_once_they_are_too_large) {
    std::string chunks;
    for (int i = 0; i < 11; ++i) chunks += "64\r\n" + std::string(100, 'a') + "\r\n";
    std::string answer =
        answer_to("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks);
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 413 "));
}

TEST_F(HostileTest, malformed_chunks_are_refused) {
    std::string head = "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
    for (std::string body :
         {std::string("zz\r\n\r\n"), std::string("5\r\nhelloXXXX\r\n"),
          std::string("fffffffffffffffff\r\n"), std::string("-1\r\n\r\n"),
          "5;" + std::string(100'000, 'a'), "0\r\n" + std::string(100'000, 'a')}) {
        EXPECT_THAT(answer_to(head + body), StartsWith("HTTP/1.1 400 ")) << body.substr(0, 20);
    }
}

TEST_F(HostileTest, fields_after_a_chunked_body_do_not_join_the_head) {
    Router router;
    router.add(handled(Method::Post, "/", [](Request& request) -> awaitable<Response> {
        co_await request.body();
        co_return text_response(request.header("Authorization") ? "in" : "out");
    }));
    test.run(std::move(router), [](const Listener& at, Client&) -> awaitable<void> {
        RawClient raw = co_await RawClient::connect(at.port());
        co_await raw.send(
            "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n"
            "Connection: close\r\n\r\n0\r\nAuthorization: Bearer x\r\n\r\n");
        std::string answer = co_await raw.receive_all();
        EXPECT_THAT(answer, testing::EndsWith("out"));
    });
}

TEST_F(HostileTest, a_slow_head_times_out) {
    test.run(routes(), [](const Listener& at, Client&) -> awaitable<void> {
        RawClient raw = co_await RawClient::connect(at.port());
        // Each byte is progress, yet the head as a whole takes too long.
        auto drip = [](RawClient& raw) -> awaitable<void> {
            for (char c : std::string("GET / HTTP/1.1\r\nA: " + std::string(1000, 'a'))) {
                co_await raw.send(std::string(1, c));
                co_await runtime::sleep(10ms);
            }
        };
        runtime::TaskGroup group(co_await asio::this_coro::executor);
        group.spawn("drip", drip(raw));

        std::string answer = co_await raw.receive_all();

        EXPECT_THAT(answer, StartsWith("HTTP/1.1 408 "));
        group.cancel();
        co_await group.join();
    });
}

TEST_F(HostileTest, a_body_that_stops_times_out) {
    EXPECT_THAT(answer_to("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nhel"),
                StartsWith("HTTP/1.1 408 "));
}

TEST_F(HostileTest, silent_connections_are_closed_without_a_word) {
    EXPECT_EQ(answer_to(""), "");
    std::string answer = answer_to("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_THAT(answer, testing::EndsWith("hello")) << "nothing follows before the close";
}

TEST_F(HostileTest, a_client_that_does_not_read_is_given_up) {
    bool was_given_up = false;
    Router router;
    router.add(handled(Method::Get, "/", [&](Request&) -> awaitable<Response> {
        BodyStream body{.write = [&](BodyWriter& body) -> awaitable<void> {
            struct Sentinel {
                bool& flag;
                ~Sentinel() { flag = true; }
            } sentinel{was_given_up};
            while (true) co_await body.write(std::string(100'000, 'a'));
        }};
        co_return Response{.body = std::move(body)};
    }));
    test.run(std::move(router), [&](const Listener& at, Client&) -> awaitable<void> {
        RawClient raw = co_await RawClient::connect(at.port());
        co_await raw.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
        while (!was_given_up) co_await runtime::sleep(10ms);
    });
    EXPECT_TRUE(was_given_up);
}

TEST_F(HostileTest, connections_past_the_limit_are_turned_away) {
    test.options.timeouts.header = 10s;
    test.run(routes(), [](const Listener& at, Client&) -> awaitable<void> {
        std::vector<RawClient> silent;
        for (int i = 0; i < 8; ++i) silent.push_back(co_await RawClient::connect(at.port()));
        RawClient late = co_await RawClient::connect(at.port());
        std::string answer = co_await late.receive_all();
        EXPECT_THAT(answer, StartsWith("HTTP/1.1 503 "));
        EXPECT_THAT(answer, testing::EndsWith("\"too many connections at once\"}}"));

        silent[0].close();
        std::string served;
        while (!served.starts_with("HTTP/1.1 200 ")) {
            RawClient next = co_await RawClient::connect(at.port());
            co_await next.send("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
            served = co_await next.receive_all();
        }
    });
}

TEST_F(HostileTest, an_answer_reaches_a_client_that_is_still_sending) {
    std::string answer = answer_to("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 500000\r\n\r\n" +
                                   std::string(500'000, 'a'));
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 413 "));
}

}  // namespace
}  // namespace tarn::http
