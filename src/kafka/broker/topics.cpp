// Making and changing topics. The work blocks (it waits for the disk), so it runs on a thread that
// may.

#include <algorithm>
#include <set>

#include "base/error.hpp"
#include "kafka/broker/requests.hpp"
#include "kafka/wire/messages/create_partitions.hpp"
#include "kafka/wire/messages/create_topics.hpp"
#include "kafka/wire/messages/delete_topics.hpp"

namespace tarn::kafka {
namespace {

using CreatableTopic = CreateTopicsRequest::CreatableTopic;
using CreatedTopic = CreateTopicsResponse::CreatableTopicResult;

// Where a value comes from, in the numbers of the protocol.
constexpr int8_t FromTopic = 1;
constexpr int8_t FromDefault = 5;

// A refusal of one topic of many.
struct Refused {
    KafkaError error;
    std::string reason;
};

auto is_on(int32_t node_id) {
    return [node_id](const auto& assignment) {
        return assignment.broker_ids == std::vector<int32_t>{node_id};
    };
}

log::NewTopic new_topic_of(const BrokerSettings& settings, const CreatableTopic& wanted) {
    constexpr int Default = -1;
    log::NewTopic topic{.name = wanted.name, .partitions = wanted.num_partitions};
    if (!wanted.assignments.empty()) {
        if (wanted.num_partitions != Default || wanted.replication_factor != Default) {
            throw Refused{
                KafkaError::InvalidRequest,
                "Both numPartitions or replicationFactor and replicasAssignments were set. "
                "Both cannot be used at the same time."};
        }
        std::set<int32_t> indexes;
        for (const auto& assignment : wanted.assignments) {
            indexes.insert(assignment.partition_index);
        }
        // As many, each once, the first 0 and the last the number of the others: no gap.
        auto count = std::ssize(wanted.assignments);
        if (std::ssize(indexes) != count || *indexes.begin() != 0 ||
            *indexes.rbegin() != count - 1) {
            throw Refused{KafkaError::InvalidReplicaAssignment,
                          "Partitions should be a consecutive 0-based integer sequence."};
        }
        for (const auto& assignment : wanted.assignments) {
            if (!is_on(settings.node_id)(assignment)) {
                throw Refused{KafkaError::InvalidReplicaAssignment,
                              fmt::format("Replicas can only be on broker {}.", settings.node_id)};
            }
        }
        topic.partitions = static_cast<int>(wanted.assignments.size());
    } else if (wanted.num_partitions == Default) {
        topic.partitions = settings.default_partitions;
    } else if (wanted.num_partitions < 1) {
        throw Refused{KafkaError::InvalidPartitions,
                      "Number of partitions was set to an invalid non-positive value."};
    }
    bool is_replicated = wanted.replication_factor != 1 && wanted.replication_factor != Default;
    if (wanted.assignments.empty() && is_replicated &&
        (!settings.accepts_replication || wanted.replication_factor < 1)) {
        throw Refused{KafkaError::InvalidReplicationFactor,
                      fmt::format("Unable to replicate the partition {} time(s): The target "
                                  "replication factor of {} cannot be reached because only 1 "
                                  "broker(s) are registered.",
                                  wanted.replication_factor, wanted.replication_factor)};
    }
    std::map<std::string, std::string> overrides;
    for (const auto& config : wanted.configs) {
        if (!config.value) {
            throw Refused{KafkaError::InvalidConfig,
                          "Null value not supported for topic configs: " + config.name};
        }
        overrides[config.name] = *config.value;
    }
    try {
        topic.config = log::TopicConfig(std::move(overrides));
    } catch (const Error& error) {
        throw Refused{KafkaError::InvalidConfig, error.what()};
    }
    return topic;
}

void tell_configs(const log::TopicConfig& config, CreatedTopic& created) {
    for (const auto& definition : log::topic_config_definitions()) {
        bool is_set = config.overrides().contains(definition.name);
        created.configs->push_back({.name = definition.name,
                                    .value = config.value(definition.name),
                                    .read_only = false,
                                    .config_source = is_set ? FromTopic : FromDefault,
                                    .is_sensitive = false});
    }
}

void check_may_create(const Context& context, const std::string& name) {
    bool may = context.may(Operation::Create, on_cluster()) ||
               context.may(Operation::Create, on_topic(name));
    if (!may) throw Refused{KafkaError::TopicAuthorizationFailed, "Authorization failed."};
}

CreatedTopic create(const Context& context, const CreatableTopic& wanted, bool validate_only) {
    Broker& broker = context.broker;
    CreatedTopic created{.name = wanted.name, .error_message = std::nullopt};
    try {
        check_may_create(context, wanted.name);
        if (!log::is_topic_name(wanted.name)) {
            throw Refused{KafkaError::InvalidTopicException,
                          "'" + wanted.name + "' is not a legal name for a topic."};
        }
        log::Topics& topics = broker.log.topics();
        if (topics.find(wanted.name)) {
            throw Refused{KafkaError::TopicAlreadyExists,
                          "Topic '" + wanted.name + "' already exists."};
        }
        log::NewTopic topic = new_topic_of(broker.settings, wanted);
        if (validate_only) {
            topics.check(topic);
        } else {
            created.topic_id = topics.create(topic)->id;
        }
        created.num_partitions = topic.partitions;
        created.replication_factor = 1;
        if (context.may(Operation::DescribeConfigs, on_topic(wanted.name))) {
            tell_configs(topic.config, created);
        } else {
            created.configs.reset();
            created.num_partitions = created.replication_factor = -1;
            created.topic_config_error_code = number_of(KafkaError::TopicAuthorizationFailed);
        }
    } catch (const Refused& refused) {
        created.error_code = number_of(refused.error);
        created.error_message = refused.reason;
    } catch (const Error& error) {
        bool is_number = error.code() == ErrorCode::InvalidInput;
        created.error_code =
            number_of(is_number ? KafkaError::InvalidPartitions : kafka_error_of(error));
        created.error_message = error.what();
    }
    return created;
}

// The names that a request has more than once: each is refused, since it is not clear what is
// meant.
template <typename Topics>
std::set<std::string> named_twice(const Topics& topics) {
    std::set<std::string> once, twice;
    for (const auto& topic : topics) {
        if (!once.insert(topic.name).second) twice.insert(topic.name);
    }
    return twice;
}

CreateTopicsResponse create_all(const Context& context, const CreateTopicsRequest& request) {
    CreateTopicsResponse response;
    std::set<std::string> twice = named_twice(request.topics);
    for (const auto& wanted : request.topics) {
        if (!twice.contains(wanted.name)) {
            response.topics.push_back(create(context, wanted, request.validate_only));
        }
    }
    for (const std::string& name : twice) {
        CreatedTopic refused{.name = name, .error_message = "Duplicate topic name."};
        refused.error_code = number_of(KafkaError::InvalidRequest);
        response.topics.push_back(std::move(refused));
    }
    return response;
}

using DeletedTopic = DeleteTopicsResponse::DeletableTopicResult;

DeletedTopic remove(const Context& context, std::optional<std::string> name, const Uuid& id) {
    constexpr auto NotAllowed = KafkaError::TopicAuthorizationFailed;
    DeletedTopic deleted{.name = name, .topic_id = id};
    auto refuse = [&](KafkaError error, std::string reason) {
        deleted.error_code = number_of(error);
        deleted.error_message = std::move(reason);
        return deleted;
    };
    if (name && id != Uuid()) {
        return refuse(KafkaError::InvalidRequest, "Specify either the topic's name or its id.");
    }
    log::Topics& topics = context.broker.log.topics();
    if (name && !context.may(Operation::Delete, on_topic(*name))) {
        deleted.error_code = number_of(NotAllowed);
        return deleted;
    }
    log::TopicPtr topic = name ? topics.find(*name) : topics.table()->find(id);
    if (!topic && name) {
        return refuse(KafkaError::UnknownTopicOrPartition,
                      "This server does not host this topic-partition.");
    }
    if (!topic) {
        return refuse(KafkaError::UnknownTopicId, "This server does not host this topic ID.");
    }
    if (!context.may(Operation::Delete, on_topic(topic->name))) {
        // The name is for those who may know that there is such a topic.
        if (context.may(Operation::Describe, on_topic(topic->name))) deleted.name = topic->name;
        deleted.error_code = number_of(NotAllowed);
        return deleted;
    }
    deleted.name = topic->name;
    deleted.topic_id = topic->id;
    try {
        topics.remove(topic->name);
        return deleted;
    } catch (const Error& error) {
        return refuse(kafka_error_of(error), error.what());
    }
}

DeleteTopicsResponse remove_all(const Context& context, const DeleteTopicsRequest& request) {
    DeleteTopicsResponse response;
    for (const auto& name : request.topic_names) {
        response.responses.push_back(remove(context, name, Uuid()));
    }
    for (const auto& topic : request.topics) {
        response.responses.push_back(remove(context, topic.name, topic.topic_id));
    }
    return response;
}

CreatePartitionsResponse grow_all(const Context& context, const CreatePartitionsRequest& request) {
    CreatePartitionsResponse response;
    std::set<std::string> twice = named_twice(request.topics);
    log::Topics& topics = context.broker.log.topics();
    for (const auto& wanted : request.topics) {
        auto& result = response.results.emplace_back();
        result.name = wanted.name;
        auto refuse = [&](KafkaError error, std::string reason) {
            result.error_code = number_of(error);
            result.error_message = std::move(reason);
        };
        log::TopicPtr topic = topics.find(wanted.name);
        if (twice.contains(wanted.name)) {
            refuse(KafkaError::InvalidRequest, "Duplicate topic name.");
        } else if (!context.may(Operation::Alter, on_topic(wanted.name))) {
            refuse(KafkaError::TopicAuthorizationFailed, "Authorization failed.");
        } else if (!topic) {
            refuse(KafkaError::UnknownTopicOrPartition,
                   "This server does not host this topic-partition.");
        } else if (wanted.assignments &&
                   std::ssize(*wanted.assignments) != wanted.count - topic->partition_count()) {
            refuse(KafkaError::InvalidReplicaAssignment,
                   "The number of assignments is not that of the new partitions.");
        } else if (wanted.assignments &&
                   !std::ranges::all_of(*wanted.assignments,
                                        is_on(context.broker.settings.node_id))) {
            refuse(
                KafkaError::InvalidReplicaAssignment,
                fmt::format("Replicas can only be on broker {}.", context.broker.settings.node_id));
        } else {
            try {
                if (request.validate_only) {
                    topics.check_growth(*topic, wanted.count);
                } else {
                    topics.add_partitions(wanted.name, wanted.count);
                }
            } catch (const Error& error) {
                bool is_number = error.code() == ErrorCode::InvalidInput;
                refuse(is_number ? KafkaError::InvalidPartitions : kafka_error_of(error),
                       error.what());
            }
        }
    }
    return response;
}

}  // namespace

awaitable<CreateTopicsResponse> answer_create_topics(Context context, CreateTopicsRequest request) {
    co_return co_await context.broker.blocking.run(
        [&context, &request] { return create_all(context, request); });
}

awaitable<DeleteTopicsResponse> answer_delete_topics(Context context, DeleteTopicsRequest request) {
    co_return co_await context.broker.blocking.run(
        [&context, &request] { return remove_all(context, request); });
}

awaitable<CreatePartitionsResponse> answer_create_partitions(Context context,
                                                             CreatePartitionsRequest request) {
    co_return co_await context.broker.blocking.run(
        [&context, &request] { return grow_all(context, request); });
}

}  // namespace tarn::kafka
