// The settings of a topic under the names, types and defaults that Kafka gives them, checked where
// they are set. Those that mean nothing on one machine (replication throttles and the like) are
// kept and shown, as users' scripts set them.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "log/partition_settings.hpp"

namespace tarn::log {

enum class ConfigType { Boolean, String, Int, Long, Double, List };

struct ConfigDefinition {
    std::string name;
    ConfigType type = ConfigType::String;
    std::string default_value;
    // The setting of the broker that gives the default for all topics; empty if there is none.
    std::string broker_name;
    std::string help;
    // What a number may be.
    double min = 0;
    double max = 0;  // 0 and below min: no limit
    // What a word, or each word of a list, may be; empty for anything.
    std::vector<std::string> choices = {};
};

const std::vector<ConfigDefinition>& topic_config_definitions();

// How `compression.type` wants batches stored; nothing for "producer": as they come.
using StoredCodec = std::optional<Codec>;

class TopicConfig {
public:
    TopicConfig() = default;
    // Throws InvalidInput for a name that is unknown or a value that does not fit.
    explicit TopicConfig(std::map<std::string, std::string> overrides);

    // What was set for this topic, as against the defaults.
    const std::map<std::string, std::string>& overrides() const { return overrides_; }
    std::string value(std::string_view name) const;

    PartitionSettings partition_settings() const;
    StoredCodec stored_codec() const;

private:
    int64_t number(std::string_view name) const;
    std::chrono::milliseconds duration(std::string_view name) const;

    std::map<std::string, std::string> overrides_;
};

// Nothing when no topic has a setting of this name.
const ConfigDefinition* find_topic_config(std::string_view name);

// Throws InvalidInput that says what is wrong with the value.
void check_config_value(const ConfigDefinition& definition, std::string_view value);

// The words of a list: "compact, delete".
std::vector<std::string> words_of_list(std::string_view list);

}  // namespace tarn::log
