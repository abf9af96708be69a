#include "kafka/client/tls_stream.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <array>
#include <boost/asio/ssl/context.hpp>

namespace tarn::kafka::client {
namespace {

constexpr size_t PieceBytes = 16 * 1024;

Error untrusted(long verdict) {
    if (verdict == X509_V_ERR_HOSTNAME_MISMATCH || verdict == X509_V_ERR_IP_ADDRESS_MISMATCH) {
        return Error(ErrorCode::Unauthorized, "its certificate is for another name")
            .with_hint(
                "name the broker as its certificate does; an empty "
                "ssl.endpoint.identification.algorithm takes any name");
    }
    return Error(ErrorCode::Unauthorized, "its certificate is not trusted: {}",
                 X509_verify_cert_error_string(verdict))
        .with_hint(
            "ssl.truststore.location names a PEM file with certificates to trust, its own or "
            "that of who signed it");
}

Error refused_by_peer(const char* reason) {
    return Error(ErrorCode::Unauthorized, "it refuses this client's TLS: {}", reason)
        .with_hint(
            "if it asks for a certificate, name one with its key by ssl.keystore.location and "
            "ssl.keystore.type=PEM");
}

// What OpenSSL's last failure means for who runs a command.
Error failure_of(SSL* ssl) {
    unsigned long code = ERR_peek_last_error();
    int reason = ERR_GET_REASON(code);
    const char* words = ERR_reason_error_string(code);
    if (reason == SSL_R_CERTIFICATE_VERIFY_FAILED) return untrusted(SSL_get_verify_result(ssl));
    if (reason >= SSL_AD_REASON_OFFSET) return refused_by_peer(words ? words : "without a reason");
    if (!SSL_is_init_finished(ssl)) {
        return Error(ErrorCode::Corrupt, "what answers does not speak TLS")
            .with_hint(
                "if this port is not encrypted, write security.protocol=PLAINTEXT or "
                "SASL_PLAINTEXT");
    }
    return Error(ErrorCode::Corrupt, "TLS fails: {}", words ? words : "without a reason");
}

// OpenSSL works on memory; we carry bytes between it and the stream below.
class TlsStream : public Stream {
public:
    TlsStream(std::unique_ptr<Stream> below, net::TlsContext context)
        : below_(std::move(below)),
          context_(std::move(context)),
          ssl_(SSL_new(context_->native_handle()), SSL_free),
          incoming_(BIO_new(BIO_s_mem())),
          outgoing_(BIO_new(BIO_s_mem())) {
        SSL_set_bio(ssl_.get(), incoming_, outgoing_);
    }

    void expect(const std::string& host) {
        if (X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl_.get()), host.c_str()) == 1) return;
        SSL_set_tlsext_host_name(ssl_.get(), host.c_str());
        SSL_set1_host(ssl_.get(), host.c_str());
    }

    void shake_hands(Ticks deadline) {
        drive([this] { return SSL_connect(ssl_.get()); }, deadline);
    }

    void write(BytesView bytes, Ticks deadline) override {
        while (!bytes.empty()) {
            BytesView piece = bytes.first(std::min(bytes.size(), PieceBytes));
            drive(
                [&] { return SSL_write(ssl_.get(), piece.data(), static_cast<int>(piece.size())); },
                deadline);
            bytes = bytes.subspan(piece.size());
        }
    }

    size_t read_some(std::span<std::byte> room, Ticks deadline) override {
        int size = static_cast<int>(std::min(room.size(), PieceBytes));
        return static_cast<size_t>(
            drive([&] { return SSL_read(ssl_.get(), room.data(), size); }, deadline));
    }

private:
    // Takes a step of OpenSSL again and again, with the bytes that it lacks, until it is done.
    template <typename Step>
    int drive(Step step, Ticks deadline) {
        while (true) {
            ERR_clear_error();
            int outcome = step();
            int reason = SSL_get_error(ssl_.get(), outcome);
            if (outcome <= 0 && reason != SSL_ERROR_WANT_READ) fail(reason, deadline);
            flush(deadline);
            if (outcome > 0) return outcome;
            feed(deadline);
        }
    }

    [[noreturn]] void fail(int reason, Ticks deadline) {
        if (reason == SSL_ERROR_ZERO_RETURN) throw ClosedError();
        Error failure = failure_of(ssl_.get());
        try {
            flush(deadline);  // tells the other side why
        } catch (const Error&) {
            // It need not listen any more.
        }
        throw failure;
    }

    void flush(Ticks deadline) {
        std::array<std::byte, PieceBytes> piece;
        while (true) {
            int count = BIO_read(outgoing_, piece.data(), static_cast<int>(piece.size()));
            if (count <= 0) return;
            below_->write(BytesView(piece).first(static_cast<size_t>(count)), deadline);
        }
    }

    void feed(Ticks deadline) {
        std::array<std::byte, PieceBytes> piece;
        size_t count = below_->read_some(piece, deadline);
        BIO_write(incoming_, piece.data(), static_cast<int>(count));
    }

    std::unique_ptr<Stream> below_;
    net::TlsContext context_;
    std::unique_ptr<SSL, decltype(&SSL_free)> ssl_;
    BIO* incoming_;  // both belong to ssl_
    BIO* outgoing_;
};

}  // namespace

std::unique_ptr<Stream> encrypted(std::unique_ptr<Stream> stream, net::TlsContext context,
                                  const std::string& host, Ticks deadline) {
    auto encrypted = std::make_unique<TlsStream>(std::move(stream), std::move(context));
    if (!host.empty()) encrypted->expect(host);
    try {
        encrypted->shake_hands(deadline);
    } catch (const ClosedError& closed) {
        throw Error(closed.code(), "{} instead of agreeing on TLS", closed.what())
            .with_hint(
                "if this port is not encrypted, write security.protocol=PLAINTEXT or "
                "SASL_PLAINTEXT");
    }
    return encrypted;
}

}  // namespace tarn::kafka::client
