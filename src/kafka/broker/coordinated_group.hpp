// A group as the coordinator holds it: its members, by one protocol or the other, and the offsets
// they committed, which outlive a change of the protocol.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "kafka/groups/classic_group.hpp"
#include "kafka/groups/committed_offsets.hpp"
#include "kafka/groups/consumer_group.hpp"

namespace tarn::kafka {

struct CoordinatedGroup {
    std::variant<ClassicGroup, ConsumerGroup> members;
    CommittedOffsets offsets = {};
    // When the last member left, for the expiry of offsets.
    std::optional<log::Timestamp> empty_since = {};

    // Null when it is of the other protocol.
    ClassicGroup* classic() { return std::get_if<ClassicGroup>(&members); }
    ConsumerGroup* consumer() { return std::get_if<ConsumerGroup>(&members); }

    const std::string& id() const {
        return std::visit([](auto& group) -> const std::string& { return group.id(); }, members);
    }
    bool is_empty() const {
        return std::visit([](auto& group) { return group.is_empty(); }, members);
    }
    std::optional<Ticks> next_deadline() const {
        return std::visit([](auto& group) { return group.next_deadline(); }, members);
    }
    void on_time(Ticks now) {
        std::visit([now](auto& group) { group.on_time(now); }, members);
    }
    // Nothing where it cannot be told.
    std::optional<std::vector<std::string>> subscribed_topics() const {
        return std::visit([](auto& group) { return group.subscribed_topics(); }, members);
    }
    // Nothing would be lost if it were forgotten.
    bool is_dead() const {
        return is_empty() && offsets.all().empty() && !offsets.has_open_transactions();
    }
    // Whether there may be a record of its members.
    bool has_been_kept() const {
        if (auto* classic = std::get_if<ClassicGroup>(&members)) return classic->generation() > 0;
        return std::get<ConsumerGroup>(members).epoch() > 0;
    }
};

}  // namespace tarn::kafka
