#include "kafka/broker/server.hpp"

#include <boost/asio/post.hpp>

#include "base/log.hpp"
#include "kafka/broker/broker_metrics.hpp"
#include "kafka/broker/connection.hpp"
#include "net/listening.hpp"
#include "net/transport.hpp"

namespace tarn::kafka {
namespace {

constexpr std::chrono::seconds WatchEvery{1};

}  // namespace

struct Server::Acceptor {
    Listener listener;
    asio::ip::tcp::acceptor socket;
};

Server::Server(Broker& broker) : broker_(broker) {
    for (int i = 0; i < broker.shards.count(); ++i) {
        runtime::ShardId id(i);
        shards_.push_back(std::make_unique<Shard>(id, broker.shards.executor_of(id)));
        Shard& shard = *shards_.back();
        asio::post(shard.tasks.executor(),
                   [this, &shard] { shard.tasks.spawn("connections", watch(shard)); });
    }
    accepting_ = std::make_unique<runtime::TaskGroup>(shards_[0]->tasks.executor());
}

Server::~Server() = default;

const Listener& Server::listen(const ListenerOptions& options) {
    auto socket =
        net::listen_on(accepting_->executor(), {options.name, options.address, options.port});
    uint16_t port = socket.local_endpoint().port();
    bool is_everywhere = options.address == "0.0.0.0" || options.address == "::";
    Listener listener{.name = options.name,
                      .address = options.address,
                      .port = port,
                      .advertised_host = options.advertised_host,
                      .advertised_port = options.advertised_port ? options.advertised_port : port,
                      .tls = options.tls ? net::server_context(*options.tls) : nullptr,
                      .has_sasl = options.has_sasl};
    if (listener.advertised_host.empty()) {
        listener.advertised_host = is_everywhere ? "localhost" : options.address;
    }
    acceptors_.push_back(std::unique_ptr<Acceptor>(
        new Acceptor{.listener = std::move(listener), .socket = std::move(socket)}));
    Acceptor& acceptor = *acceptors_.back();
    asio::post(accepting_->executor(), [this, &acceptor] {
        accepting_->spawn("accept for " + acceptor.listener.name, accept(acceptor));
    });
    return acceptor.listener;
}

awaitable<void> Server::accept(Acceptor& acceptor) {
    while (true) {
        Shard& shard = *shards_[next_shard_++ % shards_.size()];
        auto socket = co_await net::accept_on(acceptor.socket, shard.tasks.executor(),
                                              acceptor.listener.name);
        asio::post(shard.tasks.executor(),
                   [this, &shard, &acceptor, socket = std::move(socket)]() mutable {
                       start(shard, acceptor.listener, std::move(socket));
                   });
    }
}

void Server::start(Shard& shard, const Listener& listener, net::Socket socket) {
    // Kafka has no answer for "too many": the connection is closed.
    if (connections_ >= broker_.settings.connections_max) {
        broker_.metrics.connections_refused.Increment();
        return;
    }
    ++connections_;
    broker_.metrics.connections.Increment();
    Session session{
        .listener = listener, .shard = shard.id, .client_host = net::peer_address(socket)};
    auto transport = listener.tls ? net::server_tls_transport(std::move(socket), listener.tls)
                                  : net::plain_transport(std::move(socket));
    auto connection = std::make_shared<Connection>(std::move(transport), std::move(session),
                                                   broker_, shard.buffers, shard.tasks);
    shard.tasks.spawn("connection", run(*this, shard, std::move(connection)));
}

awaitable<void> Server::watch(Shard& shard) {
    while (true) {
        co_await runtime::sleep(WatchEvery);
        Ticks now = broker_.clock.ticks();
        for (auto& each : shard.connections) {
            if (auto connection = each.lock()) connection->close_if_overdue(now);
        }
    }
}

awaitable<void> Server::run(Server& server, Shard& shard, std::shared_ptr<Connection> connection) {
    auto place = shard.connections.insert(shard.connections.end(), connection);
    std::exception_ptr failure;
    try {
        co_await connection->serve();
    } catch (...) {
        failure = std::current_exception();
    }
    shard.connections.erase(place);
    --server.connections_;
    server.broker_.metrics.connections.Decrement();
    if (failure) std::rethrow_exception(failure);
}

awaitable<void> Server::stop() {
    auto stop_accepting = [](Server& self) -> awaitable<void> {
        self.accepting_->cancel();
        co_await self.accepting_->join();
        for (auto& acceptor : self.acceptors_) acceptor->socket.close();
    };
    auto stop_shard = [](Shard& shard) -> awaitable<void> {
        for (auto& each : shard.connections) {
            if (auto connection = each.lock()) connection->close();
        }
        shard.tasks.cancel();
        co_await shard.tasks.join();
    };
    co_await asio::co_spawn(accepting_->executor(), stop_accepting(*this), use_awaitable);
    for (auto& shard : shards_) {
        co_await asio::co_spawn(shard->tasks.executor(), stop_shard(*shard), use_awaitable);
    }
}

}  // namespace tarn::kafka
