// The table of requests that the broker serves, and the way from a frame to its answer.
#pragma once

#include <span>

#include "kafka/broker/answer.hpp"
#include "kafka/broker/request.hpp"
#include "kafka/wire/apis.hpp"

namespace tarn::kafka {

struct Handler {
    ApiKey key;
    // What ApiVersions tells clients. Some lower bounds are below what is served: old librdkafka
    // decides by them what a broker can do at all, although it asks for newer versions then.
    int16_t advertised_min;
    int16_t max_version;
    awaitable<Answer> (*answer)(Context context, BytesView message);
};

// In the order of their keys.
std::span<const Handler> handlers();

// Carries out one request. What cannot be answered (an unknown API, a version that is not served,
// bytes that are no request) throws; the connection is closed then, as Kafka does.
awaitable<Answer> handle(Broker& broker, Session& session, std::span<std::byte> frame);

}  // namespace tarn::kafka
