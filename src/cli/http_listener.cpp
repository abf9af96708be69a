#include "cli/http_listener.hpp"

#include "base/error.hpp"

namespace tarn::cli {
namespace {

uint16_t checked_port(const Config& config, std::string_view key) {
    if (config.text("ports") == "auto") return 0;
    int64_t port = config.integer(key);
    if (port < 0 || port > 65535) {
        throw Error(ErrorCode::InvalidInput, "{}: {} is {}", config.value(key).origin, key, port)
            .with_hint("a port lies between 1 and 65535; 0 takes any free one");
    }
    return static_cast<uint16_t>(port);
}

}  // namespace

http::ListenerOptions http_listener(const Config& config, const std::string& face) {
    http::ListenerOptions options;
    options.limits.header_bytes_max = static_cast<size_t>(config.size("http.header-bytes-max"));
    options.limits.body_bytes_max = static_cast<uint64_t>(config.size("http.body-bytes-max"));
    options.limits.connections_max = static_cast<int>(config.integer("http.connections-max"));
    options.timeouts.header = config.duration_ms("http.header-timeout");
    options.timeouts.body_idle = config.duration_ms("http.body-timeout");
    options.timeouts.write_idle = config.duration_ms("http.body-timeout");
    options.timeouts.keep_alive = config.duration_ms("http.idle-timeout");
    if (config.flag("http.access-log")) options.access_log = http::AccessLog::Info;

    options.name = face;
    options.address = config.text(face + ".address");
    options.port = checked_port(config, face + ".port");
    std::string certificate = config.text(face + ".tls-certificate");
    if (!certificate.empty()) {
        options.tls =
            net::Tls{.certificate_path = certificate, .key_path = config.text(face + ".tls-key")};
    }
    return options;
}

http::ListenerOptions guarded_http_listener(const Config& config, const std::string& face) {
    http::ListenerOptions options = http_listener(config, face);
    options.allowed_hosts = config.list(face + ".allowed-hosts");
    std::string token = config.text(face + ".token");
    if (!token.empty()) options.bearer_token = token;
    return options;
}

}  // namespace tarn::cli
