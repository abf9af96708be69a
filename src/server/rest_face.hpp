// The REST face: what a browser, a script or Prometheus asks a running Tarn at its main address.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/config.hpp"
#include "base/metrics.hpp"
#include "http/route.hpp"
#include "server/parts.hpp"
#include "server/process_metrics.hpp"

namespace tarn::server {

// Outlives the server that answers by its routes.
struct RestFace {
    std::string version;
    std::string commit;
    const Config& config;
    const Clock& clock;
    const Parts& parts;
    Metrics& metrics;
    ProcessMetrics& process_metrics;
    WallTime started;
    // What other parts look up when Prometheus asks, in its text form.
    std::vector<std::function<awaitable<std::string>()>> more_metrics = {};
};

// GET /health, /metrics, /api/v1/status, /api/v1/config and /openapi.json, and what other parts
// have at the same address.
http::Router rest_routes(RestFace& face, http::Router others);

}  // namespace tarn::server
