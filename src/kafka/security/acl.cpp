#include "kafka/security/acl.hpp"

namespace tarn::kafka {
namespace {

template <typename Enum>
bool lies_between(Enum value, Enum first, Enum last) {
    return value >= first && value <= last;
}

template <typename Value, typename Wanted>
bool passes(const std::optional<Wanted>& wanted, const Value& value) {
    return !wanted || *wanted == value;
}

bool is_for(const Acl& acl, const std::string& name) {
    if (acl.pattern_type == PatternType::Prefixed) return name.starts_with(acl.resource_name);
    return acl.resource_name == name || acl.resource_name == Wildcard;
}

}  // namespace

std::optional<std::string> fault_of(const Acl& acl) {
    if (!lies_between(acl.resource_type, ResourceType::Topic, ResourceType::User)) {
        return "The type of the resource is not a definite one.";
    }
    if (!lies_between(acl.pattern_type, PatternType::Literal, PatternType::Prefixed)) {
        return "The pattern of a rule is literal or prefixed.";
    }
    if (!lies_between(acl.operation, Operation::All, Operation::TwoPhaseCommit)) {
        return "The operation is not a definite one.";
    }
    if (!lies_between(acl.permission, Permission::Deny, Permission::Allow)) {
        return "The permission of a rule is allow or deny.";
    }
    if (acl.resource_name.empty()) return "The resource has no name.";
    if (acl.resource_type == ResourceType::Cluster && acl.resource_name != ClusterName) {
        return "The only valid name for the CLUSTER resource is kafka-cluster";
    }
    size_t colon = acl.principal.find(':');
    if (colon == std::string::npos || colon == 0) {
        return "A principal is written as type:name, User:alice say.";
    }
    if (acl.host.empty()) return "The host is empty; * stands for every host.";
    return std::nullopt;
}

bool AclFilter::matches(const Acl& acl) const {
    if (resource_type != ResourceType::Any && resource_type != acl.resource_type) return false;
    bool is_definite =
        pattern_type == PatternType::Literal || pattern_type == PatternType::Prefixed;
    if (is_definite && pattern_type != acl.pattern_type) return false;
    if (pattern_type == PatternType::Match) {
        if (resource_name && !is_for(acl, *resource_name)) return false;
    } else if (!passes(resource_name, acl.resource_name)) {
        return false;
    }
    return passes(principal, acl.principal) && passes(host, acl.host) &&
           (operation == Operation::Any || operation == acl.operation) &&
           (permission == Permission::Any || permission == acl.permission);
}

bool is_sound(const AclFilter& filter) {
    return lies_between(filter.resource_type, ResourceType::Any, ResourceType::User) &&
           lies_between(filter.pattern_type, PatternType::Any, PatternType::Prefixed) &&
           lies_between(filter.operation, Operation::Any, Operation::TwoPhaseCommit) &&
           lies_between(filter.permission, Permission::Any, Permission::Allow);
}

}  // namespace tarn::kafka
