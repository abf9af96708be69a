// One client saying who it is, by any mechanism, from its first message to the verdict. Bytes in,
// bytes out.
#pragma once

#include <optional>
#include <string>

#include "kafka/security/mechanism.hpp"
#include "kafka/security/users.hpp"

namespace tarn::kafka {

struct SaslStep {
    enum class Outcome { Continues, Succeeded, Failed };

    Outcome outcome;
    std::string reply = {};  // for the client
    // Why it failed, for our own log: nothing in it is secret or was chosen by the client.
    std::string reason = {};
};

class SaslExchange {
public:
    SaslExchange(Mechanism mechanism, const Users& users, Random& random)
        : mechanism_(mechanism), users_(users), random_(random) {}

    // With PLAIN this takes some milliseconds.
    SaslStep step(BytesView message);

    Mechanism mechanism() const { return mechanism_; }
    // Whom the client names; proved once a step has succeeded.
    const std::string& user() const { return user_; }

private:
    SaslStep check_password(BytesView message);
    SaslStep challenge(std::string_view message);
    SaslStep check_proof(std::string_view message);
    SaslStep failed(bool is_known) const;

    Mechanism mechanism_;
    const Users& users_;
    Random& random_;
    std::string user_;
    bool is_known_ = false;
    std::optional<ScramExchange> scram_;
};

}  // namespace tarn::kafka
