// The HTTP server: listeners, each with its own routes, over one shard or all of them. A connection
// stays on the shard it is given at the start. Listeners are added at any time from any thread; the
// server is stopped before it is destroyed.
#pragma once

#include <boost/asio/ip/tcp.hpp>

#include <chrono>
#include <memory>
#include <mutex>
#include <vector>

#include "base/metrics.hpp"
#include "http/listener.hpp"
#include "runtime/shards.hpp"
#include "runtime/task_group.hpp"

namespace tarn::http {

class ServerShard;

class Server {
public:
    Server(Executor executor, Metrics& metrics);
    // Connections go to the shards in turn, so handlers run on all of them at once.
    Server(const runtime::Shards& shards, Metrics& metrics);
    ~Server();

    // Starts to listen. Throws Conflict when the port is taken, InvalidInput when the address or a
    // certificate cannot be used.
    Listener& listen(ListenerOptions options, Router router);

    // Stops accepting, lets requests that run end for as long as `grace`, then cancels them.
    // Endless streams are cancelled at once. May be called from any shard, once.
    awaitable<void> stop(std::chrono::milliseconds grace = std::chrono::seconds(5));

private:
    struct Acceptor;

    Server(std::vector<Executor> executors, Metrics& metrics);
    awaitable<void> accept(Acceptor& acceptor);
    awaitable<void> stop_accepting();
    ServerShard& next_shard();

    std::vector<std::unique_ptr<ServerShard>> shards_;
    size_t next_shard_ = 0;  // used on the first shard only, where all listeners accept
    std::unique_ptr<runtime::TaskGroup> accepting_;
    std::mutex mutex_;  // listen() may be called from several threads
    std::vector<std::unique_ptr<Acceptor>> acceptors_;
};

}  // namespace tarn::http
