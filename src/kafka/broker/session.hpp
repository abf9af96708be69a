// What the broker knows of one client's connection.
#pragma once

#include <optional>
#include <string>

#include "base/clock.hpp"
#include "kafka/broker/fetch_session.hpp"
#include "kafka/security/sasl.hpp"
#include "runtime/shards.hpp"

namespace tarn::kafka {

struct Listener;

// How far a client has come with saying who it is, where the listener asks for that.
struct Login {
    bool is_done = false;
    std::optional<SaslExchange> exchange = {};  // from a handshake to the verdict
    std::optional<Mechanism> mechanism = {};    // by which it was done
    std::optional<Ticks> valid_until = {};
};

struct Session {
    const Listener& listener;
    runtime::ShardId shard;          // the one that the connection lives on
    std::string client_host = {};    // its address
    std::string software_name = {};  // from ApiVersions
    std::string software_version = {};
    std::string principal = "User:ANONYMOUS";
    Login login = {};
    FetchSession fetch_session = {};
};

}  // namespace tarn::kafka
