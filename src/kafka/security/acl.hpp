// An access rule: who may do what to which resource, or may not. Numbers and words are Kafka's.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tarn::kafka {

enum class Operation : int8_t {
    Any = 1,
    All = 2,
    Read = 3,
    Write = 4,
    Create = 5,
    Delete = 6,
    Alter = 7,
    Describe = 8,
    ClusterAction = 9,
    DescribeConfigs = 10,
    AlterConfigs = 11,
    IdempotentWrite = 12,
    CreateTokens = 13,
    DescribeTokens = 14,
    TwoPhaseCommit = 15
};

enum class ResourceType : int8_t {
    Any = 1,
    Topic = 2,
    Group = 3,
    Cluster = 4,
    TransactionalId = 5,
    DelegationToken = 6,
    User = 7
};

enum class PatternType : int8_t { Any = 1, Match = 2, Literal = 3, Prefixed = 4 };

enum class Permission : int8_t { Any = 1, Deny = 2, Allow = 3 };

// Matches every name, every host, and every user as "User:*".
constexpr std::string_view Wildcard = "*";
constexpr std::string_view AnyPrincipal = "User:*";
constexpr std::string_view ClusterName = "kafka-cluster";

// Something that can be asked for. Borrows its name.
struct Resource {
    ResourceType type;
    std::string_view name;
};

inline Resource on_topic(std::string_view name) {
    return {ResourceType::Topic, name};
}
inline Resource on_group(std::string_view name) {
    return {ResourceType::Group, name};
}
inline Resource on_transactional_id(std::string_view name) {
    return {ResourceType::TransactionalId, name};
}
inline Resource on_cluster() {
    return {ResourceType::Cluster, ClusterName};
}

// By resource first, so that the rules of one stand together.
struct Acl {
    ResourceType resource_type = ResourceType::Topic;
    std::string resource_name = {};
    PatternType pattern_type = PatternType::Literal;
    std::string principal = {};
    std::string host = {};
    Operation operation = Operation::All;
    Permission permission = Permission::Allow;

    auto operator<=>(const Acl&) const = default;
};

// Why it cannot be a rule; nothing when it can.
std::optional<std::string> fault_of(const Acl& acl);

struct AclFilter {
    ResourceType resource_type = ResourceType::Any;
    std::optional<std::string> resource_name = {};
    PatternType pattern_type = PatternType::Any;
    std::optional<std::string> principal = {};
    std::optional<std::string> host = {};
    Operation operation = Operation::Any;
    Permission permission = Permission::Any;

    // With PatternType::Match, whether the rule holds for a resource of the name.
    bool matches(const Acl& acl) const;
};

// Whether every number in it has a meaning.
bool is_sound(const AclFilter& filter);

}  // namespace tarn::kafka
