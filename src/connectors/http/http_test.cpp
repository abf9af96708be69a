#include <gmock/gmock.h>

#include <future>
#include <mutex>
#include <thread>

#include "connectors/formats/test_tables.hpp"
#include "connectors/http/http_sink.hpp"
#include "http/server_fixture.hpp"

namespace tarn::connectors {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::MatchesRegex;

struct Taken {
    std::string key;
    std::string body;
    std::string content_type;
    std::string token;
};

// A server on a thread of its own, which answers as it is told and then with 200.
class TestServer {
public:
    struct Answer {
        int status = 200;
        std::string body = {};
        std::chrono::milliseconds after{0};
        std::string retry_after = {};
    };

    explicit TestServer(std::vector<Answer> answers) : answers_(std::move(answers)) {
        std::promise<uint16_t> port;
        auto ready = port.get_future();
        thread_ = std::thread([this, &port] { serve(port); });
        port_ = ready.get();
    }
    ~TestServer() {
        is_over_ = true;
        thread_.join();
    }

    std::string url() const { return fmt::format("http://127.0.0.1:{}/rows", port_); }
    std::vector<Taken> requests() const {
        std::scoped_lock lock(mutex_);
        return requests_;
    }

private:
    void serve(std::promise<uint16_t>& port) {
        http::ServerTest server;
        http::Router router;
        http::Handler take = [this](http::Request& request) { return answer(request); };
        router.add(http::handled(http::Method::Post, "/rows", take));
        router.add(http::handled(http::Method::Put, "/rows", take));
        server.run(std::move(router),
                   [&](const http::Listener& listener, http::Client&) -> awaitable<void> {
                       port.set_value(listener.port());
                       while (!is_over_) co_await runtime::sleep(std::chrono::milliseconds(5));
                   });
    }

    awaitable<http::Response> answer(http::Request& request) {
        std::string body = co_await request.body();
        auto header = [&](std::string_view name) {
            return std::string(request.header(name).value_or(""));
        };
        Answer next;
        {
            std::scoped_lock lock(mutex_);
            requests_.push_back(
                {header("Idempotency-Key"), body, header("Content-Type"), header("Authorization")});
            if (requests_.size() <= answers_.size()) next = answers_[requests_.size() - 1];
        }
        co_await runtime::sleep(next.after);
        http::Response response = http::text_response(next.body);
        response.status = next.status;
        if (!next.retry_after.empty()) response.headers.set("Retry-After", next.retry_after);
        co_return response;
    }

    std::vector<Answer> answers_;
    mutable std::mutex mutex_;
    std::vector<Taken> requests_;
    std::atomic<bool> is_over_ = false;
    uint16_t port_ = 0;
    std::thread thread_;
};

class HttpSinks : public testing::Test {
protected:
    void serve(std::vector<TestServer::Answer> answers = {}) {
        server = std::make_unique<TestServer>(std::move(answers));
        url = server->url();
    }

    HttpSink sink(const std::string& options = {}, const std::string& format = "json") {
        table = test_table(fmt::format(
            "t (a INT, b STRING) WITH ('connector' = 'http', 'url' = '{}', 'format' = '{}', "
            "'sink.retry.wait' = '1ms'{}{})",
            url, format, options.empty() ? "" : ", ", options));
        return {sink_of(table), "job-1", clock, random, is_cancelled};
    }
    void write(engine::Sink& sink, const std::vector<std::string>& rows) {
        sink.write(batch_of(table->table.columns, rows));
    }
    std::vector<std::string> bodies() const {
        std::vector<std::string> all;
        for (const Taken& each : server->requests()) all.push_back(each.body);
        return all;
    }

