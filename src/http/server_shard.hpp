// What all connections of a server on one shard share. It lives on that shard and is touched only
// there.
#pragma once

#include <list>
#include <map>
#include <memory>
#include <string>

#include "http/listener.hpp"
#include "http/route_metrics.hpp"
#include "http/watchdog.hpp"
#include "net/transport.hpp"
#include "runtime/task_group.hpp"

namespace tarn::http {

class Connection;

class ServerShard {
public:
    ServerShard(Executor executor, Metrics& metrics);

    const Executor& executor() const { return tasks_.executor(); }
    Watchdog& watchdog() { return watchdog_; }
    RouteMetrics& metrics_of(const Listener& listener);

    // Takes a connection over from the listener that accepted it.
    void start(Listener& listener, net::Socket socket);

    // Lets requests that run end, cancels them after `grace`, and returns when all are gone.
    awaitable<void> stop(std::chrono::milliseconds grace);

    // The text of a Date header, made once a second.
    std::string_view date(Ticks now);

    std::list<Connection*>& connections() { return connections_; }

private:
    awaitable<void> run(std::unique_ptr<Connection> connection, Listener& listener);

    Metrics& metrics_;
    Watchdog watchdog_;
    runtime::TaskGroup tasks_;
    std::list<Connection*> connections_;
    std::map<const Listener*, RouteMetrics> route_metrics_;
    std::string date_;
    Ticks date_good_until_ = Ticks::min();
    bool is_stopping_ = false;
};

}  // namespace tarn::http
