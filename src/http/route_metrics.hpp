// Counts requests by the pattern of their route, never by the path that was sent: paths are without
// number. Each shard has its own, so that finding a counter takes no lock; the counters themselves
// are shared.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "base/metrics.hpp"
#include "http/route.hpp"

namespace tarn::http {

class RouteMetrics {
public:
    RouteMetrics(Metrics& metrics, std::string listener, const Router& router);

    // `match` without a route counts under route="none".
    void count(const Router::Match& match, Method method, int status,
               std::chrono::nanoseconds duration);

private:
    struct Series {
        Method method;
        int status;
        Counter* requests;
        Histogram* seconds;
    };

    Metrics& metrics_;
    std::string listener_;
    std::vector<std::vector<Series>> series_;  // by route; those of "none" come last
};

}  // namespace tarn::http
