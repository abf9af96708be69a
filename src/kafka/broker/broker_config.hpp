// The settings of the broker as Kafka's administration tools show them: read from what Tarn was
// started with, under the names that they have in a server.properties.
#pragma once

#include <string>
#include <vector>

#include "kafka/broker/broker.hpp"
#include "log/topic_config.hpp"

namespace tarn::kafka {

struct BrokerConfigValue {
    std::string name;
    std::string value;
    log::ConfigType type = log::ConfigType::String;
    bool is_default = true;
    std::string help;
};

// By their names.
std::vector<BrokerConfigValue> broker_config_values(const BrokerSettings& settings);

}  // namespace tarn::kafka