    std::unique_ptr<TestServer> server;
    std::string url = "http://127.0.0.1:1/rows";
    sql::StoredTablePtr table;
    ManualClock clock{WallTime(std::chrono::seconds(1'780'000'000))};
    SeededRandom random{7};
    std::shared_ptr<std::atomic<bool>> is_cancelled = std::make_shared<std::atomic<bool>>(false);
};

TEST_F(HttpSinks, send_full_batches_at_once_and_the_rest_in_time) {
    serve();
    HttpSink rows = sink(
        "'sink.batch.max-size' = '2', 'sink.flush-buffer.timeout' = '3s', "
        "'header.Authorization' = 'Bearer x'");

    write(rows, {"1, 'x'", "2, '\"'", "3, CAST(NULL AS STRING)"});
    EXPECT_THAT(bodies(), ElementsAre(R"([{"a":1,"b":"x"},{"a":2,"b":"\""}])"));
    EXPECT_EQ(rows.wakes_at(), clock.ticks() + std::chrono::seconds(3));
    rows.wake();

    EXPECT_THAT(bodies(), ElementsAre(testing::_, R"([{"a":3,"b":null}])"));
    EXPECT_EQ(rows.wakes_at(), std::nullopt);
    EXPECT_EQ(server->requests()[0].content_type, "application/json");
    EXPECT_EQ(server->requests()[0].token, "Bearer x");
}

TEST_F(HttpSinks, send_lines_of_any_format) {
    serve();
    HttpSink lines = sink("'sink.body' = 'lines'");
    write(lines, {"1, 'x'", "2, 'y'"});
    lines.prepare({.number = 1});
    HttpSink csv = sink("'sink.body' = 'lines', 'insert-method' = 'PUT'", "csv");
    write(csv, {"1, 'x y'"});
    csv.prepare({.number = 1});

    EXPECT_THAT(bodies(), ElementsAre("{\"a\":1,\"b\":\"x\"}\n{\"a\":2,\"b\":\"y\"}\n", "1,x y\n"));
    EXPECT_EQ(server->requests()[0].content_type, "application/x-ndjson");
    EXPECT_EQ(server->requests()[1].content_type, "text/csv");
}

TEST_F(HttpSinks, name_each_batch_and_each_try_of_it_alike) {
    serve({{.status = 503}, {.status = 429, .retry_after = "1"}});
    HttpSink rows = sink("'sink.batch.max-size' = '1', 'sink.retry.wait-max' = '5ms'");

    write(rows, {"1, 'x'"});
    write(rows, {"1, 'x'"});
    rows.prepare({.number = 1});
    write(rows, {"1, 'x'"});

    auto requests = server->requests();
    ASSERT_EQ(requests.size(), 5u);
    EXPECT_THAT(requests[0].key, MatchesRegex("job-1/[0-9a-f]{16}/1/0/[0-9a-f]{16}"));
    EXPECT_EQ(requests[1].key, requests[0].key);
    EXPECT_EQ(requests[2].key, requests[0].key);
    EXPECT_THAT(requests[3].key, HasSubstr("/1/1/"));
    EXPECT_THAT(requests[4].key, HasSubstr("/2/0/"));
}

TEST_F(HttpSinks, keep_batches_with_their_epoch_to_send_them_exactly_once) {
    serve();
    std::string options = "'sink.delivery-guarantee' = 'exactly-once', 'sink.batch.max-size' = '2'";
    HttpSink rows = sink(options);
    write(rows, {"1, 'a'", "2, 'b'", "3, 'c'"});
    EXPECT_EQ(rows.wakes_at(), std::nullopt);
    engine::OperatorState prepared = rows.prepare({.number = 4});
    write(rows, {"4, 'd'"});
    EXPECT_THAT(bodies(), ElementsAre());

    rows.commit(4, prepared);
    HttpSink after_crash = sink(options);
    after_crash.commit(4, prepared);
    write(after_crash, {"4, 'd'"});
    after_crash.commit(5, after_crash.prepare({.number = 5}));

    auto requests = server->requests();
    ASSERT_EQ(requests.size(), 5u);
    EXPECT_EQ(requests[0].body, R"([{"a":1,"b":"a"},{"a":2,"b":"b"}])");
    EXPECT_EQ(requests[1].body, R"([{"a":3,"b":"c"}])");
    EXPECT_EQ(requests[2].key, requests[0].key);
    EXPECT_EQ(requests[3].key, requests[1].key);
    EXPECT_THAT(requests[4].key, HasSubstr("/5/0/"));
    EXPECT_EQ(requests[4].key.substr(0, 22), requests[0].key.substr(0, 22));
}

TEST_F(HttpSinks, fail_by_what_a_server_says_that_refuses_rows) {
    serve({{.status = 400, .body = "no column 'b'\n"}});
    HttpSink rows = sink("'sink.batch.max-size' = '1'");

    EXPECT_EQ(refusal_of([&] { write(rows, {"1, 'x'"}); }),
              url + " refuses a request: status 400: no column 'b'");
    EXPECT_EQ(server->requests().size(), 1u);
}

TEST_F(HttpSinks, give_up_after_the_retries_that_they_have) {
    serve({{.status = 500}, {.status = 500}, {.status = 500, .body = "down"}});
    HttpSink rows = sink("'sink.batch.max-size' = '1', 'sink.max-retries' = '2'");

    EXPECT_EQ(refusal_of([&] { write(rows, {"1, 'x'"}); }),
              url + " is not ready: status 500: down (after 2 retries)");
    EXPECT_EQ(server->requests().size(), 3u);
}

TEST_F(HttpSinks, retry_the_statuses_that_they_are_told) {
    serve({{.status = 404}, {.status = 500}});
    HttpSink rows = sink("'sink.batch.max-size' = '1', 'sink.retry.codes' = '404'");

    EXPECT_THAT(refusal_of([&] { write(rows, {"1, 'x'"}); }), HasSubstr("refuses a request"));
    EXPECT_EQ(server->requests().size(), 2u);
}

TEST_F(HttpSinks, wait_for_an_answer_as_long_as_they_are_told) {
    serve({{.after = std::chrono::milliseconds(3'000)}});
    HttpSink rows = sink("'sink.batch.max-size' = '1', 'request.timeout' = '200ms'");

    write(rows, {"1, 'x'"});

    EXPECT_EQ(server->requests().size(), 2u);
}

TEST_F(HttpSinks, wait_no_longer_for_a_server_once_the_job_is_cancelled) {
    serve({{.after = std::chrono::milliseconds(4'000)}});
    HttpSink slow = sink("'sink.batch.max-size' = '1'");
    url = "http://127.0.0.1:1/rows";
    HttpSink absent = sink("'sink.batch.max-size' = '1', 'sink.retry.wait' = '10s'");
    for (HttpSink* rows : {&slow, &absent}) {
        *is_cancelled = false;
        auto begin = std::chrono::steady_clock::now();
        std::thread canceller([this] {
            std::this_thread::sleep_for(std::chrono::milliseconds(100));
            *is_cancelled = true;
        });

        EXPECT_THAT(refusal_of([&] { write(*rows, {"1, 'x'"}); }), HasSubstr("cancelled"));

        canceller.join();
        EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(2));
    }
}

TEST_F(HttpSinks, refuse_options_that_make_no_sense) {
    EXPECT_EQ(
        refusal_of([&] { sink("", "csv"); }),
        "c.d.t: rows in 'csv' make no JSON array; 'sink.body' = 'lines' sends them one behind "
        "the other");
    EXPECT_EQ(refusal_of([&] { sink("'sink.retry.codes' = '5xx,99'"); }),
              "'99' is no status of HTTP; statuses are written 429,503 or 5xx");
    EXPECT_THAT(refusal_of([&] { sink("'header.X' = 'a\nb'"); }), HasSubstr("X"));
    url = "ftp://x";
    EXPECT_THAT(refusal_of([&] { sink(); }), HasSubstr("ftp"));
}

TEST(Patience, knows_statuses_by_themselves_and_by_their_hundreds) {
    Patience patience{.statuses = parse_statuses("429, 5xx")};

    EXPECT_TRUE(patience.is_retried(429));
    EXPECT_TRUE(patience.is_retried(503));
    EXPECT_FALSE(patience.is_retried(404));
    EXPECT_FALSE(patience.is_retried(200));
}

}  // namespace
}  // namespace tarn::connectors
