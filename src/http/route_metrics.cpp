#include "http/route_metrics.hpp"

namespace tarn::http {

RouteMetrics::RouteMetrics(Metrics& metrics, std::string listener, const Router& router)
    : metrics_(metrics), listener_(std::move(listener)), series_(router.routes().size() + 1) {}

void RouteMetrics::count(const Router::Match& match, Method method, int status,
                         std::chrono::nanoseconds duration) {
    auto& of_route = match.route ? series_[match.index] : series_.back();
    Series* found = nullptr;
    for (Series& series : of_route) {
        if (series.method == method && series.status == status) found = &series;
    }
    if (!found) {
        Labels labels = {{"listener", listener_},
                         {"route", match.route ? match.route->path : "none"},
                         {"method", std::string(name_of(method))}};
        auto& seconds = metrics_.histogram(
            "tarn_http_request_seconds", "Time from the head of a request to the end of its answer",
            latency_bounds(), labels);
        labels["status"] = std::to_string(status);
        auto& requests = metrics_.counter("tarn_http_requests_total", "Requests answered", labels);
        found = &of_route.emplace_back(Series{method, status, &requests, &seconds});
    }
    found->requests->Increment();
    found->seconds->Observe(std::chrono::duration<double>(duration).count());
}

}  // namespace tarn::http
