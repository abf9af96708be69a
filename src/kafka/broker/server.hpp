// The Kafka server: its listeners, and the connections of their clients over all shards. A
// connection stays on the shard that it is given at the start.
#pragma once

#include <boost/asio/ip/tcp.hpp>

#include <list>
#include <memory>
#include <string>
#include <vector>

#include "kafka/broker/broker.hpp"
#include "kafka/broker/frame_buffer.hpp"
#include "runtime/task_group.hpp"

namespace tarn::kafka {

class Connection;

struct ListenerOptions {
    std::string name = "kafka";
    std::string address = "127.0.0.1";
    uint16_t port = 0;  // 0: any free one
    // Where clients are told to connect: as given here, or else as we listen.
    std::string advertised_host = {};
    uint16_t advertised_port = 0;
    std::optional<net::Tls> tls = {};
    bool has_sasl = false;
};

class Server {
public:
    explicit Server(Broker& broker);
    ~Server();

    // Starts to listen. Throws Conflict when the port is taken, InvalidInput when the address or a
    // certificate cannot be used. Listeners are added before clients come in large numbers: by one
    // thread, none of the shards'.
    const Listener& listen(const ListenerOptions& options);

    // Accepts no more and closes every connection. A client whose answer was on its way asks again.
    awaitable<void> stop();

private:
    // What the connections of one shard share.
    struct Shard {
        explicit Shard(runtime::ShardId id, Executor executor)
            : id(id), tasks(std::move(executor)) {}

        runtime::ShardId id;
        runtime::TaskGroup tasks;
        BufferPool buffers;
        std::list<std::weak_ptr<Connection>> connections;
    };
    struct Acceptor;

    awaitable<void> accept(Acceptor& acceptor);
    void start(Shard& shard, const Listener& listener, asio::ip::tcp::socket socket);
    awaitable<void> watch(Shard& shard);
    static awaitable<void> run(Server& server, Shard& shard,
                               std::shared_ptr<Connection> connection);

    Broker& broker_;
    std::vector<std::unique_ptr<Shard>> shards_;
    size_t next_shard_ = 0;  // used on the first shard only, where all listeners accept
    std::unique_ptr<runtime::TaskGroup> accepting_;
    std::vector<std::unique_ptr<Acceptor>> acceptors_;
    std::atomic<int> connections_ = 0;
};

}  // namespace tarn::kafka
