#include "kafka/security/authorizer.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "base/error.hpp"
#include "kafka/security/digest.hpp"

namespace tarn::kafka {
namespace {

namespace json = boost::json;

// Numbers stay numbers: they are part of Kafka's protocol and mean the same for ever.
json::object document_of(const Acl& acl) {
    return {
        {"resource-type", static_cast<int>(acl.resource_type)},
        {"resource-name", acl.resource_name},
        {"pattern-type", static_cast<int>(acl.pattern_type)},
        {"principal", acl.principal},
        {"host", acl.host},
        {"operation", static_cast<int>(acl.operation)},
        {"permission", static_cast<int>(acl.permission)},
    };
}

Acl acl_in(const json::value& document) {
    const json::object& fields = document.as_object();
    auto number = [&](std::string_view name) { return fields.at(name).as_int64(); };
    auto text = [&](std::string_view name) { return std::string(fields.at(name).as_string()); };
    return {.resource_type = static_cast<ResourceType>(number("resource-type")),
            .resource_name = text("resource-name"),
            .pattern_type = static_cast<PatternType>(number("pattern-type")),
            .principal = text("principal"),
            .host = text("host"),
            .operation = static_cast<Operation>(number("operation")),
            .permission = static_cast<Permission>(number("permission"))};
}

// A rule has no name of its own; what it says makes one.
std::string registry_name_of(const Acl& acl) {
    Bytes name = digest(Hash::Sha256, as_bytes(json::serialize(document_of(acl))));
    return "acl/" + to_hex(name);
}

}  // namespace

Authorizer::Authorizer(log::Registry& registry, Settings settings)
    : registry_(registry), settings_(std::move(settings)) {
    std::set<Acl> acls;
    for (const auto& [name, document] : registry.of_kind("acl")) {
        Acl acl = acl_in(document);
        if (auto fault = fault_of(acl)) {
            // To go on without a rule that denies would open what it closes.
            throw Error(ErrorCode::Corrupt, "the access rule {} in the registry is damaged: {}",
                        name, *fault);
        }
        acls.insert(std::move(acl));
    }
    rules_ = std::make_shared<AccessRules>(std::move(acls));
}

bool Authorizer::may(const Asker& asker, Operation operation, const Resource& resource) const {
    if (settings_.super_users.contains(asker.principal)) return true;
    return rules()->may(asker, operation, resource, settings_.without_rules);
}

bool Authorizer::may_on_some(const Asker& asker, Operation operation, ResourceType type) const {
    if (settings_.super_users.contains(asker.principal)) return true;
    return rules()->may_on_some(asker, operation, type, settings_.without_rules);
}

void Authorizer::add(const Acl& acl) {
    std::lock_guard lock(changing_);
    std::set<Acl> acls = rules()->all();
    if (acls.contains(acl)) return;
    if (std::ssize(acls) >= AclsMax) {
        throw Error(ErrorCode::Unavailable, "there are {} access rules, and no more are taken",
                    AclsMax);
    }
    registry_.put(registry_name_of(acl), document_of(acl));
    acls.insert(acl);
    rules_ = std::make_shared<AccessRules>(std::move(acls));
}

std::vector<Acl> Authorizer::remove(const AclFilter& filter) {
    std::lock_guard lock(changing_);
    std::set<Acl> kept = rules()->all();
    std::vector<Acl> removed;
    for (const Acl& acl : rules()->all()) {
        if (filter.matches(acl)) removed.push_back(acl);
    }
    if (removed.empty()) return removed;
    auto publish = [&] { rules_ = std::make_shared<AccessRules>(std::move(kept)); };
    try {
        for (const Acl& acl : removed) {
            registry_.remove(registry_name_of(acl));
            kept.erase(acl);
        }
    } catch (...) {
        // What is in force is what is on the disk, also when a full one ends this half way.
        publish();
        throw;
    }
    publish();
    return removed;
}

}  // namespace tarn::kafka
