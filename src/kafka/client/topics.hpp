// What can be asked and changed about topics. All throw RefusedError, and NotFound with the nearest
// name for a topic that is not there.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/ids.hpp"
#include "kafka/client/client.hpp"
#include "log/record_batch.hpp"

namespace tarn::kafka::client {

struct PartitionInfo {
    int32_t id = 0;
    int32_t leader = -1;
    std::vector<int32_t> replicas = {};
    std::vector<int32_t> in_sync = {};
};

struct TopicInfo {
    std::string name;
    Uuid id;
    bool is_internal = false;
    std::vector<PartitionInfo> partitions;  // by id
};

// By name.
std::vector<TopicInfo> list_topics(Client& client);

enum class Missing { Refuse, Create };
// With Missing::Create a broker that creates topics by itself is let do so.
TopicInfo find_topic(Client& client, const std::string& name, Missing missing = Missing::Refuse);

struct NewTopic {
    std::string name;
    std::optional<int32_t> partitions = std::nullopt;  // the broker's default without
    std::optional<int16_t> replication = std::nullopt;
    std::map<std::string, std::string> configs = {};
};
void create_topic(Client& client, const NewTopic& topic);
void delete_topic(Client& client, const std::string& name);
// There can only be more partitions than before.
void grow_topic(Client& client, const std::string& name, int32_t partitions);

struct ConfigEntry {
    struct Synonym {
        std::string name;
        std::string value;
        int8_t source = 0;
    };

    std::string name;
    std::string value;
    int8_t source = 0;  // where it comes from, by the numbers of Kafka's DescribeConfigs
    bool is_sensitive = false;
    std::vector<Synonym> synonyms = {};  // the highest first

    // Set for this very topic or broker, as against a default.
    bool is_own() const;
};

enum class ResourceKind : int8_t { Topic = 2, Broker = 4 };

// By the names of the resources; each list by the names of the settings.
std::map<std::string, std::vector<ConfigEntry>> read_configs(Client& client, ResourceKind kind,
                                                             const std::vector<std::string>& names);

struct ConfigChange {
    std::map<std::string, std::string> set;
    std::vector<std::string> remove;  // back to the default
};
void change_configs(Client& client, ResourceKind kind, const std::string& name,
                    const ConfigChange& change);

using Offsets = std::map<int32_t, log::Offset>;  // by partition

// Times that stand for a place; all others are milliseconds since 1970.
constexpr log::Timestamp Latest = -1;
constexpr log::Timestamp Earliest = -2;
constexpr log::Timestamp OfMaxTimestamp = -3;

// The first offset at or after a time, of each partition; -1 where there is none.
Offsets offsets_at(Client& client, const TopicInfo& topic, log::Timestamp time);

// Drops the records before these offsets; -1 stands for the end. Tells where each partition starts
// then.
Offsets trim_topic(Client& client, const TopicInfo& topic, const Offsets& before);

}  // namespace tarn::kafka::client
