#include "kafka/security/sasl.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "storage/memory_disk.hpp"

using namespace tarn;
using namespace tarn::kafka;
using namespace std::literals;
using enum SaslStep::Outcome;

namespace {

// A client's half of SCRAM, written by the RFC and not by our server.
struct ScramClient {
    Hash hash;
    std::string user;
    std::string password;
    std::string bare = "n=" + user + ",r=from-client";

    std::string first() const { return "n,," + bare; }

    std::string last(const std::string& challenge) const {
        auto part = [&](const std::string& key) {
            size_t at = challenge.find(key);
            return challenge.substr(at + 2, challenge.find(',', at) - at - 2);
        };
        Bytes key = stretched(hash, password, *from_base64(part("s=")), std::stoi(part("i=")));
        Bytes proof = hmac(hash, key, as_bytes("Client Key"));
        std::string without_proof = "c=biws,r=" + part("r=");
        std::string said = bare + "," + challenge + "," + without_proof;
        Bytes signature = hmac(hash, digest(hash, proof), as_bytes(said));
        for (size_t i = 0; i < proof.size(); ++i) proof[i] ^= signature[i];
        return without_proof + ",p=" + to_base64(proof);
    }
};

class SaslTest : public testing::Test {
protected:
    void add(const std::string& user, Hash hash, std::string_view password) {
        users->put(user, hash, scram_credential(hash, password, Bytes(16), IterationsMin));
    }
    void restart() {
        registry.emplace(disk, "cluster.log");
        users.emplace(*registry, random);
    }
    SaslStep by_plain(std::string_view message) {
        SaslExchange exchange(Mechanism::Plain, *users, random);
        return exchange.step(as_bytes(message));
    }
    SaslStep by_scram(Mechanism mechanism, const ScramClient& client) {
        SaslExchange exchange(mechanism, *users, random);
        SaslStep challenge = exchange.step(as_bytes(client.first()));
        EXPECT_EQ(challenge.outcome, Continues);
        return exchange.step(as_bytes(client.last(challenge.reply)));
    }
    std::string challenge_for(const std::string& user) {
        SaslExchange exchange(Mechanism::ScramSha256, *users, random);
        std::string reply = exchange.step(as_bytes("n,,n=" + user + ",r=abc")).reply;
        return reply.substr(reply.find(",s="));
    }

    ManualClock clock{WallTime()};
    SeededRandom random{1};
    storage::MemoryDisk disk{storage::Uri::parse("/data"), clock};
    std::optional<log::Registry> registry{std::in_place, disk, "cluster.log"};
    std::optional<Users> users{std::in_place, *registry, random};
};

}  // namespace

TEST_F(SaslTest, lets_in_who_knows_the_password) {
    add("alice", Hash::Sha256, "secret");
    add("alice", Hash::Sha512, "secret");

    EXPECT_EQ(by_plain("\0alice\0secret"sv).outcome, Succeeded);
    EXPECT_EQ(by_plain("alice\0alice\0secret"sv).outcome, Succeeded);
    for (auto [mechanism, hash] : {std::pair(Mechanism::ScramSha256, Hash::Sha256),
                                   std::pair(Mechanism::ScramSha512, Hash::Sha512)}) {
        SaslStep done = by_scram(mechanism, {.hash = hash, .user = "alice", .password = "secret"});
        EXPECT_EQ(done.outcome, Succeeded);
        EXPECT_TRUE(done.reply.starts_with("v="));
    }
}

TEST_F(SaslTest, refuses_who_does_not) {
    add("alice", Hash::Sha256, "secret");

    EXPECT_EQ(by_plain("\0alice\0Secret"sv).outcome, Failed);
    EXPECT_EQ(by_plain("\0bob\0secret"sv).outcome, Failed);
    EXPECT_EQ(by_plain("bob\0alice\0secret"sv).outcome, Failed);
    EXPECT_EQ(by_plain("nonsense"sv).outcome, Failed);
    for (const char* user : {"alice", "bob"}) {
        SaslStep done = by_scram(Mechanism::ScramSha256,
                                 {.hash = Hash::Sha256, .user = user, .password = "Secret"});
        EXPECT_EQ(done.outcome, Failed);
        EXPECT_EQ(done.reply, "");
    }
}

TEST_F(SaslTest, checks_plain_against_either_credential) {
    add("bob", Hash::Sha512, "secret");

    EXPECT_EQ(by_plain("\0bob\0secret"sv).outcome, Succeeded);
    EXPECT_EQ(by_plain("\0bob\0other"sv).outcome, Failed);
}

TEST_F(SaslTest, challenges_users_who_do_not_exist_like_others) {
    std::string challenge = challenge_for("nobody");

    EXPECT_NE(challenge.find(",i=4096"), std::string::npos);
    EXPECT_EQ(challenge_for("nobody"), challenge);
    EXPECT_NE(challenge_for("noone"), challenge);
    restart();
    EXPECT_EQ(challenge_for("nobody"), challenge);
}

TEST_F(SaslTest, names_no_one_in_its_reasons_who_does_not_exist) {
    add("alice", Hash::Sha256, "secret");

    EXPECT_EQ(by_plain("\0alice\0other"sv).reason, "its password is not that of user 'alice'");
    EXPECT_EQ(by_plain("\0hunter2\0alice"sv).reason, "it names a user who does not exist");
}

TEST_F(SaslTest, keeps_users_and_never_their_passwords) {
    add("alice", Hash::Sha256, "a long secret");
    add("bob", Hash::Sha512, "another");
    EXPECT_TRUE(users->remove("bob", Hash::Sha512));
    EXPECT_FALSE(users->remove("bob", Hash::Sha512));
    EXPECT_FALSE(users->remove("alice", Hash::Sha512));

    restart();

    EXPECT_EQ(users->table()->size(), 1U);
    EXPECT_EQ(by_plain("\0alice\0a long secret"sv).outcome, Succeeded);
    auto file = disk.open_file("cluster.log");
    Bytes kept = file->Reader::read_at(0, file->size());
    EXPECT_EQ(as_text(kept).find("a long secret"), std::string_view::npos);
}

TEST_F(SaslTest, keeps_no_user_whose_name_could_not_be_read_again) {
    EXPECT_THROW(add("\xff", Hash::Sha256, "secret"), Error);

    restart();
    EXPECT_TRUE(users->table()->empty());
}
