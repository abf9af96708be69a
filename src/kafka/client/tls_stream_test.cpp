#include "kafka/client/tls_stream.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/ssl.h>

#include <array>
#include <boost/asio/ssl/context.hpp>

#include "kafka/client/testing/stranger.hpp"
#include "net/testing/certificate.hpp"
#include "net/tls_files.hpp"

namespace tarn::kafka::client {
namespace {

using testing::HasSubstr;

// A server in memory that answers with what it is sent.
class EchoServer : public Stream {
public:
    explicit EchoServer(net::TlsContext context)
        : context_(std::move(context)),
          ssl_(SSL_new(context_->native_handle()), SSL_free),
          incoming_(BIO_new(BIO_s_mem())),
          outgoing_(BIO_new(BIO_s_mem())) {
        SSL_set_bio(ssl_.get(), incoming_, outgoing_);
    }

    void write(BytesView bytes, Ticks) override {
        BIO_write(incoming_, bytes.data(), static_cast<int>(bytes.size()));
        if (!SSL_is_init_finished(ssl_.get())) SSL_accept(ssl_.get());
        std::array<std::byte, 4096> room;
        int count;
        while ((count = SSL_read(ssl_.get(), room.data(), room.size())) > 0) {
            SSL_write(ssl_.get(), room.data(), count);
        }
        if (SSL_get_shutdown(ssl_.get()) & SSL_RECEIVED_SHUTDOWN) SSL_shutdown(ssl_.get());
    }

    size_t read_some(std::span<std::byte> room, Ticks) override {
        int count = BIO_read(outgoing_, room.data(), static_cast<int>(room.size()));
        if (count <= 0) throw ClosedError();
        return static_cast<size_t>(count);
    }

private:
    net::TlsContext context_;
    std::unique_ptr<SSL, decltype(&SSL_free)> ssl_;
    BIO* incoming_;
    BIO* outgoing_;
};

class TlsStreamTest : public testing::Test {
protected:
    std::unique_ptr<Stream> connect(const std::string& host) {
        return encrypted(std::make_unique<EchoServer>(server_), net::client_context(client_), host,
                         Ticks::max());
    }

    Error refusal_of(const std::string& host) {
        try {
            connect(host);
        } catch (const Error& error) {
            return error;
        }
        return Error(ErrorCode::Internal, "accepted");
    }

    static Error refusal_by(std::string words) {
        try {
            encrypted(std::make_unique<Stranger>(std::move(words)), net::client_context({}),
                      "localhost", Ticks::max());
        } catch (const Error& error) {
            return error;
        }
        return Error(ErrorCode::Internal, "accepted");
    }

    net::Certificate certificate_;
    net::TlsContext server_ = net::server_context(
        {.certificate_path = certificate_.certificate_path(), .key_path = certificate_.key_path()});
    net::ClientTls client_{.trusted =
                               net::read_tls_file(certificate_.certificate_path()).certificates};
};

TEST_F(TlsStreamTest, carries_bytes_there_and_back) {
    auto stream = connect("127.0.0.1");
    Bytes sent(100'000);
    for (size_t i = 0; i < sent.size(); ++i) sent[i] = static_cast<std::byte>(i % 251);
    Bytes received(sent.size());

    stream->write(sent, Ticks::max());
    stream->read(received, Ticks::max());

    EXPECT_TRUE(received == sent);
    EXPECT_THROW(stream->read(received, Ticks::max()), ClosedError);
}

TEST_F(TlsStreamTest, trusts_nobody_without_reason) {
    client_.trusted = "";

    Error refusal = refusal_of("127.0.0.1");

    EXPECT_EQ(refusal.code(), ErrorCode::Unauthorized);
    EXPECT_STREQ(refusal.what(), "its certificate is not trusted: self-signed certificate");
    EXPECT_THAT(refusal.hint(), HasSubstr("ssl.truststore.location"));
}

TEST_F(TlsStreamTest, wants_the_certificate_to_be_for_the_host_unless_told_otherwise) {
    for (std::string other : {"localhost", "127.0.0.2"}) {
        Error refusal = refusal_of(other);
        EXPECT_STREQ(refusal.what(), "its certificate is for another name");
        EXPECT_THAT(refusal.hint(), HasSubstr("ssl.endpoint.identification.algorithm"));
    }
    EXPECT_NO_THROW(connect(""));
}

TEST_F(TlsStreamTest, shows_a_certificate_to_a_server_that_asks_for_one) {
    boost::system::error_code failure;
    server_->add_certificate_authority(boost::asio::buffer(client_.trusted), failure);
    server_->set_verify_mode(boost::asio::ssl::verify_peer |
                             boost::asio::ssl::verify_fail_if_no_peer_cert);
    std::array<std::byte, 2> received;

    std::string refusal;
    try {
        // By TLS 1.3 the client hears of it once it reads.
        connect("127.0.0.1")->read(received, Ticks::max());
    } catch (const Error& error) {
        refusal = error.full_text();
    }
    EXPECT_THAT(refusal, HasSubstr("certificate required"));
    EXPECT_THAT(refusal, HasSubstr("ssl.keystore.location"));

    client_.certificate = client_.trusted;
    client_.key = net::read_tls_file(certificate_.key_path()).key;
    auto stream = connect("127.0.0.1");
    stream->write(as_bytes("hi"), Ticks::max());
    stream->read(received, Ticks::max());
    EXPECT_EQ(as_text(received), "hi");
}

TEST_F(TlsStreamTest, says_that_the_other_side_speaks_no_tls) {
    Error spoken = refusal_by("HTTP/1.1 400 Bad Request\r\n\r\n");
    EXPECT_STREQ(spoken.what(), "what answers does not speak TLS");
    EXPECT_THAT(spoken.hint(), HasSubstr("security.protocol=PLAINTEXT"));

    Error closed = refusal_by("");
    EXPECT_STREQ(closed.what(), "the broker closed the connection instead of agreeing on TLS");
    EXPECT_THAT(closed.hint(), HasSubstr("security.protocol=PLAINTEXT"));
}

}  // namespace
}  // namespace tarn::kafka::client
