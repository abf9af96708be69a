#include "cli/own_addresses.hpp"

#include <boost/asio/ip/tcp.hpp>

#include <optional>

#include "base/error.hpp"
#include "cli/kafka_settings.hpp"
#include "http/url.hpp"
#include "kafka/client/address.hpp"
#include "runtime/awaitable.hpp"

namespace tarn::cli {
namespace {

using boost::asio::ip::tcp;

// Whether all that the name leads to is this machine; nothing when it leads nowhere.
std::optional<bool> is_loopback(const std::string& host) {
    boost::system::error_code failure;
    asio::io_context loop(1);
    tcp::resolver resolver(loop);
    auto found = resolver.resolve(host, "0", failure);
    if (failure || found.empty()) return std::nullopt;
    for (const auto& each : found) {
        auto address = each.endpoint().address();
        if (!address.is_loopback() && !address.is_unspecified()) return false;
    }
    return true;
}

}  // namespace

OwnAddresses::OwnAddresses(const Config& config) {
    for (const std::string& name : config.list("sql.own-names")) names_.insert(name);
    for (const kafka::ListenerOptions& each : kafka_listeners(config)) {
        add(each.address, each.port);
        if (!each.advertised_host.empty()) add(each.advertised_host, each.advertised_port);
    }
    add(config.text("iceberg.address"), static_cast<uint16_t>(config.integer("iceberg.port")));
}

void OwnAddresses::add(const Faces& faces) {
    for (const auto& [face, address] : faces) {
        if (address.starts_with("http")) {
            http::Url url = http::parse_url(address);
            add(url.host, url.port);
        } else {
            for (const auto& each : kafka::client::parse_addresses(address))
                add(each.host, each.port);
        }
    }
}

void OwnAddresses::add(const std::string& host, uint16_t port) {
    bool is_here = is_loopback(host).value_or(false);
    std::lock_guard lock(mutex_);
    if (is_here) loopback_ports_.insert(port);
    if (!is_here) elsewhere_.emplace(host, port);
}

bool OwnAddresses::has(const std::string& host, uint16_t port) const {
    auto is_here = is_loopback(host);
    if (!is_here) return names_.contains(host);
    std::lock_guard lock(mutex_);
    return *is_here ? loopback_ports_.contains(port) : elsewhere_.contains({host, port});
}

}  // namespace tarn::cli
