#include "kafka/client/group_member.hpp"

#include <gtest/gtest.h>

namespace tarn::kafka::client {
namespace {

using Shared = std::map<std::string, Assignment>;

TEST(ShareByRange, gives_the_first_member_two_of_three_partitions) {
    Shared shared = share_by_range({{"a", {"trades"}}, {"b", {"trades"}}}, {{"trades", 3}});

    EXPECT_EQ(shared, (Shared{{"a", {{"trades", {0, 1}}}}, {"b", {{"trades", {2}}}}}));
}

TEST(ShareByRange, gives_all_to_the_one_that_is_left) {
    Shared shared = share_by_range({{"b", {"trades"}}}, {{"trades", 3}});

    EXPECT_EQ(shared, (Shared{{"b", {{"trades", {0, 1, 2}}}}}));
}

TEST(ShareByRange, leaves_members_idle_when_there_are_more_than_partitions) {
    Shared shared = share_by_range({{"a", {"t"}}, {"b", {"t"}}}, {{"t", 1}});

    EXPECT_EQ(shared, (Shared{{"a", {{"t", {0}}}}, {"b", {}}}));
}

TEST(ShareByRange, shares_each_topic_among_those_that_want_it) {
    Shared shared = share_by_range({{"a", {"t", "u"}}, {"b", {"u"}}}, {{"t", 2}, {"u", 2}});

    EXPECT_EQ(shared, (Shared{{"a", {{"t", {0, 1}}, {"u", {0}}}}, {"b", {{"u", {1}}}}}));
}

}  // namespace
}  // namespace tarn::kafka::client
