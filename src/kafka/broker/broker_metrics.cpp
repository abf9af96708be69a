#include "kafka/broker/broker_metrics.hpp"

#include "kafka/broker/handlers.hpp"

namespace tarn::kafka {

BrokerMetrics::BrokerMetrics(Metrics& metrics, const Clock& clock)
    : bytes_in(metrics.counter("kafka_server_brokertopicmetrics_bytesin_total",
                               "Bytes of requests that came in")),
      bytes_out(metrics.counter("kafka_server_brokertopicmetrics_bytesout_total",
                                "Bytes of answers that went out")),
      messages_in(metrics.counter("kafka_server_brokertopicmetrics_messagesin_total",
                                  "Records that producers sent and the log took")),
      batches_refused(metrics.counter("kafka_server_brokertopicmetrics_failedproducerequests_total",
                                      "Batches that the log did not take")),
      batches_on_full_disk(
          metrics.counter("tarn_kafka_batches_refused_on_full_disk_total",
                          "Batches that the log did not take because the disk is full")),
      frames_refused(metrics.counter(
          "tarn_kafka_frames_refused_total",
          "Frames that are no request, or not yet allowed; it ends the connection")),
      requests_held_back(
          metrics.counter("tarn_kafka_requests_held_back_total",
                          "Requests that had to wait until answers of their connection went out")),
      connections_refused(metrics.counter("tarn_kafka_connections_refused_total",
                                          "Clients turned away because there are too many")),
      connections(metrics.gauge("kafka_server_socket_server_metrics_connection_count",
                                "Clients that are connected")),
      metrics_(metrics),
      clock_(clock) {
    for (const Handler& handler : handlers()) {
        Labels labels = {
            {"request", std::string(find_api(static_cast<int16_t>(handler.key))->name)}};
        apis_[static_cast<size_t>(handler.key)] = {
            .requests = &metrics.counter("kafka_network_requestmetrics_requests_total",
                                         "Requests by API", labels),
            .seconds = &metrics.histogram("kafka_network_requestmetrics_totaltime_seconds",
                                          "Time from a request to its answer, by API",
                                          latency_bounds(), labels)};
    }
}

Counter& BrokerMetrics::refused_for(KafkaError error) {
    return metrics_.counter("tarn_kafka_batches_refused_total",
                            "Batches that the log did not take, by the error that clients got",
                            {{"error", std::string(name_of(error))}});
}

RequestTimer::RequestTimer(BrokerMetrics& metrics, ApiKey key, size_t bytes_in)
    : metrics_(metrics), key_(key), started_(metrics.clock().ticks()) {
    metrics_.bytes_in.Increment(static_cast<double>(bytes_in));
    metrics_.of(key_).requests->Increment();
}

void RequestTimer::answered(const Answer& answer) {
    std::chrono::duration<double> taken = metrics_.clock().ticks() - started_;
    metrics_.of(key_).seconds->Observe(taken.count());
    if (answer.frame) metrics_.bytes_out.Increment(static_cast<double>(answer.frame->size()));
}

}  // namespace tarn::kafka
