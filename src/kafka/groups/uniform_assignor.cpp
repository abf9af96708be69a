#include <algorithm>
#include <utility>

#include "kafka/groups/assignors.hpp"

namespace tarn::kafka {
namespace {

// One member while partitions are dealt.
struct Hand {
    const Assignee* member = nullptr;
    PartitionSet partitions = {};
    int size = 0;

    void give(const Uuid& topic, int32_t partition) {
        partitions[topic].insert(partition);
        ++size;
    }
    void take_back(const Uuid& topic, int32_t partition) {
        auto found = partitions.find(topic);
        found->second.erase(partition);
        if (found->second.empty()) partitions.erase(found);
        --size;
    }
};

using Hands = std::vector<Hand>;

// Who has each partition of each topic; null for nobody.
using Owners = std::map<Uuid, std::vector<Hand*>>;

// What each member had and may keep.
Owners keep(Hands& hands, const TopicSizes& topics) {
    Owners owners;
    for (const auto& [topic, count] : topics) {
        owners[topic].resize(static_cast<size_t>(count));
    }
    for (Hand& hand : hands) {
        for (const auto& [topic, partitions] : hand.member->assigned) {
            if (!hand.member->topics.contains(topic)) continue;
            std::vector<Hand*>& of_topic = owners.at(topic);
            for (int32_t partition : partitions) {
                auto index = static_cast<size_t>(partition);
                if (index >= of_topic.size() || of_topic[index]) continue;
                of_topic[index] = &hand;
                hand.give(topic, partition);
            }
        }
    }
    return owners;
}

// Where all read the same, how many each is to have is known from the start: one more for as many
// as the rest of the division, first for those who have that many already.
void deal_by_quota(Hands& hands, Owners& owners) {
    int total = 0;
    for (const auto& [topic, of_topic] : owners) total += static_cast<int>(of_topic.size());
    int quota = total / static_cast<int>(hands.size());
    int extra = total % static_cast<int>(hands.size());
    std::map<const Hand*, int> quotas;
    for (bool has_more : {true, false}) {
        for (Hand& hand : hands) {
            if ((hand.size > quota) != has_more) continue;
            quotas[&hand] = quota + (extra > 0 ? 1 : 0);
            if (extra > 0) --extra;
        }
    }
    for (auto& [topic, of_topic] : owners) {
        for (size_t i = of_topic.size(); i-- > 0;) {
            Hand* owner = of_topic[i];
            if (!owner || owner->size <= quotas[owner]) continue;
            owner->take_back(topic, static_cast<int32_t>(i));
            of_topic[i] = nullptr;
        }
    }
    auto next = hands.begin();
    for (auto& [topic, of_topic] : owners) {
        for (size_t i = 0; i < of_topic.size(); ++i) {
            if (of_topic[i]) continue;
            while (next->size >= quotas[&*next]) ++next;
            of_topic[i] = &*next;
            next->give(topic, static_cast<int32_t>(i));
        }
    }
}

Hand* smallest_of(const std::vector<Hand*>& readers) {
    return *std::ranges::min_element(readers, {}, &Hand::size);
}

// Where subscriptions differ: what nobody has goes to the reader with the fewest, the topics with
// the fewest readers first, and then partitions move from who has two more to who has two fewer,
// until none can. Each move makes the sizes more even, so there is an end.
void deal_one_by_one(Hands& hands, Owners& owners) {
    struct Topic {
        Uuid id;
        std::vector<Hand*> readers = {};
    };
    std::vector<Topic> topics;
    for (const auto& [id, of_topic] : owners) {
        Topic topic{.id = id};
        for (Hand& hand : hands) {
            if (hand.member->topics.contains(id)) topic.readers.push_back(&hand);
        }
        if (!topic.readers.empty()) topics.push_back(std::move(topic));
    }
    std::ranges::sort(topics, {},
                      [](const Topic& each) { return std::pair(each.readers.size(), each.id); });
    for (const Topic& topic : topics) {
        std::vector<Hand*>& of_topic = owners.at(topic.id);
        for (size_t i = 0; i < of_topic.size(); ++i) {
            if (of_topic[i]) continue;
            of_topic[i] = smallest_of(topic.readers);
            of_topic[i]->give(topic.id, static_cast<int32_t>(i));
        }
    }
    for (bool has_moved = true; has_moved;) {
        has_moved = false;
        for (const Topic& topic : topics) {
            std::vector<Hand*>& of_topic = owners.at(topic.id);
            for (size_t i = 0; i < of_topic.size(); ++i) {
                Hand* smallest = smallest_of(topic.readers);
                if (of_topic[i]->size <= smallest->size + 1) continue;
                of_topic[i]->take_back(topic.id, static_cast<int32_t>(i));
                of_topic[i] = smallest;
                smallest->give(topic.id, static_cast<int32_t>(i));
                has_moved = true;
            }
        }
    }
}

}  // namespace

Assignment assign_uniformly(const std::vector<Assignee>& members, const TopicSizes& topics) {
    if (members.empty()) return {};
    Hands hands;
    for (const Assignee& member : members) hands.push_back({.member = &member});
    Owners owners = keep(hands, topics);
    bool all_read_the_same = std::ranges::all_of(
        members, [&](const Assignee& each) { return each.topics.size() == topics.size(); });
    if (all_read_the_same) {
        deal_by_quota(hands, owners);
    } else {
        deal_one_by_one(hands, owners);
    }
    Assignment assignment;
    for (Hand& hand : hands) assignment[hand.member->member_id] = std::move(hand.partitions);
    return assignment;
}

}  // namespace tarn::kafka
