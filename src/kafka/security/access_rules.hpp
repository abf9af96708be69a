// All access rules at one moment, laid out for asking. Never changes, so any thread may ask.
//
// As in Kafka: one rule that denies outweighs all that allow; who may read, write, delete or alter
// may describe, and who may alter configs may describe them; where no rule is for a resource at
// all, `Otherwise` decides.
#pragma once

#include <array>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "kafka/security/acl.hpp"

namespace tarn::kafka {

// Who asks. Borrows.
struct Asker {
    std::string_view principal;  // "User:alice"
    std::string_view host;       // "127.0.0.1"
};

enum class Otherwise { Deny, Allow };

class AccessRules {
public:
    AccessRules() = default;
    explicit AccessRules(std::set<Acl> acls);

    bool may(const Asker& asker, Operation operation, const Resource& resource,
             Otherwise otherwise) const;

    // Whether there can be a resource of the type for which may() is true.
    bool may_on_some(const Asker& asker, Operation operation, ResourceType type,
                     Otherwise otherwise) const;

    const std::set<Acl>& all() const { return acls_; }

private:
    using RulesByName = std::map<std::string, std::vector<const Acl*>, std::less<>>;
    struct OfType {
        RulesByName literal;
        RulesByName prefixed;
        size_t prefix_size_max = 0;
    };
    static constexpr size_t Types = static_cast<size_t>(ResourceType::User) + 1;

    const OfType& of(ResourceType type) const { return by_type_[static_cast<size_t>(type)]; }
    std::vector<const Acl*> rules_for(const Resource& resource) const;
    bool is_denied_all_of(const Asker& asker, Operation operation, const Acl& allowed) const;

    std::set<Acl> acls_;
    std::array<OfType, Types> by_type_;
};

}  // namespace tarn::kafka
