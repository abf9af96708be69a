// One request on its way through a handler.
#pragma once

#include <span>
#include <string_view>

#include "kafka/broker/broker.hpp"
#include "kafka/broker/session.hpp"
#include "kafka/wire/error_codes.hpp"

namespace tarn::kafka {

// Borrows what lives as long as the connection, but for what says otherwise; copied freely.
struct Context {
    Broker& broker;
    Session& session;
    int version = 0;
    int32_t correlation_id = 0;
    // As they came in, until the handler has answered; it may write to the frame.
    std::string_view client_id;
    std::span<std::byte> frame;

    // Whether the client may do it, by the access rules: may(Operation::Write, on_topic(name)).
    bool may(Operation operation, const Resource& resource) const;
    // On one resource of the type at least, whichever.
    bool may_on_some(Operation operation, ResourceType type) const;
    // All that it may do, as bits by the numbers of the operations.
    int32_t operations_on(const Resource& resource) const;

    log::TopicPtr find_topic(std::string_view name) const { return broker.log.topics().find(name); }
};

// For the fields that responses carry errors in.
inline int16_t number_of(KafkaError error) {
    return static_cast<int16_t>(error);
}

// What an Error of ours is to a Kafka client.
KafkaError kafka_error_of(const Error& error);
KafkaError kafka_error_of(log::Refusal refusal);

}  // namespace tarn::kafka
