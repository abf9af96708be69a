// The HTTP client. It keeps connections open between requests and is used on the shard of its
// executor only. An answer of any status is a value; what throws is that there was none:
// Unavailable when nobody listens, Timeout, TooLarge. Redirects are not followed. Every answer that
// was opened must be gone before the client is.
#pragma once

#include <boost/json/fwd.hpp>

#include <chrono>
#include <list>
#include <memory>
#include <optional>
#include <string>

#include "http/body.hpp"
#include "http/headers.hpp"
#include "http/method.hpp"
#include "http/url.hpp"
#include "http/watchdog.hpp"
#include "net/tls.hpp"

namespace tarn::http {

class ClientConnection;

struct ClientOptions {
    std::chrono::milliseconds connect_timeout{5'000};
    std::chrono::milliseconds response_timeout{
        60'000};                                   // from the request sent to the answer's head
    std::chrono::milliseconds body_idle{60'000};   // without a byte of a body moving
    std::chrono::milliseconds keep_alive{30'000};  // how long an unused connection is kept
    size_t idle_connections_max = 16;
    size_t header_bytes_max = 64 * 1024;
    uint64_t body_bytes_max = 256 * 1024 * 1024;  // of bodies read whole; streams have no limit
    std::string ca_path = {};                     // PEM; empty: the certificates of the system
    Headers headers = {};                         // sent with every request
};

struct ClientRequest {
    Method method = Method::Get;
    std::string url;
    Headers headers = {};
    Body body = {};
};

struct ClientResponse {
    int status;
    Headers headers;
    std::string body;
    std::string url;

    bool is_success() const { return status >= 200 && status < 300; }
    // The body; throws InvalidInput that names the URL when it is not JSON.
    boost::json::value json() const;
    // Throws the Error that a status outside 2xx stands for, with the message of our error shape
    // when the body has it.
    const ClientResponse& or_throw() const;
};

// An answer whose body is read as it comes: a large object, or events. Dropping it before the end
// closes its connection.
class ResponseStream : public BodySource {
public:
    ResponseStream(ResponseStream&&) noexcept;
    ~ResponseStream() override;

    int status() const { return status_; }
    const Headers& headers() const { return headers_; }
    awaitable<std::optional<Bytes>> next_chunk() override;

private:
    friend class Client;
    ResponseStream(class Client& client, std::unique_ptr<ClientConnection> connection);

    Client& client_;
    std::unique_ptr<ClientConnection> connection_;  // null once the body has ended
    int status_;
    Headers headers_;
};

class Client {
public:
    // Two constructors, since GCC 12 frees a default argument twice in `Client c(co_await …)`.
    explicit Client(Executor executor);
    Client(Executor executor, ClientOptions options);
    ~Client();

    awaitable<ClientResponse> get(std::string url);
    awaitable<ClientResponse> post(std::string url, std::string body,
                                   std::string content_type = "application/json");
    // Give the request a name first: GCC 12 frees one that is written out within a co_await twice.
    awaitable<ClientResponse> request(ClientRequest request);

    // Returns when the head of the answer is there. body_idle holds between the pieces; for events
    // without heartbeats make a client that waits longer.
    awaitable<ResponseStream> open(ClientRequest request);

private:
    friend class ResponseStream;

    struct Kept {
        std::unique_ptr<ClientConnection> connection;
        Ticks until;
    };

    awaitable<std::unique_ptr<ClientConnection>> connect(Url url);
    std::unique_ptr<ClientConnection> take_kept(const std::string& origin);
    void keep(std::unique_ptr<ClientConnection> connection);
    net::TlsContext tls();

    Executor executor_;
    ClientOptions options_;
    net::TlsContext tls_;  // made at the first https URL: it reads the system's certificates
    Watchdog watchdog_;
    std::list<Kept> kept_;  // the most recently used first
};

}  // namespace tarn::http
