#include "http/server.hpp"

#include <boost/asio/post.hpp>

#include "base/log.hpp"
#include "http/connection.hpp"
#include "net/listening.hpp"

namespace tarn::http {
namespace {

using Tcp = asio::ip::tcp;

std::vector<Executor> executors_of(const runtime::Shards& shards) {
    std::vector<Executor> executors;
    for (int i = 0; i < shards.count(); ++i) {
        executors.push_back(shards.executor_of(runtime::ShardId(i)));
    }
    return executors;
}

}  // namespace

struct Server::Acceptor {
    Listener listener;
    Tcp::acceptor socket;
};

Server::Server(Executor executor, Metrics& metrics)
    : Server(std::vector<Executor>{std::move(executor)}, metrics) {}

Server::Server(const runtime::Shards& shards, Metrics& metrics)
    : Server(executors_of(shards), metrics) {}

Server::Server(std::vector<Executor> executors, Metrics& metrics)
    : accepting_(std::make_unique<runtime::TaskGroup>(executors.front())) {
    for (Executor& executor : executors) {
        shards_.push_back(std::make_unique<ServerShard>(std::move(executor), metrics));
    }
}

Server::~Server() = default;

Listener& Server::listen(ListenerOptions options, Router router) {
    auto socket =
        net::listen_on(accepting_->executor(), {options.name, options.address, options.port});
    auto made = std::unique_ptr<Acceptor>(new Acceptor{
        .listener = Listener(std::move(options), std::move(router)), .socket = std::move(socket)});
    Acceptor& acceptor = *made;
    acceptor.listener.port_ = acceptor.socket.local_endpoint().port();
    {
        std::lock_guard lock(mutex_);
        acceptors_.push_back(std::move(made));
    }
    asio::post(accepting_->executor(), [this, &acceptor] {
        accepting_->spawn("accept for " + acceptor.listener.options().name, accept(acceptor));
    });
    TARN_LOG_DEBUG("{}: listening on {}", acceptor.listener.options().name,
                   acceptor.listener.url());
    return acceptor.listener;
}

awaitable<void> Server::accept(Acceptor& acceptor) {
    while (true) {
        ServerShard& shard = next_shard();
        auto socket = co_await net::accept_on(acceptor.socket, shard.executor(),
                                              acceptor.listener.options().name);
        asio::post(shard.executor(), [&shard, &acceptor, socket = std::move(socket)]() mutable {
            shard.start(acceptor.listener, std::move(socket));
        });
    }
}

ServerShard& Server::next_shard() {
    return *shards_[next_shard_++ % shards_.size()];
}

awaitable<void> Server::stop(std::chrono::milliseconds grace) {
    co_await asio::co_spawn(accepting_->executor(), stop_accepting(), use_awaitable);
    for (auto& shard : shards_) {
        co_await asio::co_spawn(shard->executor(), shard->stop(grace), use_awaitable);
    }
}

awaitable<void> Server::stop_accepting() {
    accepting_->cancel();
    co_await accepting_->join();
    std::lock_guard lock(mutex_);
    for (auto& acceptor : acceptors_) acceptor->socket.close();
}

}  // namespace tarn::http
