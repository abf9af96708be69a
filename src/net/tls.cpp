#include "net/tls.hpp"

#include <boost/asio/ssl/context.hpp>

#include "base/error.hpp"

namespace tarn::net {
namespace {

namespace asio = boost::asio;
namespace ssl = asio::ssl;

void check(boost::system::error_code failure, std::string_view what) {
    if (!failure) return;
    throw Error(ErrorCode::InvalidInput, "cannot use {}: {}", what, failure.message())
        .with_hint("give a file in PEM form that this user may read");
}

TlsContext new_context(ssl::context::method side) {
    auto context = std::make_shared<ssl::context>(side);
    SSL_CTX_set_min_proto_version(context->native_handle(), TLS1_2_VERSION);
    return context;
}

void trust(ssl::context& context, const std::string& certificates) {
    boost::system::error_code failure;
    context.add_certificate_authority(asio::buffer(certificates), failure);
    check(failure, "the trusted certificates");
    X509_VERIFY_PARAM_set_flags(SSL_CTX_get0_param(context.native_handle()),
                                X509_V_FLAG_PARTIAL_CHAIN);
}

void show(ssl::context& context, const ClientTls& tls) {
    boost::system::error_code failure;
    context.set_password_callback(
        [password = tls.key_password](size_t, ssl::context::password_purpose) { return password; });
    context.use_certificate_chain(asio::buffer(tls.certificate), failure);
    check(failure, "the client's certificate");
    context.use_private_key(asio::buffer(tls.key), ssl::context::pem, failure);
    check(failure, "the client's private key");
}

}  // namespace

TlsContext server_context(const Tls& tls) {
    TlsContext context = new_context(ssl::context::tls_server);
    boost::system::error_code failure;
    context->use_certificate_chain_file(tls.certificate_path, failure);
    check(failure, "the certificate " + tls.certificate_path);
    context->use_private_key_file(tls.key_path, ssl::context::pem, failure);
    check(failure, "the private key " + tls.key_path);
    return context;
}

TlsContext client_context(const ClientTls& tls) {
    TlsContext context = new_context(ssl::context::tls_client);
    context->set_verify_mode(ssl::verify_peer);
    if (tls.trusted.empty()) {
        context->set_default_verify_paths();
    } else {
        trust(*context, tls.trusted);
    }
    if (!tls.certificate.empty()) show(*context, tls);
    return context;
}

}  // namespace tarn::net
