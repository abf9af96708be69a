#include <gmock/gmock.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <cstdio>
#include <filesystem>

#include "http/server_fixture.hpp"

namespace tarn::http {
namespace {

using testing::HasSubstr;

// A certificate that signs itself, for 127.0.0.1, good for an hour, in files of its own.
class Certificate {
public:
    Certificate() {
        std::string pattern = std::filesystem::temp_directory_path() / "tarn-tls-XXXXXX";
        folder_ = mkdtemp(pattern.data());
        EVP_PKEY* key = EVP_EC_gen("P-256");
        X509* certificate = X509_new();
        X509_set_version(certificate, X509_VERSION_3);
        ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
        X509_gmtime_adj(X509_getm_notBefore(certificate), -60);
        X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
        X509_set_pubkey(certificate, key);
        X509_NAME* name = X509_get_subject_name(certificate);
        X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                                   reinterpret_cast<const unsigned char*>("tarn test"), -1, -1, 0);
        X509_set_issuer_name(certificate, name);
        X509_EXTENSION* names =
            X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, "IP:127.0.0.1");
        X509_add_ext(certificate, names, -1);
        X509_sign(certificate, key, EVP_sha256());

        FILE* file = std::fopen(certificate_path().c_str(), "w");
        PEM_write_X509(file, certificate);
        std::fclose(file);
        file = std::fopen(key_path().c_str(), "w");
        PEM_write_PrivateKey(file, key, nullptr, nullptr, 0, nullptr, nullptr);
        std::fclose(file);
        X509_EXTENSION_free(names);
        X509_free(certificate);
        EVP_PKEY_free(key);
    }
    ~Certificate() { std::filesystem::remove_all(folder_); }

    std::string certificate_path() const { return folder_ + "/certificate.pem"; }
    std::string key_path() const { return folder_ + "/key.pem"; }

private:
    std::string folder_;
};

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

    Certificate certificate;
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
