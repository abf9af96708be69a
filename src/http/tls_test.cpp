#include <gmock/gmock.h>

#include "http/server_fixture.hpp"
#include "net/testing/certificate.hpp"

namespace tarn::http {
namespace {

using testing::HasSubstr;

Router routes() {
    Router router;
    router.add(answering(Method::Get, "/", "secret hello"));
    router.add(handled(Method::Post, "/", [](Request& request) -> awaitable<Response> {
        std::string body = co_await request.body();
        co_return text_response(body);
    }));
    return router;
}

class TlsTest : public testing::Test {
protected:
    TlsTest() {
        test.options.tls = net::Tls{.certificate_path = certificate.certificate_path(),
                                    .key_path = certificate.key_path()};
        test.client_options.ca_path = certificate.certificate_path();
    }

    net::Certificate certificate;
    ServerTest test;
};

TEST_F(TlsTest, serves_a_client_that_trusts_the_certificate) {
    test.run(routes(), [](const Listener& at, Client& client) -> awaitable<void> {
        EXPECT_THAT(at.url(), testing::StartsWith("https://127.0.0.1:"));
        auto hello = co_await client.get(at.url());
        EXPECT_EQ(hello.body, "secret hello");

        std::string large(3'000'000, 'a');
        auto echoed = co_await client.post(at.url(), large);
        EXPECT_EQ(echoed.body, large);
    });
}

TEST_F(TlsTest, is_not_trusted_without_reason) {
    test.client_options.ca_path = "";
    test.run(routes(), [](const Listener& at, Client& client) -> awaitable<void> {
        std::string failure;
        try {
            co_await client.get(at.url());
        } catch (const Error& error) {
            EXPECT_EQ(error.code(), ErrorCode::Unavailable);
            failure = error.what();
        }
        EXPECT_THAT(failure, HasSubstr("certificate verify failed"));
    });
}

TEST_F(TlsTest, is_not_trusted_for_another_name) {
    test.run(routes(), [](const Listener& at, Client& client) -> awaitable<void> {
        std::string failure;
        try {
            co_await client.get(fmt::format("https://localhost:{}", at.port()));
        } catch (const Error& error) {
            failure = error.what();
        }
        EXPECT_THAT(failure, HasSubstr("certificate verify failed"));
    });
}

TEST_F(TlsTest, survives_clients_that_speak_no_tls) {
    test.run(routes(), [](const Listener& at, Client& client) -> awaitable<void> {
        RawClient raw = co_await RawClient::connect(at.port());
        co_await raw.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
        co_await raw.receive_all();
        auto after = co_await client.get(at.url());
        EXPECT_EQ(after.status, 200);
    });
}

TEST(Tls, says_which_file_cannot_be_used) {
    Metrics metrics;
    runtime::run([](Metrics& metrics) -> awaitable<void> {
        Server server(co_await asio::this_coro::executor, metrics);
        ListenerOptions options{.tls =
                                    net::Tls{.certificate_path = "/nowhere/c.pem", .key_path = ""}};
        std::string message;
        try {
            server.listen(options, Router());
        } catch (const Error& error) {
            message = error.what();
        }
        EXPECT_THAT(message, HasSubstr("cannot use the certificate /nowhere/c.pem"));
        co_await server.stop();
    }(metrics));
}

}  // namespace
}  // namespace tarn::http
