#include "kafka/client/client.hpp"

#include <algorithm>
#include <thread>

#include "kafka/client/login.hpp"
#include "kafka/client/tls_stream.hpp"
#include "kafka/wire/messages/find_coordinator.hpp"

namespace tarn::kafka::client {
namespace {

template <typename... Ways>
struct Overloaded : Ways... {
    using Ways::operator()...;
};

// Whether there is nobody, rather than someone with whom something is wrong.
bool is_silence(const Error& error) {
    bool may_be = error.code() == ErrorCode::Unavailable || error.code() == ErrorCode::Timeout;
    return may_be && error.hint().empty();
}

}  // namespace

Client::Client(ClientSettings settings) : settings_(std::move(settings)) {
    const auto& encryption = settings_.security.encryption;
    if (encryption) tls_ = net::client_context(encryption->tls);
}

const Client::Cluster& Client::cluster() {
    if (!cluster_) {
        MetadataRequest request{.topics = std::vector<MetadataRequest::MetadataRequestTopic>()};
        request.allow_auto_topic_creation = false;
        learn(*call<MetadataResponse>(request));
    }
    return *cluster_;
}

void Client::learn(const MetadataResponse& metadata) {
    Cluster cluster;
    cluster.id = metadata.cluster_id.value_or("");
    cluster.controller = metadata.controller_id;
    for (const auto& broker : metadata.brokers) {
        cluster.brokers[broker.node_id] = {broker.host, static_cast<uint16_t>(broker.port)};
    }
    cluster_ = std::move(cluster);
}

Address Client::address_of(const Target& target) {
    auto of_broker = [&](int32_t id) {
        auto found = cluster().brokers.find(id);
        if (found == cluster().brokers.end()) {
            throw RefusedError(KafkaError::LeaderNotAvailable, fmt::format("broker {}", id));
        }
        return found->second;
    };
    return std::visit(
        Overloaded{[&](AnyBroker) { return any_address(); },
                   [&](Controller) { return of_broker(cluster().controller); },
                   [&](Node node) { return of_broker(node.id); },
                   [&](const CoordinatorOf& coordinator) {
                       return of_broker(this->coordinator(coordinator.group));
                   },
                   [&](const TransactionCoordinatorOf& coordinator) {
                       return of_broker(this->coordinator(OfTransactions, coordinator.id));
                   }},
        target);
}

int32_t Client::coordinator(int8_t kind, const std::string& key) {
    auto known = coordinators_.find({kind, key});
    if (known == coordinators_.end()) {
        auto answer =
            call<FindCoordinatorResponse>(FindCoordinatorRequest{.key = key, .key_type = kind});
        std::string_view what = kind == OfGroup ? "group" : "transactional id";
        check(answer->error_code, fmt::format("{} '{}'", what, key), answer->error_message);
        known = coordinators_.emplace(std::pair(kind, key), answer->node_id).first;
    }
    return known->second;
}

Address Client::any_address() {
    if (!connections_.empty()) return connections_.begin()->first;
    std::optional<Error> failure;
    for (const Address& address : settings_.bootstrap) {
        try {
            connected(address);
            return address;
        } catch (const RefusedError&) {
            throw;
        } catch (const Error& error) {
            failure = is_silence(error) ? error : lost(address, error);
        }
    }
    if (!is_silence(*failure)) throw *failure;
    throw Error(ErrorCode::Unavailable, "no Kafka broker answers at {}: {}",
                text_of(settings_.bootstrap), failure->what())
        .with_hint("start Tarn with `tarn up`, or check the address that you gave");
}

Connection& Client::connected(const Address& address) {
    auto known = connections_.find(address);
    if (known != connections_.end()) return known->second;
    Ticks deadline = in(settings_.connect_within);
    auto stream = settings_.connect(address, deadline);
    if (tls_) {
        std::string host = settings_.security.encryption->checks_host ? address.host : "";
        stream = encrypted(std::move(stream), tls_, host, deadline);
    }
    Connection connection = greeted(std::move(stream), deadline);
    const auto& login = settings_.security.login;
    if (login) log_in(connection, *login, in(settings_.answer_within));
    return connections_.emplace(address, std::move(connection)).first->second;
}

Connection Client::greeted(std::unique_ptr<Stream> stream, Ticks deadline) const {
    try {
        return Connection::open(std::move(stream), settings_.client_id, deadline);
    } catch (const ClosedError& closed) {
        if (tls_) throw;
        throw Error(closed.code(), "{}", closed.what())
            .with_hint(
                "if this port is encrypted, write security.protocol=SSL or SASL_SSL into the file "
                "of --command-config");
    }
}

bool Client::may_pass(const Error& error) const {
    if (auto* refused = dynamic_cast<const RefusedError*>(&error)) return refused->is_passing();
    // Where nobody ever answered, the address is wrong or nothing runs there: say so at once.
    return was_answered_ && error.code() == ErrorCode::Unavailable;
}

void Client::pause_and_forget() {
    std::this_thread::sleep_for(settings_.retry_pause);
    coordinators_.clear();
    cluster_.reset();
}

Error Client::lost(const Address& address, const Error& error) const {
    Error told(error.code(), "the Kafka broker at {}: {}", address.text(), error.what());
    if (!error.hint().empty()) return std::move(told).with_hint(error.hint());
    // A broker closes the connections of those who ask before they said who they are.
    bool may_be_a_stranger = !was_answered_ && !settings_.security.login;
    if (may_be_a_stranger && dynamic_cast<const ClosedError*>(&error)) {
        return std::move(told).with_hint(
            "if it wants to know who its clients are, say so by security.protocol=SASL_PLAINTEXT "
            "or SASL_SSL in the file of --command-config");
    }
    if (std::ranges::find(settings_.bootstrap, address) != settings_.bootstrap.end()) return told;
    return std::move(told).with_hint(
        "the cluster names this address for one of its brokers; it has to be one that can be "
        "reached from here (kafka.advertised-listeners of a Tarn)");
}

}  // namespace tarn::kafka::client
