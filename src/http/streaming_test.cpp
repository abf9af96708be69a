// Bodies as they flow, both ways, and the order of requests on one connection.
#include <gmock/gmock.h>

#include "http/server_fixture.hpp"
#include "http/server_sent_events.hpp"

namespace tarn::http {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;
using namespace std::chrono_literals;

constexpr uint64_t LargeBytes = 64 * 1024 * 1024;
constexpr size_t PieceBytes = 256 * 1024;

awaitable<void> write_large(BodyWriter& body) {
    for (uint64_t i = 0; i < LargeBytes; i += PieceBytes) {
        co_await body.write(std::string(PieceBytes, static_cast<char>('a' + i / PieceBytes % 26)));
    }
}

// Reads a body to its end; the largest piece is what it cost in memory at any moment.
struct Seen {
    uint64_t bytes = 0;
    size_t largest_piece = 0;
};
awaitable<Seen> read_large(BodySource& body) {
    Seen seen;
    while (auto piece = co_await body.next_chunk()) {
        seen.bytes += piece->size();
        seen.largest_piece = std::max(seen.largest_piece, piece->size());
    }
    co_return seen;
}

TEST(Streaming, takes_a_large_upload_piece_by_piece) {
    Router router;
    Route upload = handled(Method::Put, "/object", [](Request& request) -> awaitable<Response> {
        uint64_t bytes = 0;
        size_t largest = 0;
        while (auto piece = co_await request.next_chunk()) {
            bytes += piece->size();
            largest = std::max(largest, piece->size());
        }
        co_return text_response(fmt::format("{} {}", bytes, largest <= 128 * 1024));
    });
    upload.body_bytes_max = LargeBytes;
    router.add(std::move(upload));

    ServerTest().run(std::move(router), [](const Listener& at, Client& client) -> awaitable<void> {
        BodyStream chunked{.write = write_large};
        ClientRequest without_length{.method = Method::Put, .url = at.url() + "/object"};
        without_length.body = chunked;
        auto first = co_await client.request(without_length);
        EXPECT_EQ(first.body, fmt::format("{} true", LargeBytes));

        BodyStream sized{.write = write_large, .content_length = LargeBytes};
        ClientRequest with_length{.method = Method::Put, .url = at.url() + "/object"};
        with_length.body = sized;
        auto second = co_await client.request(with_length);
        EXPECT_EQ(second.body, fmt::format("{} true", LargeBytes));
    });
}

TEST(Streaming, sends_a_large_download_piece_by_piece) {
    Router router;
    router.add(handled(Method::Get, "/object", [](Request& request) -> awaitable<Response> {
        BodyStream body{.write = write_large};
        if (request.query("sized")) body.content_length = LargeBytes;
        co_return Response{.body = std::move(body)};
    }));

    ServerTest().run(std::move(router), [](const Listener& at, Client& client) -> awaitable<void> {
        for (std::string path : {"/object", "/object?sized"}) {
            ClientRequest request{.url = at.url() + path};
            ResponseStream stream = co_await client.open(request);
            Seen seen = co_await read_large(stream);
            EXPECT_EQ(seen.bytes, LargeBytes) << path;
            EXPECT_LE(seen.largest_piece, 128u * 1024) << path;
        }
    });
}

TEST(Streaming, makes_a_fast_writer_wait_for_a_slow_reader) {
    uint64_t written = 0;
    Router router;
    router.add(handled(Method::Get, "/object", [&](Request&) -> awaitable<Response> {
        BodyStream body{.write = [&](BodyWriter& body) -> awaitable<void> {
            for (; written < LargeBytes; written += PieceBytes) {
                co_await body.write(std::string(PieceBytes, 'a'));
            }
        }};
        co_return Response{.body = std::move(body)};
    }));

    ServerTest().run(std::move(router), [&](const Listener& at, Client& client) -> awaitable<void> {
        ClientRequest request{.url = at.url() + "/object"};
        ResponseStream stream = co_await client.open(request);
        uint64_t before = 1;
        while (written != before) {
            before = written;
            co_await runtime::sleep(50ms);
        }
        EXPECT_LT(written, LargeBytes) << "the rest waits until someone reads";
        co_await read_large(stream);
        EXPECT_EQ(written, LargeBytes);
    });
}

TEST(Streaming, is_cancelled_when_the_client_leaves) {
    bool was_released = false;
    Router router;
    router.add(handled(Method::Get, "/wait", [&](Request&) -> awaitable<Response> {
        BodyStream body{.write = [&](BodyWriter& body) -> awaitable<void> {
            struct Sentinel {
                bool& flag;
                ~Sentinel() { flag = true; }
            } sentinel{was_released};
            co_await body.write(std::string("hello"));
            co_await runtime::sleep(1h);
        }};
        co_return Response{.body = std::move(body)};
    }));

    ServerTest().run(std::move(router), [&](const Listener& at, Client& client) -> awaitable<void> {
        {
            ClientRequest request{.url = at.url() + "/wait"};
            ResponseStream stream = co_await client.open(request);
            auto first = co_await stream.next_chunk();
            EXPECT_EQ(as_text(*first), "hello");
        }
        while (!was_released) co_await runtime::sleep(10ms);
    });
    EXPECT_TRUE(was_released);
}

TEST(Streaming, answers_with_an_error_while_nothing_has_been_sent) {
    Router router;
    router.add(handled(Method::Get, "/early", [](Request&) -> awaitable<Response> {
        BodyStream body{.write = [](BodyWriter&) -> awaitable<void> {
            throw Error(ErrorCode::NotFound, "no object 7");
            co_return;
        }};
        co_return Response{.body = std::move(body)};
    }));
    router.add(handled(Method::Get, "/late", [](Request&) -> awaitable<Response> {
        BodyStream body{.write = [](BodyWriter& body) -> awaitable<void> {
            co_await body.write(std::string("half"));
            throw Error(ErrorCode::Corrupt, "bad block");
        }};
        co_return Response{.body = std::move(body)};
    }));

    ServerTest().run(std::move(router), [](const Listener& at, Client& client) -> awaitable<void> {
        auto early = co_await client.get(at.url() + "/early");
        EXPECT_EQ(early.status, 404);

        std::string late;
        try {
            co_await client.get(at.url() + "/late");
        } catch (const Error& error) {
            late = name_of(error.code());
        }
        EXPECT_EQ(late, "unavailable") << "half a body must not look like a whole one";
    });
}

TEST(Streaming, holds_a_handler_to_the_length_it_announced) {
    Router router;
    router.add(handled(Method::Get, "/short", [](Request&) -> awaitable<Response> {
        BodyStream body{.write = [](BodyWriter& body) -> awaitable<void> {
                            co_await body.write(std::string("short"));
                        },
                        .content_length = 100};
        co_return Response{.body = std::move(body)};
    }));
    ServerTest().run(std::move(router), [](const Listener& at, Client& client) -> awaitable<void> {
        bool has_failed = false;
        try {
            co_await client.get(at.url() + "/short");
        } catch (const Error& error) {
            has_failed = error.code() == ErrorCode::Unavailable;
        }
        EXPECT_TRUE(has_failed);
    });
}

Router echo_routes() {
    Router router;
    router.add(handled(Method::Post, "/echo", [](Request& request) -> awaitable<Response> {
        std::string body = co_await request.body();
        co_return text_response(body);
    }));
    router.add(answering(Method::Get, "/hello", "hello"));
    router.add(answering(Method::Post, "/ignore", "ignored"));
    return router;
}

TEST(Connection, answers_pipelined_requests_in_order) {
    ServerTest().run(echo_routes(), [](const Listener& at, Client&) -> awaitable<void> {
        RawClient raw = co_await RawClient::connect(at.port());
        co_await raw.send(
            "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\none"
            "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: "
            "chunked\r\n\r\n3\r\ntwo\r\n0\r\n\r\n"
            "GET /hello HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        std::string answers = co_await raw.receive_all();
        auto one = answers.find("\r\n\r\none");
        auto two = answers.find("\r\n\r\ntwo");
        auto three = answers.find("\r\n\r\nhello");
        EXPECT_LT(one, two);
        EXPECT_LT(two, three);
        EXPECT_NE(three, std::string::npos) << answers;
    });
}

TEST(Connection, takes_a_head_that_comes_byte_by_byte) {
    ServerTest().run(echo_routes(), [](const Listener& at, Client&) -> awaitable<void> {
        RawClient raw = co_await RawClient::connect(at.port());
        for (char c : std::string("GET /hello HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")) {
            co_await raw.send(std::string(1, c));
        }
        EXPECT_THAT(co_await raw.receive_all(), EndsWith("hello"));
    });
}

TEST(Connection, takes_a_chunked_body_that_comes_byte_by_byte) {
    ServerTest().run(echo_routes(), [](const Listener& at, Client&) -> awaitable<void> {
        for (std::string body : {"0\r\n\r\n", "2\r\nab\r\n1;x=y\r\nc\r\n0\r\nT: t\r\n\r\n"}) {
            RawClient raw = co_await RawClient::connect(at.port());
            co_await raw.send(
                "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n"
                "Connection: close\r\n\r\n");
            for (char c : body) {
                co_await raw.send(std::string(1, c));
                co_await runtime::sleep(1ms);  // so that the server reads each by itself
            }
            std::string answer = co_await raw.receive_all();
            EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 "));
            EXPECT_THAT(answer, EndsWith(body.size() > 5 ? "abc" : "\r\n\r\n"));
        }
    });
}

TEST(Connection, says_continue_when_the_body_is_wanted) {
    ServerTest().run(echo_routes(), [](const Listener& at, Client&) -> awaitable<void> {
        RawClient raw = co_await RawClient::connect(at.port());
        co_await raw.send(
            "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n"
            "Expect: 100-continue\r\n\r\n");
        EXPECT_EQ(co_await raw.receive_until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
        co_await raw.send("body");
        EXPECT_THAT(co_await raw.receive_until("body"), StartsWith("HTTP/1.1 200 OK\r\n"));
    });
}

TEST(Connection, refuses_a_body_before_it_is_sent) {
    ServerTest test;
    test.options.limits.body_bytes_max = 10;
    test.run(echo_routes(), [](const Listener& at, Client&) -> awaitable<void> {
        RawClient raw = co_await RawClient::connect(at.port());
        co_await raw.send(
            "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 11\r\n"
            "Expect: 100-continue\r\n\r\n");
        EXPECT_THAT(co_await raw.receive_until("\r\n\r\n"), StartsWith("HTTP/1.1 413 "));
    });
}

TEST(Connection, stays_in_step_when_a_handler_ignores_a_small_body) {
    ServerTest().run(echo_routes(), [](const Listener& at, Client&) -> awaitable<void> {
        RawClient raw = co_await RawClient::connect(at.port());
        co_await raw.send(
            "POST /ignore HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n12345"
            "GET /hello HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        std::string answers = co_await raw.receive_all();
        EXPECT_THAT(answers, HasSubstr("ignored"));
        EXPECT_THAT(answers, EndsWith("hello"));
    });
}

TEST(Connection, speaks_http_1_0) {
    Router router = echo_routes();
    router.add(handled(Method::Get, "/stream", [](Request&) -> awaitable<Response> {
        BodyStream body{.write = [](BodyWriter& body) -> awaitable<void> {
            co_await body.write(std::string("streamed"));
        }};
        co_return Response{.body = std::move(body)};
    }));
    ServerTest().run(std::move(router), [](const Listener& at, Client&) -> awaitable<void> {
        RawClient old = co_await RawClient::connect(at.port());
        co_await old.send("GET /stream HTTP/1.0\r\n\r\n");
        std::string streamed = co_await old.receive_all();
        EXPECT_THAT(streamed, EndsWith("\r\n\r\nstreamed")) << "without chunks, ended by the close";

        RawClient kept = co_await RawClient::connect(at.port());
        co_await kept.send("GET /hello HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
        EXPECT_THAT(co_await kept.receive_until("hello"), HasSubstr("Connection: keep-alive\r\n"));
    });
}

TEST(ServerSentEvents, arrive_as_they_were_sent) {
    Router router;
    router.add(handled(Method::Get, "/events", [](Request&) -> awaitable<Response> {
        co_return event_stream([](EventWriter& events) -> awaitable<void> {
            ServerSentEvent first{.event = "row", .data = "two\nlines", .id = "1"};
            co_await events.send(first);
            co_await events.heartbeat();
            ServerSentEvent second{.data = "", .retry = 500ms};
            co_await events.send(second);
            co_await runtime::sleep(1h);
        });
    }));

    ServerTest().run(std::move(router), [](const Listener& at, Client& client) -> awaitable<void> {
        ClientRequest request{.url = at.url() + "/events"};
        ResponseStream stream = co_await client.open(request);
        EXPECT_EQ(stream.headers().find("Content-Type"), "text/event-stream");
        EventParser parser;
        std::vector<ServerSentEvent> received;
        while (received.size() < 2) {
            auto piece = co_await stream.next_chunk();
            for (auto& event : parser.feed(as_text(*piece))) received.push_back(event);
        }
        EXPECT_EQ(received[0], (ServerSentEvent{.event = "row", .data = "two\nlines", .id = "1"}));
        EXPECT_EQ(received[1], (ServerSentEvent{.data = "", .id = "1", .retry = 500ms}));
    });
}

TEST(ServerSentEvents, do_not_hold_up_a_stop) {
    Router router;
    router.add(handled(Method::Get, "/events", [](Request&) -> awaitable<Response> {
        co_return event_stream(
            [](EventWriter&) -> awaitable<void> { co_await runtime::sleep(1h); });
    }));
    ServerTest test;
    test.grace = 1h;
    test.run(std::move(router), [](const Listener& at, Client&) -> awaitable<void> {
        RawClient raw = co_await RawClient::connect(at.port());
        co_await raw.send("GET /events HTTP/1.1\r\nHost: x\r\n\r\n");
        co_await raw.receive_until("\r\n\r\n");
    });
}

TEST(ServerSentEvents, are_read_in_pieces_of_any_size) {
    std::string text =
        "\xEF\xBB\xBF: comment\r\nevent: a\rdata:1\ndata: 2\n\nid: 9\n\ndata\r\n\r\nx: y\n";
    for (size_t size = 1; size <= text.size(); ++size) {
        EventParser parser;
        std::vector<ServerSentEvent> events;
        for (size_t at = 0; at < text.size(); at += size) {
            for (auto& event : parser.feed(std::string_view(text).substr(at, size))) {
                events.push_back(event);
            }
        }
        ASSERT_EQ(events.size(), 2u) << size;
        EXPECT_EQ(events[0], (ServerSentEvent{.event = "a", .data = "1\n2"}));
        EXPECT_EQ(events[1], (ServerSentEvent{.data = "", .id = "9"}));
    }
}

TEST(ServerSentEvents, have_no_room_for_line_breaks_in_a_name_nor_for_endless_data) {
    EXPECT_THROW(to_text({.event = "a\ndata: b"}), Error);
    EventParser parser(100);
    EXPECT_THROW(parser.feed("data: " + std::string(200, 'a')), Error);
}

}  // namespace
}  // namespace tarn::http
