#include "kafka/security/access_rules.hpp"

#include <algorithm>

namespace tarn::kafka {
namespace {

bool is_about(const Acl& acl, const Asker& asker) {
    return (acl.principal == asker.principal || acl.principal == AnyPrincipal) &&
           (acl.host == asker.host || acl.host == Wildcard);
}

bool allows(const Acl& acl, Operation operation) {
    using enum Operation;
    if (acl.permission != Permission::Allow) return false;
    if (acl.operation == operation || acl.operation == All) return true;
    if (operation == Describe) {
        return acl.operation == Read || acl.operation == Write || acl.operation == Delete ||
               acl.operation == Alter;
    }
    return operation == DescribeConfigs && acl.operation == AlterConfigs;
}

// What is denied implies nothing further: who may not describe may still be allowed to read.
bool denies(const Acl& acl, Operation operation) {
    return acl.permission == Permission::Deny &&
           (acl.operation == operation || acl.operation == Operation::All);
}

}  // namespace

AccessRules::AccessRules(std::set<Acl> acls) : acls_(std::move(acls)) {
    for (const Acl& acl : acls_) {
        OfType& of_type = by_type_[static_cast<size_t>(acl.resource_type)];
        if (acl.pattern_type == PatternType::Literal) {
            of_type.literal[acl.resource_name].push_back(&acl);
        } else {
            of_type.prefixed[acl.resource_name].push_back(&acl);
            of_type.prefix_size_max = std::max(of_type.prefix_size_max, acl.resource_name.size());
        }
    }
}

std::vector<const Acl*> AccessRules::rules_for(const Resource& resource) const {
    std::vector<const Acl*> found;
    auto add = [&](const RulesByName& rules, std::string_view name) {
        auto those = rules.find(name);
        if (those == rules.end()) return;
        found.insert(found.end(), those->second.begin(), those->second.end());
    };
    const OfType& of_type = of(resource.type);
    add(of_type.literal, resource.name);
    if (resource.name != Wildcard) add(of_type.literal, Wildcard);
    size_t size_max = std::min(of_type.prefix_size_max, resource.name.size());
    for (size_t size = 1; size <= size_max; ++size) {
        add(of_type.prefixed, resource.name.substr(0, size));
    }
    return found;
}

bool AccessRules::may(const Asker& asker, Operation operation, const Resource& resource,
                      Otherwise otherwise) const {
    std::vector<const Acl*> rules = rules_for(resource);
    if (rules.empty()) return otherwise == Otherwise::Allow;
    bool is_allowed = false;
    for (const Acl* acl : rules) {
        if (!is_about(*acl, asker)) continue;
        if (denies(*acl, operation)) return false;
        is_allowed = is_allowed || allows(*acl, operation);
    }
    return is_allowed;
}

bool AccessRules::may_on_some(const Asker& asker, Operation operation, ResourceType type,
                              Otherwise otherwise) const {
    // There are always names without a rule, unless a rule is for every name.
    if (otherwise == Otherwise::Allow && may(asker, operation, {type, Wildcard}, otherwise)) {
        return true;
    }
    return std::ranges::any_of(acls_, [&](const Acl& acl) {
        return acl.resource_type == type && is_about(acl, asker) && allows(acl, operation) &&
               !is_denied_all_of(asker, operation, acl);
    });
}

// Whether denials leave nothing of what one rule allows.
bool AccessRules::is_denied_all_of(const Asker& asker, Operation operation,
                                   const Acl& allowed) const {
    auto covers = [&](const Acl& acl) {
        if (acl.pattern_type == PatternType::Prefixed) {
            bool allows_every_name =
                allowed.pattern_type == PatternType::Literal && allowed.resource_name == Wildcard;
            return !allows_every_name && allowed.resource_name.starts_with(acl.resource_name);
        }
        if (acl.resource_name == Wildcard) return true;
        return allowed.pattern_type == PatternType::Literal &&
               allowed.resource_name == acl.resource_name;
    };
    return std::ranges::any_of(acls_, [&](const Acl& acl) {
        return acl.resource_type == allowed.resource_type && is_about(acl, asker) &&
               denies(acl, operation) && covers(acl);
    });
}

}  // namespace tarn::kafka
