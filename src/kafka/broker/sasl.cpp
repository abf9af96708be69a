// Clients that say who they are, when they come and again when their session ends (KIP-368).
#include "kafka/broker/sasl.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "base/log.hpp"
#include "kafka/broker/requests.hpp"
#include "kafka/wire/apis.hpp"
#include "kafka/wire/headers.hpp"
#include "kafka/wire/messages/sasl_authenticate.hpp"
#include "kafka/wire/messages/sasl_handshake.hpp"

namespace tarn::kafka {
namespace {

// Slows down whoever tries passwords (connection.failed.authentication.delay.ms).
constexpr std::chrono::milliseconds FailureDelay{100};

bool is_about_sasl(int16_t api_key) {
    constexpr ApiKey Keys[] = {ApiKey::SaslHandshake, ApiKey::ApiVersions,
                               ApiKey::SaslAuthenticate};
    return std::ranges::find(Keys, static_cast<ApiKey>(api_key)) != std::end(Keys);
}

template <typename Response>
Answer framed(const Context& context, const Response& response, bool closes_connection) {
    return {.frame = response_frame(response, context.version, context.correlation_id),
            .closes_connection = closes_connection};
}

Answer refused(const Context& context, KafkaError error, std::string message) {
    context.session.login.exchange.reset();
    SaslAuthenticateResponse response;
    response.error_code = number_of(error);
    response.error_message = std::move(message);
    return framed(context, response, true);
}

void tell_failure(const Session& session, Mechanism mechanism, const std::string& reason) {
    TARN_LOG_INFO("{}: a client at {} is not let in by {}: {}", session.listener.name,
                  session.client_host, name_of(mechanism), reason);
}

// Why someone who is known may not become who he proved to be now.
std::optional<std::string> fault_of_change(const Session& session, Mechanism mechanism,
                                           const std::string& principal) {
    if (!session.login.is_done) return std::nullopt;
    if (session.principal != principal) return "it is another user than before";
    if (session.login.mechanism != mechanism) return "its mechanism is another than before";
    return std::nullopt;
}

// Gives how long it may go on without saying it anew; 0 for ever.
std::chrono::milliseconds let_in(const Context& context, Mechanism mechanism,
                                 std::string principal) {
    Session& session = context.session;
    auto lifetime = context.broker.settings.sasl_session;
    session.principal = std::move(principal);
    Login& login = session.login;
    login.is_done = true;
    login.mechanism = mechanism;
    login.exchange.reset();
    if (lifetime.count() > 0) login.valid_until = context.broker.clock.ticks() + lifetime;
    return lifetime;
}

}  // namespace

bool is_stranger(const Session& session) {
    return session.listener.has_sasl && !session.login.is_done;
}

int64_t frame_bytes_max(const BrokerSettings& settings, const Session& session) {
    return is_stranger(session) ? std::min(StrangersFrameBytesMax, settings.frame_bytes_max)
                                : settings.frame_bytes_max;
}

void check_may_ask(const Context& context, int16_t api_key) {
    if (is_about_sasl(api_key)) return;
    if (is_stranger(context.session)) {
        throw Error(ErrorCode::Forbidden, "it sent {} before it said who it is",
                    name_of_api(api_key));
    }
    const auto& valid_until = context.session.login.valid_until;
    if (valid_until && context.broker.clock.ticks() > *valid_until) {
        throw Error(ErrorCode::Forbidden,
                    "its session has ended and it has not said anew who it is");
    }
}

awaitable<Answer> answer_sasl_handshake(Context context, SaslHandshakeRequest request) {
    constexpr int VersionWithAuthenticate = 1;
    Login& login = context.session.login;
    SaslHandshakeResponse response;
    for (Mechanism mechanism : context.broker.settings.sasl_mechanisms) {
        response.mechanisms.push_back(std::string(name_of(mechanism)));
    }
    auto refuse = [&](KafkaError error) {
        response.error_code = number_of(error);
        return framed(context, response, is_stranger(context.session));
    };
    bool is_asked_for = context.session.listener.has_sasl;
    if (!is_asked_for) response.mechanisms.clear();
    if (!is_asked_for || login.exchange) co_return refuse(KafkaError::IllegalSaslState);
    // Before version 1, bare tokens without the frames of requests followed.
    if (context.version < VersionWithAuthenticate) co_return refuse(KafkaError::UnsupportedVersion);
    auto mechanism = mechanism_named(request.mechanism);
    const auto& enabled = context.broker.settings.sasl_mechanisms;
    if (!mechanism || std::ranges::find(enabled, *mechanism) == enabled.end()) {
        co_return refuse(KafkaError::UnsupportedSaslMechanism);
    }
    login.exchange.emplace(*mechanism, context.broker.users, context.broker.random);
    co_return framed(context, response, false);
}

awaitable<Answer> answer_sasl_authenticate(Context context, SaslAuthenticateRequest request) {
    Session& session = context.session;
    if (!session.login.exchange) {
        co_return refused(context, KafkaError::IllegalSaslState,
                          "SaslAuthenticate request received without a handshake before it.");
    }
    SaslExchange& exchange = *session.login.exchange;
    Mechanism mechanism = exchange.mechanism();
    const Bytes& message = request.auth_bytes;
    auto work = [&exchange, &message] { return exchange.step(message); };
    SaslStep step = co_await context.broker.blocking.run(work);
    std::string principal = "User:" + exchange.user();
    if (step.outcome == SaslStep::Outcome::Succeeded) {
        if (auto fault = fault_of_change(session, mechanism, principal)) {
            step = {.outcome = SaslStep::Outcome::Failed, .reason = *fault};
        }
    }
    if (step.outcome == SaslStep::Outcome::Failed) {
        tell_failure(session, mechanism, step.reason);
        co_await runtime::sleep(FailureDelay);
        // The same words for whatever was wrong.
        co_return refused(context, KafkaError::SaslAuthenticationFailed,
                          fmt::format("Authentication failed during authentication due to invalid "
                                      "credentials with SASL mechanism {}",
                                      name_of(mechanism)));
    }
    SaslAuthenticateResponse response;
    response.error_message = std::nullopt;
    response.auth_bytes = copy_of(as_bytes(step.reply));
    if (step.outcome == SaslStep::Outcome::Succeeded) {
        response.session_lifetime_ms = let_in(context, mechanism, std::move(principal)).count();
    }
    co_return framed(context, response, false);
}

}  // namespace tarn::kafka
