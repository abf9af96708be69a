#include "http/listener.hpp"

#include <algorithm>

#include "http/secret.hpp"

namespace tarn::http {
namespace {

// "localhost:8080" and "[::1]:8080" without the port.
std::string_view without_port(std::string_view host) {
    if (host.starts_with('[')) {
        auto end = host.find(']');
        return end == std::string_view::npos ? host : host.substr(1, end - 1);
    }
    return host.substr(0, host.find(':'));
}

}  // namespace

Listener::Listener(ListenerOptions options, Router router)
    : options_(std::move(options)), router_(std::move(router)) {
    if (options_.tls) tls_ = net::server_context(*options_.tls);
}

std::string Listener::url() const {
    bool is_v6 = options_.address.find(':') != std::string::npos;
    return fmt::format("{}://{}{}{}:{}", tls_ ? "https" : "http", is_v6 ? "[" : "",
                       options_.address, is_v6 ? "]" : "", port_);
}

bool Listener::allows_host(std::string_view host) const {
    const auto& allowed = options_.allowed_hosts;
    return allowed.empty() || std::any_of(allowed.begin(), allowed.end(), [&](auto& name) {
               return equals_ignoring_case(name, without_port(host));
           });
}

bool Listener::allows_authorization(std::optional<std::string_view> authorization) const {
    if (!options_.bearer_token) return true;
    constexpr std::string_view scheme = "Bearer ";
    if (!authorization || !equals_ignoring_case(authorization->substr(0, scheme.size()), scheme)) {
        return false;
    }
    return is_same_secret(trimmed(authorization->substr(scheme.size())), *options_.bearer_token);
}

}  // namespace tarn::http
