// What the broker counts, under the names that dashboards for Kafka know from its JMX exporter and
// from kafka_exporter.
#pragma once

#include <array>
#include <map>
#include <memory>

#include "base/clock.hpp"
#include "base/metrics.hpp"
#include "kafka/broker/answer.hpp"
#include "kafka/wire/error_codes.hpp"
#include "kafka/wire/messages/api_key.hpp"

namespace tarn::kafka {

class BrokerMetrics {
public:
    BrokerMetrics(Metrics& metrics, const Clock& clock);

    struct OfApi {
        Counter* requests = nullptr;
        Histogram* seconds = nullptr;
    };
    const OfApi& of(ApiKey key) const { return apis_[static_cast<size_t>(key)]; }
    // Batches that the log did not take, by why.
    Counter& refused_for(KafkaError error);

    Counter& bytes_in;
    Counter& bytes_out;
    Counter& messages_in;
    Counter& batches_refused;
    Counter& batches_on_full_disk;
    Counter& frames_refused;
    Counter& requests_held_back;
    Counter& connections_refused;
    Gauge& connections;

    const Clock& clock() const { return clock_; }

private:
    static constexpr size_t KeysMax = 100;

    Metrics& metrics_;
    const Clock& clock_;
    std::array<OfApi, KeysMax> apis_;
};

// Counts one request and the time until its answer is ready.
class RequestTimer {
public:
    RequestTimer(BrokerMetrics& metrics, ApiKey key, size_t bytes_in);

    void answered(const Answer& answer);

private:
    BrokerMetrics& metrics_;
    ApiKey key_;
    Ticks started_;
};

}  // namespace tarn::kafka
