// The settings of topics and of the broker, under Kafka's names.

#include <algorithm>
#include <set>

#include "base/error.hpp"
#include "kafka/broker/broker_config.hpp"
#include "kafka/broker/group_coordinator.hpp"
#include "kafka/broker/requests.hpp"
#include "kafka/wire/messages/alter_configs.hpp"
#include "kafka/wire/messages/describe_configs.hpp"
#include "kafka/wire/messages/incremental_alter_configs.hpp"
#include "kafka/wire/messages/list_config_resources.hpp"

namespace tarn::kafka {
namespace {

// Kinds of resources, in the numbers of the protocol.
constexpr int8_t TopicResource = 2;
constexpr int8_t BrokerResource = 4;
constexpr int8_t BrokerLoggerResource = 8;
constexpr int8_t GroupResource = 32;

// Where a value comes from.
constexpr int8_t FromTopic = 1;
constexpr int8_t FromBrokerSettings = 4;
constexpr int8_t FromDefault = 5;
constexpr int8_t FromGroup = 8;

enum class Change : int8_t { Set = 0, Delete = 1, Append = 2, Subtract = 3 };

using Described = DescribeConfigsResponse::DescribeConfigsResult;
using Value = DescribeConfigsResponse::DescribeConfigsResourceResult;

int8_t number_of(log::ConfigType type) {
    switch (type) {
        case log::ConfigType::Boolean:
            return 1;
        case log::ConfigType::String:
            return 2;
        case log::ConfigType::Int:
            return 3;
        case log::ConfigType::Long:
            return 5;
        case log::ConfigType::Double:
            return 6;
        case log::ConfigType::List:
            return 7;
    }
    return 0;
}

bool is_wanted(const DescribeConfigsRequest::DescribeConfigsResource& resource,
               const std::string& name) {
    const auto& keys = resource.configuration_keys;
    return !keys || keys->empty() || std::ranges::find(*keys, name) != keys->end();
}

// `source` is where a value comes from that is set for the topic or group itself.
Value value_of(const DescribeConfigsRequest& request,
               const std::map<std::string, std::string>& overrides,
               const log::ConfigDefinition& definition, int8_t source) {
    auto set = overrides.find(definition.name);
    bool is_set = set != overrides.end();
    Value value{.name = definition.name,
                .value = is_set ? set->second : definition.default_value,
                .config_source = is_set ? source : FromDefault,
                .config_type = number_of(definition.type),
                .documentation = std::nullopt};
    if (request.include_synonyms) {
        if (is_set) value.synonyms.push_back({definition.name, value.value, source});
        if (!definition.broker_name.empty()) {
            value.synonyms.push_back(
                {definition.broker_name, definition.default_value, FromDefault});
        }
    }
    if (request.include_documentation) value.documentation = definition.help;
    return value;
}

void describe_topic(const Context& context, const DescribeConfigsRequest& request,
                    const DescribeConfigsRequest::DescribeConfigsResource& resource,
                    Described& described) {
    log::TopicPtr topic = context.find_topic(resource.resource_name);
    if (!topic) {
        bool is_name = log::is_topic_name(resource.resource_name);
        described.error_code = kafka::number_of(is_name ? KafkaError::UnknownTopicOrPartition
                                                        : KafkaError::InvalidTopicException);
        if (!is_name) described.error_message = "The topic name is not valid.";
        return;
    }
    for (const auto& definition : log::topic_config_definitions()) {
        if (!is_wanted(resource, definition.name)) continue;
        described.configs.push_back(
            value_of(request, topic->config.overrides(), definition, FromTopic));
    }
}

void describe_group(const Context& context, const DescribeConfigsRequest& request,
                    const DescribeConfigsRequest::DescribeConfigsResource& resource,
                    Described& described) {
    if (resource.resource_name.empty()) {
        described.error_code = kafka::number_of(KafkaError::InvalidRequest);
        described.error_message = "A group has a name.";
        return;
    }
    auto overrides = context.broker.groups.configs().overrides(resource.resource_name);
    for (const auto& definition : group_config_definitions()) {
        if (!is_wanted(resource, definition.name)) continue;
        described.configs.push_back(value_of(request, overrides, definition, FromGroup));
    }
}

void describe_broker(const Context& context, const DescribeConfigsRequest& request,
                     const DescribeConfigsRequest::DescribeConfigsResource& resource,
                     Described& described) {
    const std::string& name = resource.resource_name;
    if (!name.empty() && name != std::to_string(context.broker.settings.node_id)) {
        described.error_code = kafka::number_of(KafkaError::InvalidRequest);
        described.error_message =
            fmt::format("Unexpected broker id, expected {} or empty string, but received {}",
                        context.broker.settings.node_id, name);
        return;
    }
    // Without a name the settings that all brokers share are meant; there are none.
    if (name.empty()) return;
    for (const BrokerConfigValue& each : broker_config_values(context.broker.settings)) {
        if (!is_wanted(resource, each.name)) continue;
        Value value{.name = each.name,
                    .value = each.value,
                    .read_only = true,
                    .config_source = each.is_default ? FromDefault : FromBrokerSettings,
                    .config_type = number_of(each.type),
                    .documentation = std::nullopt};
        if (request.include_documentation) value.documentation = each.help;
        described.configs.push_back(std::move(value));
    }
}

// Which error a client hears that may not do it with the settings of a resource; None when it may.
KafkaError check_access(const Context& context, Operation operation, int8_t resource_type,
                        const std::string& name) {
    if (resource_type == TopicResource) {
        bool is_fine = context.may(operation, on_topic(name));
        return is_fine ? KafkaError::None : KafkaError::TopicAuthorizationFailed;
    }
    if (resource_type == GroupResource) {
        bool is_fine = context.may(operation, on_group(name));
        return is_fine ? KafkaError::None : KafkaError::GroupAuthorizationFailed;
    }
    bool is_fine = context.may(operation, on_cluster());
    return is_fine ? KafkaError::None : KafkaError::ClusterAuthorizationFailed;
}

using FindDefinition = const log::ConfigDefinition* (*)(std::string_view name);

// What becomes of the settings of a topic or group by one change.
void apply(std::map<std::string, std::string>& overrides, FindDefinition find,
           const std::string& name, Change change, const std::optional<std::string>& value) {
    const log::ConfigDefinition* definition = find(name);
    if (!definition) {
        throw Error(ErrorCode::InvalidInput, "Unknown config name: {}", name);
    }
    if (change == Change::Delete) {
        overrides.erase(name);
        return;
    }
    if (!value) throw Error(ErrorCode::InvalidInput, "Null value not supported for : {}", name);
    if (change == Change::Set) {
        overrides[name] = *value;
        return;
    }
    if (definition->type != log::ConfigType::List) {
        throw Error(ErrorCode::InvalidInput,
                    "Config value append is not allowed for config key: {}", name);
    }
    auto words =
        log::words_of_list(overrides.contains(name) ? overrides[name] : definition->default_value);
    for (const std::string& word : log::words_of_list(*value)) {
        bool is_there = std::ranges::find(words, word) != words.end();
        if (change == Change::Append && !is_there) words.push_back(word);
        if (change == Change::Subtract) std::erase(words, word);
    }
    overrides[name] = fmt::format("{}", fmt::join(words, ","));
}

struct Outcome {
    KafkaError error = KafkaError::None;
    std::optional<std::string> reason;
};

Outcome refused(const Error& error) {
    bool is_value = error.code() == ErrorCode::InvalidInput;
    return {is_value ? KafkaError::InvalidConfig : kafka_error_of(error), error.what()};
}

template <typename Changed>
Outcome change_group(const Context& context, const std::string& name, bool validate_only,
                     const Changed& changed) {
    if (name.empty()) return {KafkaError::InvalidRequest, "A group has a name."};
    GroupConfigs& configs = context.broker.groups.configs();
    try {
        auto overrides = changed(configs.overrides(name), find_group_config);
        GroupConfigs::check(overrides);
        if (!validate_only) configs.put(name, std::move(overrides));
        return {};
    } catch (const Error& error) {
        return refused(error);
    }
}

// `changed` makes the new overrides of the old ones, or throws.
template <typename Changed>
Outcome change(const Context& context, int8_t resource_type, const std::string& name,
               bool validate_only, const Changed& changed) {
    Broker& broker = context.broker;
    auto refusal = check_access(context, Operation::AlterConfigs, resource_type, name);
    if (refusal != KafkaError::None) return {refusal, "Authorization failed."};
    if (resource_type == GroupResource) return change_group(context, name, validate_only, changed);
    if (resource_type != TopicResource) {
        return {KafkaError::InvalidRequest,
                "Settings of the broker come from tarn.toml; those of topics and groups can be "
                "changed here."};
    }
    log::TopicPtr topic = broker.log.topics().find(name);
    if (!topic) {
        return {KafkaError::UnknownTopicOrPartition, "The topic '" + name + "' does not exist."};
    }
    try {
        log::TopicConfig config(changed(topic->config.overrides(), log::find_topic_config));
        if (!validate_only) broker.log.topics().change_config(name, std::move(config));
        return {};
    } catch (const Error& error) {
        return refused(error);
    }
}

AlterConfigsResponse replace_all(const Context& context, const AlterConfigsRequest& request) {
    AlterConfigsResponse response;
    for (const auto& resource : request.resources) {
        auto replaced = [&](const auto&, FindDefinition find) {
            std::map<std::string, std::string> overrides;
            for (const auto& config : resource.configs) {
                apply(overrides, find, config.name, Change::Set, config.value);
            }
            return overrides;
        };
        Outcome outcome = change(context, resource.resource_type, resource.resource_name,
                                 request.validate_only, replaced);
        response.responses.push_back({kafka::number_of(outcome.error), outcome.reason,
                                      resource.resource_type, resource.resource_name});
    }
    return response;
}

// Why it cannot be told what a change means, if so.
std::optional<std::string> unclear(const IncrementalAlterConfigsRequest::AlterConfigsResource& of) {
    std::set<std::string> names;
    for (const auto& config : of.configs) {
        bool is_removal = config.config_operation == static_cast<int8_t>(Change::Delete);
        if (!config.value && !is_removal) return "Null value not supported for : " + config.name;
        if (!names.insert(config.name).second) return "Duplicate config key: " + config.name;
    }
    return std::nullopt;
}

IncrementalAlterConfigsResponse change_all(const Context& context,
                                           const IncrementalAlterConfigsRequest& request) {
    IncrementalAlterConfigsResponse response;
    for (const auto& resource : request.resources) {
        if (auto reason = unclear(resource)) {
            response.responses.push_back({kafka::number_of(KafkaError::InvalidRequest), reason,
                                          resource.resource_type, resource.resource_name});
            continue;
        }
        auto changed = [&](std::map<std::string, std::string> overrides, FindDefinition find) {
            for (const auto& config : resource.configs) {
                if (config.config_operation < 0 || config.config_operation > 3) {
                    throw Error(ErrorCode::InvalidInput, "Unknown operation {} for config key: {}",
                                config.config_operation, config.name);
                }
                apply(overrides, find, config.name, static_cast<Change>(config.config_operation),
                      config.value);
            }
            return overrides;
        };
        Outcome outcome = change(context, resource.resource_type, resource.resource_name,
                                 request.validate_only, changed);
        response.responses.push_back({kafka::number_of(outcome.error), outcome.reason,
                                      resource.resource_type, resource.resource_name});
    }
    return response;
}

}  // namespace

DescribeConfigsResponse answer_describe_configs(const Context& context,
                                                const DescribeConfigsRequest& request) {
    DescribeConfigsResponse response;
    for (const auto& resource : request.resources) {
        Described described{.error_message = "",
                            .resource_type = resource.resource_type,
                            .resource_name = resource.resource_name,
                            .configs = {}};
        auto refusal = check_access(context, Operation::DescribeConfigs, resource.resource_type,
                                    resource.resource_name);
        if (refusal != KafkaError::None) {
            described.error_code = kafka::number_of(refusal);
            described.error_message = "Authorization failed.";
            response.results.push_back(std::move(described));
            continue;
        }
        switch (resource.resource_type) {
            case TopicResource:
                describe_topic(context, request, resource, described);
                break;
            case BrokerResource:
                describe_broker(context, request, resource, described);
                break;
            case GroupResource:
                describe_group(context, request, resource, described);
                break;
            case BrokerLoggerResource:
                break;
            default:
                described.error_code = kafka::number_of(KafkaError::InvalidRequest);
                described.error_message =
                    fmt::format("Unsupported resource type: {}", resource.resource_type);
        }
        response.results.push_back(std::move(described));
    }
    return response;
}

awaitable<AlterConfigsResponse> answer_alter_configs(Context context, AlterConfigsRequest request) {
    co_return co_await context.broker.blocking.run(
        [&context, &request] { return replace_all(context, request); });
}

awaitable<IncrementalAlterConfigsResponse> answer_incremental_alter_configs(
    Context context, IncrementalAlterConfigsRequest request) {
    co_return co_await context.broker.blocking.run(
        [&context, &request] { return change_all(context, request); });
}

ListConfigResourcesResponse answer_list_config_resources(
    const Context& context, const ListConfigResourcesRequest& request) {
    ListConfigResourcesResponse response;
    if (!context.may(Operation::DescribeConfigs, on_cluster())) {
        response.error_code = kafka::number_of(KafkaError::ClusterAuthorizationFailed);
        return response;
    }
    auto is_asked_for = [&](int8_t type) {
        return request.resource_types.empty() ||
               std::ranges::find(request.resource_types, type) != request.resource_types.end();
    };
    // Version 0 asks for client metrics alone, of which there are none.
    if (context.version == 0) return response;
    if (is_asked_for(TopicResource)) {
        for (const auto& [name, topic] : context.broker.log.topics().table()->by_name) {
            response.config_resources.push_back({name, TopicResource});
        }
    }
    if (is_asked_for(GroupResource)) {
        auto groups = context.broker.groups.configs().table();
        for (const auto& [name, overrides] : *groups) {
            response.config_resources.push_back({name, GroupResource});
        }
    }
    if (is_asked_for(BrokerResource)) {
        response.config_resources.push_back(
            {std::to_string(context.broker.settings.node_id), BrokerResource});
    }
    return response;
}

}  // namespace tarn::kafka
