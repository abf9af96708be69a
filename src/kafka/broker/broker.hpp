// What all connections of the Kafka face share: the log, the coordinators, who we are and how we
// are set. Built once by `cli`, lives on no shard, and is only read; what it refers to says itself
// where it may be touched.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/metrics.hpp"
#include "base/random.hpp"
#include "kafka/security/authorizer.hpp"
#include "kafka/security/mechanism.hpp"
#include "kafka/security/users.hpp"
#include "log/log.hpp"
#include "net/tls.hpp"
#include "runtime/blocking.hpp"
#include "runtime/shards.hpp"

namespace tarn::kafka {

class GroupCoordinator;
class BrokerMetrics;
class ProducerIds;
class TransactionCoordinator;

// One port that clients come in by, and the address that they are sent back to: clients connect
// again to what Metadata tells them, so it has to be one that they can reach.
struct Listener {
    std::string name;     // "kafka", "kafka-2"
    std::string address;  // where we listen
    uint16_t port = 0;    // as bound
    std::string advertised_host;
    uint16_t advertised_port = 0;
    net::TlsContext tls;    // null for plain
    bool has_sasl = false;  // clients have to say who they are
};

struct BrokerSettings {
    std::string cluster_id;
    int32_t node_id = 1;
    int64_t frame_bytes_max = 100 << 20;  // socket.request.max.bytes
    int64_t fetch_bytes_max = 55 << 20;   // fetch.max.bytes
    // How long a client may take to receive one answer, and how long it may say nothing at all
    // (connections.max.idle.ms).
    std::chrono::milliseconds write_time_max{300'000};
    std::chrono::milliseconds idle_max{600'000};
    int connections_max = 10'000;
    bool creates_topics = true;  // auto.create.topics.enable
    int default_partitions = 1;  // num.partitions
    // Take any replication factor for 1, as scripts written for a cluster want it.
    bool accepts_replication = false;
    int32_t offset_metadata_bytes_max = 4096;
    std::chrono::milliseconds offsets_retention{std::chrono::days(7)};
    std::chrono::milliseconds transaction_timeout_max{std::chrono::hours(1)};
    std::chrono::milliseconds transactional_id_retention{std::chrono::days(7)};
    std::vector<Mechanism> sasl_mechanisms = {};      // sasl.enabled.mechanisms
    std::chrono::milliseconds tls_wait_max{10'000};   // until TLS's greeting is over
    std::chrono::milliseconds sasl_wait_max{30'000};  // until a client has said who it is
    // connections.max.reauth.ms: clients have to say anew who they are after it; 0 for never.
    std::chrono::milliseconds sasl_session{0};
};

struct Broker {
    BrokerSettings settings;
    log::Log& log;
    GroupCoordinator& groups;
    TransactionCoordinator& transactions;
    ProducerIds& producer_ids;
    const Clock& clock;
    Random& random;
    const runtime::Shards& shards;
    runtime::BlockingPool& blocking;
    BrokerMetrics& metrics;
    Users& users;
    Authorizer* authorizer = nullptr;  // null: everyone may do everything

    log::Timestamp now_ms() const { return unix_ms(clock.now()); }
};

}  // namespace tarn::kafka
