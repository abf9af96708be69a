// Where the certificates of a listener or a client lie.
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

using TlsContext = std::shared_ptr<boost::asio::ssl::context>;

// Throws InvalidInput that names the file which cannot be used.
TlsContext server_context(const Tls& tls);

// Trusts the certificates of the system, or only those in `ca_path` when it is given.
TlsContext client_context(const std::string& ca_path);

}  // namespace tarn::net
