#include "kafka/security/authorizer.hpp"

#include <gtest/gtest.h>

#include <optional>

#include "base/error.hpp"
#include "storage/memory_disk.hpp"

using namespace tarn;
using namespace tarn::kafka;

namespace {

constexpr Asker Alice = {"User:alice", "10.0.0.1"};
constexpr Asker Admin = {"User:admin", "10.0.0.1"};

Acl reading(std::string topic) {
    return {.resource_name = std::move(topic),
            .principal = "User:alice",
            .host = "*",
            .operation = Operation::Read};
}

class AuthorizerTest : public testing::Test {
protected:
    void restart() {
        registry.emplace(disk, "cluster.log");
        authorizer.emplace(*registry, Authorizer::Settings{.super_users = {"User:admin"}});
    }
    bool may_read(const Asker& asker, std::string_view topic) {
        return authorizer->may(asker, Operation::Read, on_topic(topic));
    }
    void SetUp() override { restart(); }

    ManualClock clock{WallTime()};
    storage::MemoryDisk disk{storage::Uri::parse("/data"), clock};
    std::optional<log::Registry> registry;
    std::optional<Authorizer> authorizer;
};

}  // namespace

TEST_F(AuthorizerTest, goes_by_rules_that_last) {
    authorizer->add(reading("trades"));
    authorizer->add(reading("trades"));
    authorizer->add(reading("quotes"));
    EXPECT_TRUE(may_read(Alice, "trades"));

    restart();

    EXPECT_EQ(authorizer->rules()->all().size(), 2U);
    EXPECT_TRUE(may_read(Alice, "trades"));
    EXPECT_FALSE(may_read(Alice, "bids"));
}

TEST_F(AuthorizerTest, forgets_the_rules_that_a_filter_finds) {
    authorizer->add(reading("trades"));
    authorizer->add(reading("quotes"));

    auto removed = authorizer->remove({.resource_name = "trades"});

    EXPECT_EQ(removed, std::vector{reading("trades")});
    EXPECT_TRUE(authorizer->remove({.resource_name = "trades"}).empty());
    EXPECT_FALSE(may_read(Alice, "trades"));
    restart();
    EXPECT_EQ(authorizer->rules()->all(), std::set{reading("quotes")});
}

TEST_F(AuthorizerTest, lets_super_users_do_everything) {
    Acl denial{
        .resource_name = "*", .principal = "User:*", .host = "*", .permission = Permission::Deny};
    authorizer->add(denial);

    EXPECT_TRUE(may_read(Admin, "trades"));
    EXPECT_TRUE(authorizer->may_on_some(Admin, Operation::Write, ResourceType::Topic));
    EXPECT_FALSE(authorizer->may_on_some(Alice, Operation::Write, ResourceType::Topic));
}

TEST_F(AuthorizerTest, has_in_force_what_is_on_the_disk_when_that_fails) {
    authorizer->add(reading("a"));
    authorizer->add(reading("b"));
    disk.inject({.call = storage::Call::Append, .nth = 2});

    EXPECT_THROW(authorizer->remove({}), Error);

    auto in_force = authorizer->rules()->all();
    EXPECT_EQ(in_force.size(), 1U);
    restart();
    EXPECT_EQ(authorizer->rules()->all(), in_force);
}
