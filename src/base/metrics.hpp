// The metrics of the process. One Metrics is made in main and handed to each part that counts
// something; `server` writes them out for Prometheus. Counting is lock-free, looking a metric up by
// its labels is not: keep the reference.
#pragma once

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace tarn {

using Counter = prometheus::Counter;
using Gauge = prometheus::Gauge;
using Histogram = prometheus::Histogram;
using Labels = std::map<std::string, std::string>;

class Metrics {
public:
    // Asking again for the same name and labels gives the same object.
    Counter& counter(const std::string& name, const std::string& help, const Labels& labels = {});
    Gauge& gauge(const std::string& name, const std::string& help, const Labels& labels = {});
    Histogram& histogram(const std::string& name, const std::string& help,
                         const std::vector<double>& bounds, const Labels& labels = {});

    // Everything counted so far in Prometheus text form 0.0.4.
    std::string text() const;

private:
    prometheus::Registry registry_;
};

// Bounds, in seconds, for the time one request or step takes: 100 us to 10 s.
const std::vector<double>& latency_bounds();

}  // namespace tarn
