#include "cli/kafka_settings.hpp"

#include <charconv>
#include <utility>

#include "base/error.hpp"

namespace tarn::cli {
namespace {

struct HostPort {
    std::string host;
    uint16_t port = 0;
};

[[noreturn]] void refuse(const Config& config, std::string_view key, std::string_view address) {
    throw Error(ErrorCode::InvalidInput, "{}: {} holds '{}', which is no host:port",
                config.value(key).origin, key, address)
        .with_hint("write 127.0.0.1:9092, or 0.0.0.0:9092 for every network");
}

HostPort parsed(const Config& config, std::string_view key, std::string_view address) {
    size_t colon = address.rfind(':');
    if (colon == std::string_view::npos || colon == 0) refuse(config, key, address);
    HostPort found{.host = std::string(address.substr(0, colon))};
    std::string_view port = address.substr(colon + 1);
    auto [end, failure] = std::from_chars(port.data(), port.data() + port.size(), found.port);
    if (failure != std::errc() || end != port.data() + port.size()) refuse(config, key, address);
    return found;
}

struct Scheme {
    bool has_tls = false;
    bool has_sasl = false;
};

// Cuts it off the address.
Scheme take_scheme(std::string_view& address) {
    constexpr std::pair<std::string_view, Scheme> Schemes[] = {
        {"tls://", {.has_tls = true}},
        {"sasl://", {.has_sasl = true}},
        {"sasl+tls://", {.has_tls = true, .has_sasl = true}},
    };
    for (const auto& [name, scheme] : Schemes) {
        if (!address.starts_with(name)) continue;
        address.remove_prefix(name.size());
        return scheme;
    }
    return {};
}

std::vector<kafka::Mechanism> sasl_mechanisms(const Config& config) {
    constexpr std::string_view Key = "kafka.sasl-mechanisms";
    std::vector<kafka::Mechanism> mechanisms;
    for (const std::string& name : config.list(Key)) {
        auto mechanism = kafka::mechanism_named(name);
        if (!mechanism) {
            throw Error(ErrorCode::InvalidInput, "{}: {} holds '{}', which is no mechanism",
                        config.value(Key).origin, Key, name)
                .with_hint("there are PLAIN, SCRAM-SHA-256 and SCRAM-SHA-512");
        }
        mechanisms.push_back(*mechanism);
    }
    return mechanisms;
}

log::FlushPolicy flush_policy(const std::string& name) {
    if (name == "interval") return log::FlushPolicy::Interval;
    return name == "os" ? log::FlushPolicy::Os : log::FlushPolicy::EachBatch;
}

}  // namespace

log::Log::Settings log_settings(const Config& config) {
    return {.folder = "log",
            .flush = flush_policy(config.text("log.flush")),
            .flush_interval = config.duration_ms("log.flush-interval"),
            .retention_check = config.duration_ms("log.retention-check"),
            .partitions_max = static_cast<int>(config.integer("log.partitions-max"))};
}

kafka::GroupCoordinator::Settings group_settings(const Config& config) {
    kafka::GroupCoordinator::Settings settings;
    settings.groups.initial_rebalance_delay = config.duration_ms("kafka.rebalance-delay");
    settings.offsets_retention = config.duration_ms("kafka.offsets-retention");
    return settings;
}

kafka::TransactionCoordinator::Settings transaction_settings(const Config& config) {
    kafka::TransactionCoordinator::Settings settings;
    settings.timeout_max = config.duration_ms("kafka.transaction-timeout-max");
    settings.retention = config.duration_ms("kafka.transactional-id-retention");
    return settings;
}

kafka::BrokerSettings broker_settings(const Config& config, const std::string& cluster_id) {
    kafka::BrokerSettings settings;
    settings.cluster_id = cluster_id;
    settings.node_id = static_cast<int32_t>(config.integer("kafka.node-id"));
    settings.frame_bytes_max = config.size("kafka.request-bytes-max");
    settings.connections_max = static_cast<int>(config.integer("kafka.connections-max"));
    settings.creates_topics = config.flag("kafka.auto-create-topics");
    settings.default_partitions = static_cast<int>(config.integer("kafka.partitions"));
    settings.accepts_replication = config.flag("kafka.accept-replication");
    settings.offsets_retention = config.duration_ms("kafka.offsets-retention");
    settings.transaction_timeout_max = config.duration_ms("kafka.transaction-timeout-max");
    settings.transactional_id_retention = config.duration_ms("kafka.transactional-id-retention");
    settings.tls_wait_max = config.duration_ms("kafka.tls-timeout");
    settings.sasl_mechanisms = sasl_mechanisms(config);
    settings.sasl_wait_max = config.duration_ms("kafka.sasl-timeout");
    settings.sasl_session = config.duration_ms("kafka.sasl-session");
    return settings;
}

std::unique_ptr<kafka::Authorizer> authorizer(const Config& config, log::Registry& registry) {
    if (config.text("kafka.authorizer") == "none") return nullptr;
    kafka::Authorizer::Settings settings;
    for (const std::string& name : config.list("kafka.super-users")) {
        size_t colon = name.find(':');
        if (colon == std::string::npos || colon == 0) {
            throw Error(ErrorCode::InvalidInput, "{}: kafka.super-users holds '{}'",
                        config.value("kafka.super-users").origin, name)
                .with_hint("write User:" + name);
        }
        settings.super_users.insert(name);
    }
    if (config.flag("kafka.allow-without-acl")) settings.without_rules = kafka::Otherwise::Allow;
    return std::make_unique<kafka::Authorizer>(registry, std::move(settings));
}

std::vector<kafka::ListenerOptions> kafka_listeners(const Config& config) {
    std::vector<std::string> addresses = config.list("kafka.listeners");
    std::vector<std::string> advertised = config.list("kafka.advertised-listeners");
    if (!advertised.empty() && advertised.size() != addresses.size()) {
        throw Error(ErrorCode::InvalidInput,
                    "{}: kafka.advertised-listeners has {} addresses for {} listeners",
                    config.value("kafka.advertised-listeners").origin, advertised.size(),
                    addresses.size())
            .with_hint("give one for each listener, in their order");
    }
    std::vector<kafka::ListenerOptions> listeners;
    for (size_t i = 0; i < addresses.size(); ++i) {
        std::string_view address = addresses[i];
        kafka::ListenerOptions options;
        options.name = i == 0 ? "kafka" : fmt::format("kafka-{}", i + 1);
        Scheme scheme = take_scheme(address);
        options.has_sasl = scheme.has_sasl;
        if (options.has_sasl && config.list("kafka.sasl-mechanisms").empty()) {
            throw Error(ErrorCode::InvalidInput, "{}: nobody could come in by {}",
                        config.value("kafka.listeners").origin, addresses[i])
                .with_hint("name a mechanism in kafka.sasl-mechanisms");
        }
        if (scheme.has_tls) {
            options.tls = net::Tls{.certificate_path = config.text("kafka.tls-certificate"),
                                   .key_path = config.text("kafka.tls-key")};
        }
        HostPort place = parsed(config, "kafka.listeners", address);
        options.address = place.host;
        options.port = config.text("ports") == "auto" ? uint16_t{0} : place.port;
        if (!advertised.empty()) {
            HostPort told = parsed(config, "kafka.advertised-listeners", advertised[i]);
            options.advertised_host = told.host;
            options.advertised_port = told.port;
        }
        listeners.push_back(std::move(options));
    }
    return listeners;
}

}  // namespace tarn::cli
