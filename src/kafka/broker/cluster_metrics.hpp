// Offsets, sizes and lags of topics and groups as metrics, under the names of kafka_exporter, for
// which ready-made dashboards and alerts exist. They are looked up when Prometheus asks, so a topic
// that is gone leaves nothing behind.
#pragma once

#include <string>

#include "kafka/broker/broker.hpp"

namespace tarn::kafka {

// In Prometheus' text form. A cluster of many partitions makes a long page: past
// `MetricPartitionsMax` partitions the rest are left out, and a gauge says how many.
constexpr int MetricPartitionsMax = 10'000;

awaitable<std::string> cluster_metrics(Broker& broker);

}  // namespace tarn::kafka
