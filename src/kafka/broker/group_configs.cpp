#include "kafka/broker/group_configs.hpp"

#include <boost/json/object.hpp>

#include <algorithm>

#include "base/error.hpp"

namespace tarn::kafka {
namespace {

constexpr const char* SessionTimeout = "consumer.session.timeout.ms";
constexpr const char* HeartbeatInterval = "consumer.heartbeat.interval.ms";

std::chrono::milliseconds value_of(const GroupConfigs::Overrides& overrides, const char* name) {
    auto set = overrides.find(name);
    const std::string& text =
        set == overrides.end() ? find_group_config(name)->default_value : set->second;
    return std::chrono::milliseconds(std::stoi(text));
}

}  // namespace

const std::vector<log::ConfigDefinition>& group_config_definitions() {
    static const std::vector<log::ConfigDefinition> Definitions = {
        {.name = HeartbeatInterval,
         .type = log::ConfigType::Int,
         .default_value = "5000",
         .broker_name = "group.consumer.heartbeat.interval.ms",
         .help = "how often members of the newer protocol are to be heard",
         .min = 5000,
         .max = 15'000},
        {.name = SessionTimeout,
         .type = log::ConfigType::Int,
         .default_value = "45000",
         .broker_name = "group.consumer.session.timeout.ms",
         .help = "how long a member of the newer protocol may be silent",
         .min = 45'000,
         .max = 60'000},
    };
    return Definitions;
}

const log::ConfigDefinition* find_group_config(std::string_view name) {
    const auto& all = group_config_definitions();
    auto found = std::ranges::find(all, name, &log::ConfigDefinition::name);
    return found == all.end() ? nullptr : &*found;
}

GroupConfigs::GroupConfigs(log::Registry& registry) : registry_(registry) {
    auto table = std::make_shared<Table>();
    for (const auto& [group, document] : registry.of_kind("group")) {
        for (const auto& [name, value] : document.as_object()) {
            (*table)[group][name] = value.as_string();
        }
    }
    table_ = table;
}

GroupConfigs::Overrides GroupConfigs::overrides(std::string_view group) const {
    auto table = table_.load();
    auto found = table->find(group);
    return found == table->end() ? Overrides() : found->second;
}

ConsumerGroupTimes GroupConfigs::times(std::string_view group) const {
    Overrides set = overrides(group);
    return {.session_timeout = value_of(set, SessionTimeout),
            .heartbeat_interval = value_of(set, HeartbeatInterval)};
}

void GroupConfigs::check(const Overrides& overrides) {
    for (const auto& [name, value] : overrides) {
        const log::ConfigDefinition* definition = find_group_config(name);
        if (!definition) {
            throw Error(ErrorCode::InvalidInput, "Unknown group config name: {}", name);
        }
        log::check_config_value(*definition, value);
    }
}

void GroupConfigs::put(const std::string& group, Overrides overrides) {
    std::lock_guard lock(changing_);
    auto table = std::make_shared<Table>(*table_.load());
    if (!table->contains(group) && std::ssize(*table) >= GroupsMax) {
        throw Error(ErrorCode::Unavailable, "{} groups have settings, which is all that can",
                    GroupsMax);
    }
    if (overrides.empty()) {
        if (table->erase(group) == 0) return;
        registry_.remove("group/" + group);
    } else {
        boost::json::object document;
        for (const auto& [name, value] : overrides) document[name] = value;
        registry_.put("group/" + group, std::move(document));
        (*table)[group] = std::move(overrides);
    }
    table_ = table;
}

}  // namespace tarn::kafka
