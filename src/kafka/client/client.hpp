// Knows the brokers of a cluster and sends each request to the one that can answer it. Waits in the
// calling thread, and belongs to it.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "kafka/client/address.hpp"
#include "kafka/client/connection.hpp"
#include "kafka/client/refusal.hpp"
#include "kafka/client/security.hpp"
#include "kafka/wire/messages/metadata.hpp"

namespace tarn::kafka::client {

struct ClientSettings {
    std::vector<Address> bootstrap;
    std::string client_id = "tarn";
    std::chrono::milliseconds connect_within{3000};
    std::chrono::milliseconds answer_within{40000};  // more than any request here lets brokers wait
    std::chrono::milliseconds retry_for{15000};
    std::chrono::milliseconds retry_pause{100};
    Security security = {};
    // How a connection is made: what tests replace.
    std::function<std::unique_ptr<Stream>(const Address&, Ticks deadline)> connect = connect_tcp;
};

// Who is to answer a request.
struct AnyBroker {};
struct Controller {};
struct Node {
    int32_t id;
};
struct CoordinatorOf {
    std::string group;
};
struct TransactionCoordinatorOf {
    std::string id;  // a transactional one
};
using Target = std::variant<AnyBroker, Controller, Node, CoordinatorOf, TransactionCoordinatorOf>;

class Client {
public:
    // Connects when it first has to. Throws InvalidInput when a certificate or key cannot be used.
    explicit Client(ClientSettings settings);

    // One request, one answer. Throws Unavailable or Timeout when nobody answers; what the answer
    // says is for the caller to look at.
    template <typename Response, typename Request>
    Answer<Response> call(const Request& request, const Target& target = AnyBroker{}) {
        Address address = address_of(target);
        try {
            auto answer = connected(address).call<Response>(request, in(settings_.answer_within));
            was_answered_ = true;
            return answer;
        } catch (const RefusedError&) {
            throw;
        } catch (const Error& error) {
            connections_.erase(address);
            throw lost(address, error);
        }
    }

    // Whether the one who would answer knows such requests.
    bool has(ApiKey key, const Target& target) { return connected(address_of(target)).has(key); }

    // Runs `attempt` again after failures that pass, until it works or the time is up. What was
    // known of leaders and coordinators is asked anew.
    template <typename Attempt>
    auto retrying(Attempt attempt) {
        Ticks give_up = in(settings_.retry_for);
        while (true) {
            try {
                return attempt();
            } catch (const Error& error) {
                if (!may_pass(error) || SystemClock().ticks() > give_up) throw;
            }
            pause_and_forget();
        }
    }

    // All brokers by their ids, and who leads them.
    struct Cluster {
        std::string id;
        int32_t controller = -1;
        std::map<int32_t, Address> brokers;
    };
    const Cluster& cluster();
    // The broker that looks after a group.
    int32_t coordinator(const std::string& group) { return coordinator(OfGroup, group); }
    // Metadata answers say who the brokers are, whatever they were asked for.
    void learn(const MetadataResponse& metadata);

    const ClientSettings& settings() const { return settings_; }

private:
    // The kinds of coordinators, by the numbers of the protocol.
    static constexpr int8_t OfGroup = 0;
    static constexpr int8_t OfTransactions = 1;

    static Ticks in(std::chrono::milliseconds duration) { return SystemClock().ticks() + duration; }

    Address address_of(const Target& target);
    int32_t coordinator(int8_t kind, const std::string& key);
    // The broker that answered last, else the first of the bootstrap servers that does.
    Address any_address();
    Connection& connected(const Address& address);
    Connection greeted(std::unique_ptr<Stream> stream, Ticks deadline) const;
    bool may_pass(const Error& error) const;
    void pause_and_forget();
    Error lost(const Address& address, const Error& error) const;

    ClientSettings settings_;
    net::TlsContext tls_;  // null: connections are not encrypted
    std::map<Address, Connection> connections_;
    std::map<std::pair<int8_t, std::string>, int32_t> coordinators_;
    std::optional<Cluster> cluster_;
    bool was_answered_ = false;
};

}  // namespace tarn::kafka::client
