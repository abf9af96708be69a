// Flink's REST interface, as of Flink 1.20, in front of the jobs of a Tarn: docs/flink.md.
#pragma once

#include "flink/changes.hpp"
#include "flink/cluster_pages.hpp"
#include "http/route.hpp"

namespace tarn::flink {

// All of them outlive the router.
struct Needs {
    jobs::JobService& jobs;
    runtime::BlockingPool& blocking;
    const Clock& clock;
    Random& random;
    const Config& config;
    Build build;
};

// Each route with and without /v1 before its path.
http::Router flink_routes(const Needs& needs);

}  // namespace tarn::flink
