// The settings of single groups, kept in the registry under "group/NAME": how long a member of the
// newer protocol may be silent, and how often it is to speak. A group need not be there to be set.
// Looking up is for any thread, and works on a table that does not change under the reader;
// changing blocks.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "kafka/groups/consumer_group.hpp"
#include "log/registry.hpp"
#include "log/topic_config.hpp"

namespace tarn::kafka {

const std::vector<log::ConfigDefinition>& group_config_definitions();
// Nothing when no group has a setting of this name.
const log::ConfigDefinition* find_group_config(std::string_view name);

class GroupConfigs {
public:
    using Overrides = std::map<std::string, std::string>;
    using Table = std::map<std::string, Overrides, std::less<>>;

    // Small enough to live in memory.
    static constexpr int GroupsMax = 10'000;

    explicit GroupConfigs(log::Registry& registry);

    std::shared_ptr<const Table> table() const { return table_.load(); }
    Overrides overrides(std::string_view group) const;
    ConsumerGroupTimes times(std::string_view group) const;

    // Throws InvalidInput for a setting or value that cannot be.
    static void check(const Overrides& overrides);
    // Of checked ones; none takes the group out. Throws Unavailable when there are too many groups.
    void put(const std::string& group, Overrides overrides);

private:
    log::Registry& registry_;
    std::mutex changing_;
    std::atomic<std::shared_ptr<const Table>> table_;
};

}  // namespace tarn::kafka
