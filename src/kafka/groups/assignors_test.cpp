#include "kafka/groups/assignors.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "base/random.hpp"

namespace tarn::kafka {
namespace {

using testing::ElementsAre;

class AssignorsTest : public testing::Test {
protected:
    Uuid topic(int partitions) {
        Uuid id = Uuid::random(random_);
        topics_[id] = partitions;
        return id;
    }

    static size_t size_of(const PartitionSet& set) {
        size_t size = 0;
        for (const auto& [topic, partitions] : set) size += partitions.size();
        return size;
    }

    // Every partition that someone reads has one owner, who reads its topic.
    void expect_whole(const std::vector<Assignee>& members, const Assignment& assignment) {
        std::set<std::pair<Uuid, int32_t>> given;
        for (const Assignee& member : members) {
            for (const auto& [topic, partitions] : assignment.at(member.member_id)) {
                EXPECT_TRUE(member.topics.contains(topic));
                for (int32_t partition : partitions) {
                    EXPECT_TRUE(given.emplace(topic, partition).second) << "given twice";
                }
            }
        }
        size_t wanted = 0;
        for (const auto& [topic, partitions] : topics_) {
            bool is_read = std::ranges::any_of(
                members, [&](const Assignee& each) { return each.topics.contains(topic); });
            if (is_read) wanted += static_cast<size_t>(partitions);
        }
        EXPECT_EQ(given.size(), wanted);
    }

    SeededRandom random_{3};
    TopicSizes topics_;
};

TEST_F(AssignorsTest, are_found_by_their_names) {
    EXPECT_EQ(find_assignor("uniform"), assign_uniformly);
    EXPECT_EQ(find_assignor("range"), assign_by_range);
    EXPECT_EQ(find_assignor("sticky"), nullptr);
}

TEST_F(AssignorsTest, by_range_give_equal_numbers_of_equal_topics_to_the_same_member) {
    Uuid trades = topic(4);
    Uuid bids = topic(4);

    auto assignment = assign_by_range({{.member_id = "b", .topics = {trades, bids}},
                                       {.member_id = "a", .topics = {trades, bids}}},
                                      topics_);

    EXPECT_THAT(assignment["a"][trades], ElementsAre(0, 1));
    EXPECT_THAT(assignment["a"][bids], ElementsAre(0, 1));
    EXPECT_THAT(assignment["b"][trades], ElementsAre(2, 3));
}

TEST_F(AssignorsTest, by_range_put_static_members_first_whatever_their_id) {
    Uuid trades = topic(2);

    auto assignment =
        assign_by_range({{.member_id = "a", .topics = {trades}},
                         {.member_id = "z", .instance_id = "one", .topics = {trades}}},
                        topics_);

    EXPECT_THAT(assignment["z"][trades], ElementsAre(0));
    EXPECT_THAT(assignment["a"][trades], ElementsAre(1));
}

TEST_F(AssignorsTest, uniformly_let_those_keep_more_who_had_more) {
    Uuid trades = topic(5);

    auto assignment = assign_uniformly(
        {{.member_id = "a", .topics = {trades}, .assigned = {{trades, {4}}}},
         {.member_id = "b", .topics = {trades}, .assigned = {{trades, {0, 1, 2, 3}}}}},
        topics_);

    EXPECT_THAT(assignment["b"][trades], ElementsAre(0, 1, 2));
    EXPECT_THAT(assignment["a"][trades], ElementsAre(3, 4));
}

TEST_F(AssignorsTest, uniformly_take_back_partitions_that_are_no_more) {
    Uuid trades = topic(1);
    Uuid gone = Uuid::random(random_);

    auto assignment = assign_uniformly(
        {{.member_id = "a", .topics = {trades}, .assigned = {{trades, {0, 1}}, {gone, {0}}}}},
        topics_);

    EXPECT_EQ(assignment["a"], (PartitionSet{{trades, {0}}}));
}

TEST_F(AssignorsTest, uniformly_even_out_members_that_read_different_topics) {
    Uuid trades = topic(4);
    Uuid bids = topic(4);
    std::vector<Assignee> members = {
        {.member_id = "a", .topics = {trades}},
        {.member_id = "b", .topics = {trades, bids}, .assigned = {{trades, {0, 1, 2, 3}}}},
        {.member_id = "c", .topics = {bids}}};

    auto assignment = assign_uniformly(members, topics_);

    expect_whole(members, assignment);
    for (const auto& [id, partitions] : assignment) EXPECT_GE(size_of(partitions), 2u) << id;
}

// Made-up groups over some generations: all is given once, nobody who could take one more is two
// behind, and where all read the same only what has to move moves.
TEST_F(AssignorsTest, uniformly_share_out_whatever_there_is) {
    for (int round = 0; round < 200; ++round) {
        topics_.clear();
        std::vector<Uuid> ids;
        for (uint64_t i = 0, count = 1 + random_.below(4); i < count; ++i) {
            ids.push_back(topic(static_cast<int>(1 + random_.below(9))));
        }
        bool all_read_the_same = random_.below(2) == 0;
        std::vector<Assignee> members;
        for (uint64_t i = 0, count = 1 + random_.below(6); i < count; ++i) {
            Assignee member{.member_id = std::to_string(i)};
            for (const Uuid& id : ids) {
                if (all_read_the_same || random_.below(2) == 0) member.topics.insert(id);
            }
            members.push_back(member);
        }

        auto first = assign_uniformly(members, topics_);
        expect_whole(members, first);
        for (Assignee& member : members) member.assigned = first[member.member_id];
        EXPECT_EQ(assign_uniformly(members, topics_), first) << "nothing changed, something moved";

        for (const Assignee& poor : members) {
            for (const Assignee& rich : members) {
                for (const auto& [id, partitions] : first[rich.member_id]) {
                    if (!poor.topics.contains(id)) continue;
                    EXPECT_LE(size_of(first[rich.member_id]), size_of(first[poor.member_id]) + 1);
                }
            }
        }
    }
}

}  // namespace
}  // namespace tarn::kafka
