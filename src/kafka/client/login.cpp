#include "kafka/client/login.hpp"

#include <fmt/format.h>

#include "base/random.hpp"
#include "kafka/client/refusal.hpp"
#include "kafka/security/plain.hpp"
#include "kafka/security/scram_client.hpp"
#include "kafka/wire/messages/sasl_authenticate.hpp"
#include "kafka/wire/messages/sasl_handshake.hpp"

namespace tarn::kafka::client {
namespace {

constexpr size_t NonceSize = 24;

void agree_on_mechanism(Connection& connection, Mechanism mechanism, Ticks deadline) {
    SaslHandshakeRequest request{.mechanism = std::string(name_of(mechanism))};
    auto answer = connection.call<SaslHandshakeResponse>(request, deadline);
    std::optional<std::string> words;
    if (answer->error_code == code_of(KafkaError::UnsupportedSaslMechanism)) {
        words =
            fmt::format("the broker takes {} and not that", fmt::join(answer->mechanisms, ", "));
    }
    check(answer->error_code, fmt::format("logging in by {}", name_of(mechanism)), words);
}

// One message there and one back.
std::string exchange(Connection& connection, const Login& login, const std::string& message,
                     Ticks deadline) {
    SaslAuthenticateRequest request{.auth_bytes = copy_of(as_bytes(message))};
    auto answer = connection.call<SaslAuthenticateResponse>(request, deadline);
    check(answer->error_code, fmt::format("logging in as '{}'", login.user), answer->error_message);
    return std::string(as_text(answer->auth_bytes));
}

void converse(Connection& connection, const Login& login, Hash hash, Ticks deadline) {
    SystemRandom random;
    ScramClient scram(hash, login.user, login.password, to_base64(random_bytes(random, NonceSize)));
    std::string challenge = exchange(connection, login, scram.first_message(), deadline);
    std::string verdict = exchange(connection, login, scram.final_message(challenge), deadline);
    scram.check_verdict(verdict);
}

}  // namespace

void log_in(Connection& connection, const Login& login, Ticks deadline) {
    agree_on_mechanism(connection, login.mechanism, deadline);
    switch (login.mechanism) {
        case Mechanism::Plain:
            exchange(connection, login, plain_message(login.user, login.password), deadline);
            break;
        case Mechanism::ScramSha256:
            converse(connection, login, Hash::Sha256, deadline);
            break;
        case Mechanism::ScramSha512:
            converse(connection, login, Hash::Sha512, deadline);
            break;
    }
}

}  // namespace tarn::kafka::client
