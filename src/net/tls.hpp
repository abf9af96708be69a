// What a listener or a client needs for TLS.
#pragma once

#include <memory>
#include <string>

namespace boost::asio::ssl {
class context;
}

namespace tarn::net {

struct Tls {
    std::string certificate_path;  // PEM, the chain with the server's own first
    std::string key_path;          // PEM
};

// All of it PEM text; tls_files.hpp reads it from files.
struct ClientTls {
    std::string trusted = {};      // empty: the certificates of the system
    std::string certificate = {};  // the chain with the client's own first; empty: it shows none
    std::string key = {};
    std::string key_password = {};  // empty: the key is not encrypted
};

using TlsContext = std::shared_ptr<boost::asio::ssl::context>;

// Throws InvalidInput that names the file which cannot be used.
TlsContext server_context(const Tls& tls);

// A trusted certificate may be that of the server itself. Throws InvalidInput that says what cannot
// be used.
TlsContext client_context(const ClientTls& tls);

}  // namespace tarn::net
