// What the operating system says about this process, under the names that Prometheus' own client
// libraries use, so that ready-made dashboards show it.
#pragma once

#include <mutex>

#include "base/metrics.hpp"

namespace tarn::server {

class ProcessMetrics {
public:
    explicit ProcessMetrics(Metrics& metrics);

    // Reads /proc/self anew; called before each scrape, from whichever shard serves it.
    void refresh();

private:
    std::mutex mutex_;
    Counter& cpu_seconds_;
    Gauge& resident_bytes_;
    Gauge& virtual_bytes_;
    Gauge& threads_;
    Gauge& open_files_;
    Gauge& open_files_max_;
    Gauge& started_seconds_;
};

}  // namespace tarn::server
