#include "net/tls_files.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/pkcs12.h>

#include <fstream>
#include <iterator>

#include "base/error.hpp"
#include "net/testing/certificate.hpp"
#include "net/tls.hpp"

namespace tarn::net {
namespace {

using testing::HasSubstr;

std::string content_of(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(file), {});
}

class TlsFileTest : public testing::Test {
protected:
    std::string write(std::string_view content) {
        std::string path = certificate_.key_path() + ".store";
        std::ofstream(path, std::ios::binary) << content;
        return path;
    }

    // The certificate and the key in a store with the password "changeit".
    std::string write_pkcs12() {
        std::FILE* file = std::fopen(certificate_.certificate_path().c_str(), "r");
        X509* certificate = PEM_read_X509(file, nullptr, nullptr, nullptr);
        std::fclose(file);
        file = std::fopen(certificate_.key_path().c_str(), "r");
        EVP_PKEY* key = PEM_read_PrivateKey(file, nullptr, nullptr, nullptr);
        std::fclose(file);
        PKCS12* store = PKCS12_create("changeit", "own", key, certificate, nullptr, 0, 0, 0, 0, 0);
        std::string path = certificate_.key_path() + ".p12";
        file = std::fopen(path.c_str(), "w");
        i2d_PKCS12_fp(file, store);
        std::fclose(file);
        PKCS12_free(store);
        EVP_PKEY_free(key);
        X509_free(certificate);
        return path;
    }

    std::string refusal_of(const std::string& path, const std::string& password = "") {
        try {
            read_tls_file(path, password);
        } catch (const Error& error) {
            return error.full_text();
        }
        return "accepted";
    }

    Certificate certificate_;
};

TEST_F(TlsFileTest, takes_pem_as_it_is) {
    TlsFile file = read_tls_file(certificate_.certificate_path());

    EXPECT_EQ(file.certificates, content_of(certificate_.certificate_path()));
}

TEST_F(TlsFileTest, turns_a_pkcs12_store_into_pem) {
    TlsFile file = read_tls_file(write_pkcs12(), "changeit");

    EXPECT_EQ(file.certificates, content_of(certificate_.certificate_path()));
    EXPECT_EQ(file.key, content_of(certificate_.key_path()));
    EXPECT_NO_THROW(client_context(
        {.trusted = file.certificates, .certificate = file.certificates, .key = file.key}));
}

TEST_F(TlsFileTest, asks_whether_the_password_of_a_store_is_right) {
    EXPECT_THAT(refusal_of(write_pkcs12(), "wrong"), HasSubstr("is its password the right one?"));
}

TEST_F(TlsFileTest, tells_how_a_java_keystore_becomes_one_for_everybody) {
    std::string path = write("\xFE\xED\xFE\xED and so on");

    EXPECT_THAT(refusal_of(path), HasSubstr("keytool -importkeystore -srckeystore " + path));
}

TEST_F(TlsFileTest, refuses_what_holds_no_certificates) {
    EXPECT_THAT(refusal_of(write("hello")), HasSubstr("holds neither PEM nor PKCS12"));
    EXPECT_THAT(refusal_of("/nowhere/ca.pem"), HasSubstr("cannot read /nowhere/ca.pem"));
}

TEST_F(TlsFileTest, says_which_part_of_a_client_cannot_be_used) {
    auto refusal = [](const ClientTls& tls) -> std::string {
        try {
            client_context(tls);
        } catch (const Error& error) {
            return error.what();
        }
        return "accepted";
    };
    std::string certificate = content_of(certificate_.certificate_path());

    EXPECT_THAT(refusal({.trusted = "nonsense"}), HasSubstr("cannot use the trusted certificates"));
    EXPECT_THAT(refusal({.certificate = "nonsense"}),
                HasSubstr("cannot use the client's certificate"));
    EXPECT_THAT(refusal({.certificate = certificate}),
                HasSubstr("cannot use the client's private key"));
}

TEST_F(TlsFileTest, gives_pem_in_one_line_its_lines_back) {
    std::string two = content_of(certificate_.certificate_path());
    two += two;
    std::string one_line = two;
    for (char& c : one_line) {
        if (c == '\n') c = ' ';
    }

    EXPECT_EQ(with_pem_lines(one_line), two);
    EXPECT_EQ(with_pem_lines(two), two);
    EXPECT_EQ(with_pem_lines("-----BEGIN X----- abc"), "");
}

}  // namespace
}  // namespace tarn::net
