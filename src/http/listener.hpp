// A listener is one address and port with its own routes, limits and credentials. The server owns
// it; it stays where it is until the server is gone.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "http/route.hpp"
#include "net/tls.hpp"

namespace tarn::http {

struct Limits {
    size_t header_bytes_max = 32 * 1024;
    uint64_t body_bytes_max = 16 * 1024 * 1024;  // of routes without a limit of their own
    int connections_max = 4096;                  // one more is told 503 and closed
};

struct Timeouts {
    std::chrono::milliseconds header{
        10'000};  // from the first byte of a request to its last header
    std::chrono::milliseconds body_idle{30'000};   // between two pieces of a body
    std::chrono::milliseconds keep_alive{75'000};  // between two requests
    std::chrono::milliseconds write_idle{30'000};  // without the client taking a byte
};

enum class AccessLog { Off, Debug, Info };

struct ListenerOptions {
    std::string name = "http";  // in logs and metrics
    std::string address = "127.0.0.1";
    uint16_t port = 0;  // 0: any free one
    std::optional<net::Tls> tls = {};
    std::optional<std::string> bearer_token = {};
    // The names a client may call us by, without port; empty for any. A page of another site that
    // makes its own name point here (DNS rebinding) does not know them.
    std::vector<std::string> allowed_hosts = {};
    Limits limits = {};
    Timeouts timeouts = {};
    AccessLog access_log = AccessLog::Debug;
};

class Listener {
public:
    Listener(ListenerOptions options, Router router);

    const ListenerOptions& options() const { return options_; }
    const Router& router() const { return router_; }
    uint16_t port() const { return port_; }
    std::string url() const;

    // Whether a request with this Host, and this Authorization, may come in.
    bool allows_host(std::string_view host) const;
    bool allows_authorization(std::optional<std::string_view> authorization) const;

private:
    friend class Server;
    friend class ServerShard;

    ListenerOptions options_;
    Router router_;
    net::TlsContext tls_;
    uint16_t port_ = 0;
    std::atomic<int> connections_ = 0;
};

}  // namespace tarn::http
