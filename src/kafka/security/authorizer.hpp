// Says whether a client may do something, by access rules that are kept in the registry under
// "acl/". Asking is for any thread, and goes by rules that do not change under the reader; changing
// blocks.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "kafka/security/access_rules.hpp"
#include "log/registry.hpp"

namespace tarn::kafka {

class Authorizer {
public:
    struct Settings {
        // May do everything, whatever the rules say: "User:admin".
        std::set<std::string, std::less<>> super_users = {};
        Otherwise without_rules = Otherwise::Deny;
    };

    // All rules live in memory.
    static constexpr int AclsMax = 20'000;

    Authorizer(log::Registry& registry, Settings settings);

    bool may(const Asker& asker, Operation operation, const Resource& resource) const;
    // On one resource of the type at least, which need not exist.
    bool may_on_some(const Asker& asker, Operation operation, ResourceType type) const;

    std::shared_ptr<const AccessRules> rules() const { return rules_.load(); }

    // A rule that is there already is none twice. Throws InvalidInput for text that is no UTF-8,
    // Unavailable when there are too many.
    void add(const Acl& acl);
    // Gives the rules that are gone.
    std::vector<Acl> remove(const AclFilter& filter);

private:
    log::Registry& registry_;
    Settings settings_;
    std::mutex changing_;
    std::atomic<std::shared_ptr<const AccessRules>> rules_;
};

}  // namespace tarn::kafka
