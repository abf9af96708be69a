#include "http/server_shard.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>

#include "base/log.hpp"
#include "http/connection.hpp"
#include "http/header_values.hpp"
#include "net/listening.hpp"

namespace tarn::http {
namespace {

// One place among a listener's connections, given back when the connection has ended.
struct Place {
    std::atomic<int>& taken;
    ~Place() { --taken; }
};

// Best effort and without waiting: whoever comes when we are full must not cost us anything.
void turn_away(net::Socket socket) {
    constexpr std::string_view text =
        "HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nRetry-After: 1\r\n"
        "Content-Type: application/json\r\nContent-Length: 71\r\n\r\n"
        R"({"error":{"code":"unavailable","message":"too many connections at once"}})";
    boost::system::error_code ignored;
    socket.non_blocking(true, ignored);
    socket.write_some(asio::buffer(text.data(), text.size()), ignored);
}

}  // namespace

ServerShard::ServerShard(Executor executor, Metrics& metrics)
    : metrics_(metrics), watchdog_(executor, WatchInterval), tasks_(executor) {}

RouteMetrics& ServerShard::metrics_of(const Listener& listener) {
    auto found = route_metrics_.find(&listener);
    if (found == route_metrics_.end()) {
        found = route_metrics_
                    .try_emplace(&listener, metrics_, listener.options().name, listener.router())
                    .first;
    }
    return found->second;
}

void ServerShard::start(Listener& listener, net::Socket socket) {
    if (is_stopping_) return;
    if (++listener.connections_ > listener.options().limits.connections_max) {
        --listener.connections_;
        turn_away(std::move(socket));
        return;
    }
    std::string address = net::peer_address(socket);
    auto transport = listener.tls_ ? net::server_tls_transport(std::move(socket), listener.tls_)
                                   : net::plain_transport(std::move(socket));
    auto connection =
        std::make_unique<Connection>(std::move(transport), std::move(address), listener, *this);
    tasks_.spawn("connection", run(std::move(connection), listener));
}

awaitable<void> ServerShard::run(std::unique_ptr<Connection> connection, Listener& listener) {
    Place place{listener.connections_};
    auto cancellable = asio::bind_cancellation_slot(connection->cancel_slot(), use_awaitable);
    co_await asio::co_spawn(executor(), connection->serve(), cancellable);
}

awaitable<void> ServerShard::stop(std::chrono::milliseconds grace) {
    is_stopping_ = true;
    Ticks deadline = std::chrono::steady_clock::now() + grace;
    for (auto next = connections_.begin(); next != connections_.end();) {
        (*next++)->stop_by(deadline);
    }
    co_await tasks_.join();
}

std::string_view ServerShard::date(Ticks now) {
    if (now >= date_good_until_) {
        date_ = http_date(SystemClock().now());
        date_good_until_ = now + std::chrono::seconds(1);
    }
    return date_;
}

}  // namespace tarn::http
