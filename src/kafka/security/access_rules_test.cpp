#include "kafka/security/access_rules.hpp"

#include <gtest/gtest.h>

using namespace tarn::kafka;
using enum Operation;

namespace {

constexpr Asker Alice = {"User:alice", "10.0.0.1"};
constexpr Asker Bob = {"User:bob", "10.0.0.2"};

Acl allow(std::string principal, Operation operation, Resource resource) {
    return {.resource_type = resource.type,
            .resource_name = std::string(resource.name),
            .principal = std::move(principal),
            .host = "*",
            .operation = operation};
}

Acl deny(std::string principal, Operation operation, Resource resource) {
    Acl acl = allow(std::move(principal), operation, resource);
    acl.permission = Permission::Deny;
    return acl;
}

Acl prefixed(Acl acl) {
    acl.pattern_type = PatternType::Prefixed;
    return acl;
}

struct Rules : AccessRules {
    explicit Rules(std::set<Acl> acls) : AccessRules(std::move(acls)) {}
    bool may(const Asker& asker, Operation operation, const Resource& resource) const {
        return AccessRules::may(asker, operation, resource, Otherwise::Deny);
    }
    bool may_write_something(const Asker& asker) const {
        return may_on_some(asker, Write, ResourceType::Topic, Otherwise::Deny);
    }
};

}  // namespace

TEST(AccessRules, let_one_do_what_is_allowed_and_nothing_else) {
    Rules rules({allow("User:alice", Write, on_topic("trades"))});

    EXPECT_TRUE(rules.may(Alice, Write, on_topic("trades")));
    EXPECT_FALSE(rules.may(Alice, Read, on_topic("trades")));
    EXPECT_FALSE(rules.may(Alice, Write, on_topic("trades2")));
    EXPECT_FALSE(rules.may(Alice, Write, on_group("trades")));
    EXPECT_FALSE(rules.may(Bob, Write, on_topic("trades")));
}

TEST(AccessRules, let_those_describe_who_may_read_write_delete_or_alter) {
    for (Operation operation : {Read, Write, Delete, Alter, All, Describe}) {
        Rules rules({allow("User:alice", operation, on_topic("trades"))});
        EXPECT_TRUE(rules.may(Alice, Describe, on_topic("trades")));
    }
    for (Operation operation : {Create, DescribeConfigs, AlterConfigs}) {
        Rules rules({allow("User:alice", operation, on_topic("trades"))});
        EXPECT_FALSE(rules.may(Alice, Describe, on_topic("trades")));
        EXPECT_EQ(rules.may(Alice, DescribeConfigs, on_topic("trades")), operation != Create);
    }
}

TEST(AccessRules, deny_before_they_allow) {
    Rules rules(
        {allow("User:*", All, on_topic("*")), deny("User:bob", Read, on_topic("salaries"))});

    EXPECT_TRUE(rules.may(Alice, Read, on_topic("salaries")));
    EXPECT_FALSE(rules.may(Bob, Read, on_topic("salaries")));
    EXPECT_TRUE(rules.may(Bob, Read, on_topic("trades")));
    // To deny one operation implies nothing for those that it would imply.
    EXPECT_TRUE(rules.may(Bob, Describe, on_topic("salaries")));
}

TEST(AccessRules, know_prefixes) {
    Rules rules({prefixed(allow("User:alice", Read, on_topic("shop-"))),
                 prefixed(deny("User:alice", Read, on_topic("shop-secret-")))});

    EXPECT_TRUE(rules.may(Alice, Read, on_topic("shop-orders")));
    EXPECT_TRUE(rules.may(Alice, Read, on_topic("shop-")));
    EXPECT_FALSE(rules.may(Alice, Read, on_topic("shop")));
    EXPECT_FALSE(rules.may(Alice, Read, on_topic("shop-secret-keys")));
}

TEST(AccessRules, hold_for_one_host_or_for_all) {
    Acl acl = allow("User:*", Read, on_topic("trades"));
    acl.host = "10.0.0.1";
    Rules rules({acl});

    EXPECT_TRUE(rules.may(Alice, Read, on_topic("trades")));
    EXPECT_FALSE(rules.may(Bob, Read, on_topic("trades")));
}

TEST(AccessRules, leave_to_the_setting_what_no_rule_is_about) {
    AccessRules rules({allow("User:alice", Read, on_topic("trades"))});

    EXPECT_TRUE(rules.may(Bob, Read, on_topic("quotes"), Otherwise::Allow));
    EXPECT_FALSE(rules.may(Bob, Read, on_topic("quotes"), Otherwise::Deny));
    // A rule for someone else is a rule about the topic.
    EXPECT_FALSE(rules.may(Bob, Read, on_topic("trades"), Otherwise::Allow));
}

