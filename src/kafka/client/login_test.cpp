#include "kafka/client/login.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/random.hpp"
#include "kafka/client/refusal.hpp"
#include "kafka/client/testing/scripted_broker.hpp"
#include "kafka/security/sasl.hpp"
#include "kafka/wire/messages/sasl_authenticate.hpp"
#include "kafka/wire/messages/sasl_handshake.hpp"
#include "storage/memory_disk.hpp"

namespace tarn::kafka::client {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// A broker whose only user is alice, with the password "open sesame".
class LoginTest : public testing::Test {
protected:
    LoginTest() {
        for (Hash hash : {Hash::Sha256, Hash::Sha512}) {
            users_.put("alice", hash, scram_credential(hash, "open sesame", Bytes(16), 4096));
        }
        broker_.on<MetadataResponse, MetadataRequest>(
            0, 12, [](const auto&) { return ScriptedBroker::metadata(); });
        broker_.on<SaslHandshakeResponse, SaslHandshakeRequest>(0, 1, [this](const auto& request) {
            SaslHandshakeResponse answer{.error_code = code_of(handshake_),
                                         .mechanisms = {"PLAIN", "SCRAM-SHA-512"}};
            exchange_.emplace(*mechanism_named(request.mechanism), users_, random_);
            return answer;
        });
        broker_.on<SaslAuthenticateResponse, SaslAuthenticateRequest>(
            0, 2, [this](const auto& request) {
                SaslStep step = exchange_->step(request.auth_bytes);
                SaslAuthenticateResponse answer;
                if (step.outcome == SaslStep::Outcome::Failed) {
                    answer.error_code = code_of(KafkaError::SaslAuthenticationFailed);
                    answer.error_message = "no";
                }
                bool is_last = step.outcome == SaslStep::Outcome::Succeeded;
                if (is_last && made_up_) step.reply = *made_up_;
                answer.auth_bytes = copy_of(as_bytes(step.reply));
                return answer;
            });
    }

    std::string failure_of(Mechanism mechanism, std::string password) {
        ClientSettings settings = broker_.settings();
        settings.security.login = {mechanism, "alice", std::move(password)};
        try {
            Client(settings).cluster();
        } catch (const Error& error) {
            EXPECT_EQ(error.code(), ErrorCode::Unauthorized);
            return error.what();
        }
        return "logged in";
    }

    SystemClock clock_;
    storage::MemoryDisk disk_{storage::Uri::parse("/data"), clock_};
    SeededRandom random_{1};
    log::Registry registry_{disk_, "cluster.log"};
    Users users_{registry_, random_};
    std::optional<SaslExchange> exchange_;
    KafkaError handshake_ = KafkaError::None;
    std::optional<std::string> made_up_;  // what it answers last, whatever was proved
    ScriptedBroker broker_;
};

TEST_F(LoginTest, comes_before_everything_but_the_question_for_versions) {
    EXPECT_EQ(failure_of(Mechanism::ScramSha256, "open sesame"), "logged in");

    EXPECT_THAT(broker_.seen, ElementsAre("ApiVersions 3", "SaslHandshake 1", "SaslAuthenticate 2",
                                          "SaslAuthenticate 2", "Metadata 12"));
}

TEST_F(LoginTest, works_by_each_mechanism_and_only_with_the_password) {
    for (Mechanism mechanism : {Mechanism::Plain, Mechanism::ScramSha256, Mechanism::ScramSha512}) {
        EXPECT_EQ(failure_of(mechanism, "open sesame"), "logged in");
        EXPECT_EQ(failure_of(mechanism, "sesame"), "logging in as 'alice': no");
    }
}

TEST_F(LoginTest, says_which_mechanisms_the_broker_takes) {
    handshake_ = KafkaError::UnsupportedSaslMechanism;

    EXPECT_EQ(failure_of(Mechanism::ScramSha256, "open sesame"),
              "logging in by SCRAM-SHA-256: the broker takes PLAIN, SCRAM-SHA-512 and not that");
}

TEST_F(LoginTest, says_that_the_broker_does_not_ask) {
    handshake_ = KafkaError::IllegalSaslState;

    EXPECT_THAT(failure_of(Mechanism::Plain, "open sesame"),
                HasSubstr("the broker does not ask who its clients are"));
}

TEST_F(LoginTest, believes_no_broker_that_does_not_know_the_password) {
    made_up_ = "v=" + to_base64(Bytes(32));

    EXPECT_THAT(failure_of(Mechanism::ScramSha256, "open sesame"),
                HasSubstr("the broker does not show that it knows the password"));
}

}  // namespace
}  // namespace tarn::kafka::client
