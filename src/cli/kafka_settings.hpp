// From the settings to what the log and the Kafka broker are built with.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/config.hpp"
#include "kafka/broker/broker.hpp"
#include "kafka/broker/group_coordinator.hpp"
#include "kafka/broker/server.hpp"
#include "kafka/broker/transaction_coordinator.hpp"
#include "log/log.hpp"

namespace tarn::cli {

log::Log::Settings log_settings(const Config& config);
kafka::GroupCoordinator::Settings group_settings(const Config& config);
kafka::TransactionCoordinator::Settings transaction_settings(const Config& config);
kafka::BrokerSettings broker_settings(const Config& config, const std::string& cluster_id);

// Null when everyone may do everything.
std::unique_ptr<kafka::Authorizer> authorizer(const Config& config, log::Registry& registry);

// Throws InvalidInput for an address that cannot be understood, or a number of advertised addresses
// that is not that of the listeners.
std::vector<kafka::ListenerOptions> kafka_listeners(const Config& config);

}  // namespace tarn::cli