TEST(AccessRules, find_out_whether_there_is_anything_one_may_write_to) {
    EXPECT_FALSE(Rules({}).may_write_something(Alice));
    EXPECT_FALSE(Rules({allow("User:alice", Read, on_topic("a"))}).may_write_something(Alice));
    EXPECT_FALSE(Rules({allow("User:alice", Write, on_group("a"))}).may_write_something(Alice));
    EXPECT_TRUE(Rules({allow("User:alice", Write, on_topic("a"))}).may_write_something(Alice));
    EXPECT_TRUE(
        Rules({allow("User:alice", Write, on_topic("a")), deny("User:alice", Write, on_topic("b"))})
            .may_write_something(Alice));
    for (const Acl& denial :
         {deny("User:*", Write, on_topic("*")), deny("User:alice", All, on_topic("abc")),
          prefixed(deny("User:alice", Write, on_topic("ab")))}) {
        EXPECT_FALSE(Rules({allow("User:alice", Write, on_topic("abc")), denial})
                         .may_write_something(Alice));
    }
    // A prefix reaches further than one denied name.
    EXPECT_TRUE(Rules({prefixed(allow("User:alice", Write, on_topic("ab"))),
                       deny("User:alice", Write, on_topic("abc"))})
                    .may_write_something(Alice));
    AccessRules others({allow("User:bob", Write, on_topic("a"))});
    EXPECT_TRUE(others.may_on_some(Alice, Write, ResourceType::Topic, Otherwise::Allow));
}

TEST(AclFilter, finds_rules_by_each_of_their_parts) {
    Acl acl = prefixed(allow("User:alice", Read, on_topic("shop-")));

    EXPECT_TRUE(AclFilter{}.matches(acl));
    EXPECT_TRUE(AclFilter{.resource_name = "shop-"}.matches(acl));
    EXPECT_FALSE(AclFilter{.resource_name = "shop-orders"}.matches(acl));
    EXPECT_FALSE(AclFilter{.pattern_type = PatternType::Literal}.matches(acl));
    EXPECT_FALSE(AclFilter{.resource_type = ResourceType::Group}.matches(acl));
    EXPECT_FALSE(AclFilter{.principal = "User:bob"}.matches(acl));
    EXPECT_FALSE(AclFilter{.host = "10.0.0.1"}.matches(acl));
    EXPECT_FALSE(AclFilter{.operation = Write}.matches(acl));
    EXPECT_FALSE(AclFilter{.permission = Permission::Deny}.matches(acl));
}

TEST(AclFilter, finds_the_rules_that_hold_for_a_name) {
    AclFilter filter{.resource_name = "shop-orders", .pattern_type = PatternType::Match};

    EXPECT_TRUE(filter.matches(allow("User:alice", Read, on_topic("shop-orders"))));
    EXPECT_TRUE(filter.matches(allow("User:alice", Read, on_topic("*"))));
    EXPECT_TRUE(filter.matches(prefixed(allow("User:alice", Read, on_topic("shop-")))));
    EXPECT_FALSE(filter.matches(prefixed(allow("User:alice", Read, on_topic("store-")))));
    EXPECT_FALSE(filter.matches(allow("User:alice", Read, on_topic("shop-"))));
}

TEST(Acl, is_refused_where_it_could_not_mean_anything) {
    Acl sound = allow("User:alice", Read, on_topic("trades"));
    EXPECT_EQ(fault_of(sound), std::nullopt);
    EXPECT_EQ(fault_of(allow("User:alice", Alter, on_cluster())), std::nullopt);

    auto with = [&](auto change) {
        Acl acl = sound;
        change(acl);
        return fault_of(acl);
    };
    EXPECT_TRUE(with([](Acl& acl) { acl.resource_name = ""; }));
    EXPECT_TRUE(with([](Acl& acl) { acl.principal = "alice"; }));
    EXPECT_TRUE(with([](Acl& acl) { acl.host = ""; }));
    EXPECT_TRUE(with([](Acl& acl) { acl.operation = Any; }));
    EXPECT_TRUE(with([](Acl& acl) { acl.permission = Permission::Any; }));
    EXPECT_TRUE(with([](Acl& acl) { acl.pattern_type = PatternType::Match; }));
    EXPECT_TRUE(with([](Acl& acl) { acl.resource_type = static_cast<ResourceType>(0); }));
    EXPECT_TRUE(with([](Acl& acl) { acl.resource_type = ResourceType::Cluster; }));
}
