// A consumer group of the newer protocol with members that do as they are told, for tests.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kafka/groups/consumer_group.hpp"

namespace tarn::kafka {

class ConsumerGroupTest : public testing::Test {
protected:
    using Names = std::set<std::string>;
    using State = ConsumerGroup::State;

    // A topic that is made anew has another id.
    void make_topic(const std::string& name, int partitions) {
        auto topic = std::make_shared<log::Topic>();
        topic->name = name;
        topic->id = Uuid::random(random_);
        topic->partitions.resize(static_cast<size_t>(partitions));
        change_topics([&](log::TopicTable& table) { table.by_name[name] = topic; });
    }
    void grow_topic(const std::string& name, int partitions) {
        auto topic = std::make_shared<log::Topic>(*topics_->find(name));
        topic->partitions.resize(static_cast<size_t>(partitions));
        change_topics([&](log::TopicTable& table) { table.by_name[name] = topic; });
    }
    void delete_topic(const std::string& name) {
        change_topics([&](log::TopicTable& table) { table.by_name.erase(name); });
    }

    ConsumerHeartbeatAnswer beat(const ConsumerHeartbeat& beat) {
        return group_.heartbeat(
            beat,
            {.now = now_, .times = times_, .topics = topics_, .may_see = [&](const auto& name) {
                 return !hidden_.contains(name);
             }});
    }

    // A member that does as it is told and sends what changed only.
    struct Client {
        std::string id;
        std::optional<std::string> instance_id = {};
        Names topics = {"trades"};
        std::optional<std::string> regex = {};
        std::optional<std::string> assignor = {};
        int32_t epoch = 0;
        PartitionSet owned = {};
        KafkaError error = KafkaError::None;
    };

    void join(Client& client) {
        client.epoch = JoiningEpoch;
        client.owned.clear();
        hear(client, beat({.member_id = client.id,
                           .instance_id = client.instance_id,
                           .rebalance_timeout = std::chrono::seconds(30),
                           .topic_names = client.topics,
                           .topic_regex = client.regex,
                           .assignor = client.assignor,
                           .owned = PartitionSet()}));
    }
    void beat(Client& client) {
        hear(client, beat({.member_id = client.id,
                           .member_epoch = client.epoch,
                           .instance_id = client.instance_id,
                           .owned = client.owned}));
    }
    void leave(Client& client, int32_t epoch = LeavingEpoch) {
        hear(client, beat({.member_id = client.id,
                           .member_epoch = epoch,
                           .instance_id = client.instance_id}));
    }
    void subscribe(Client& client, Names topics) {
        client.topics = topics;
        hear(client, beat({.member_id = client.id,
                           .member_epoch = client.epoch,
                           .topic_names = topics,
                           .owned = client.owned}));
    }
    void hear(Client& client, ConsumerHeartbeatAnswer answer) {
        client.error = answer.error;
        if (answer.error != KafkaError::None) return;
        client.epoch = answer.member_epoch;
        if (answer.assignment) client.owned = *answer.assignment;
    }
    // Until nobody hears anything new.
    void settle(std::vector<Client*> clients) {
        constexpr int Rounds = 6;
        for (int i = 0; i < Rounds; ++i) {
            for (Client* client : clients) beat(*client);
        }
    }

    std::vector<int32_t> partitions_of(const Client& client, const std::string& topic = "trades") {
        auto found = client.owned.find(topics_->find(topic)->id);
        if (found == client.owned.end()) return {};
        return {found->second.begin(), found->second.end()};
    }
    static size_t count(const Client& client) {
        size_t count = 0;
        for (const auto& [topic, partitions] : client.owned) count += partitions.size();
        return count;
    }
    std::pair<Uuid, int32_t> place(int32_t partition) {
        return {topics_->find("trades")->id, partition};
    }

    // What a restart brings back, by way of the bytes.
    void restart() {
        ConsumerGroup after("g", MembersMax);
        after.restore(decode_consumer_group(encode(group_.record(1))));
        for (const auto& [id, member] : group_.members()) {
            after.restore(decode_consumer_member(id, encode(member)), times_, now_);
        }
        group_ = std::move(after);
    }

    static constexpr int MembersMax = 4;
    SeededRandom random_{7};
    Ticks now_{};
    ConsumerGroupTimes times_;
    TopicTablePtr topics_ = std::make_shared<log::TopicTable>();
    Names hidden_;
    ConsumerGroup group_{"g", MembersMax};
    Client a_{.id = "a"}, b_{.id = "b"}, c_{.id = "c"};

private:
    template <typename Change>
    void change_topics(Change change) {
        auto table = std::make_shared<log::TopicTable>(*topics_);
        change(*table);
        topics_ = table;
    }
};

}  // namespace tarn::kafka
