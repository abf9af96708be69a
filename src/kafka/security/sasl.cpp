#include "kafka/security/sasl.hpp"

#include "kafka/security/plain.hpp"

namespace tarn::kafka {
namespace {

constexpr size_t NonceSize = 24;

using enum SaslStep::Outcome;

Hash hash_of(Mechanism mechanism) {
    return mechanism == Mechanism::ScramSha512 ? Hash::Sha512 : Hash::Sha256;
}

SaslStep refused(std::string reason) {
    return {.outcome = Failed, .reason = std::move(reason)};
}

}  // namespace

SaslStep SaslExchange::step(BytesView message) {
    if (mechanism_ == Mechanism::Plain) return check_password(message);
    return scram_ ? check_proof(as_text(message)) : challenge(as_text(message));
}

SaslStep SaslExchange::check_password(BytesView message) {
    auto plain = parse_plain(message);
    if (!plain) return refused("its message is none of PLAIN's");
    if (!plain->acts_as.empty() && plain->acts_as != plain->user) {
        return refused("it wants to act as another user");
    }
    user_ = plain->user;
    // Of a user with one credential the other is made up; so are both of a user who does not exist.
    Hash hash = Hash::Sha256;
    Users::Found found = users_.credential(user_, hash);
    if (!found.is_real) {
        Users::Found other = users_.credential(user_, Hash::Sha512);
        if (other.is_real) {
            hash = Hash::Sha512;
            found = std::move(other);
        }
    }
    bool fits = is_password_of(found.credential, hash, plain->password);
    if (!fits || !found.is_real) return failed(found.is_real);
    return {.outcome = Succeeded};
}

SaslStep SaslExchange::challenge(std::string_view message) {
    auto first = parse_scram_first(message);
    if (!first) return refused("its first message is none of SCRAM's");
    if (!first->acts_as.empty() && first->acts_as != first->user) {
        return refused("it wants to act as another user");
    }
    user_ = first->user;
    Hash hash = hash_of(mechanism_);
    Users::Found found = users_.credential(user_, hash);
    is_known_ = found.is_real;
    std::string nonce = to_base64(random_bytes(random_, NonceSize));
    scram_.emplace(hash, std::move(*first), std::move(found.credential), nonce);
    return {.outcome = Continues, .reply = scram_->challenge()};
}

SaslStep SaslExchange::check_proof(std::string_view message) {
    auto verdict = scram_->verdict(message);
    if (!verdict || !is_known_) return failed(is_known_);
    return {.outcome = Succeeded, .reply = std::move(*verdict)};
}

SaslStep SaslExchange::failed(bool is_known) const {
    // Someone may have typed a password where the name belongs.
    if (!is_known) return refused("it names a user who does not exist");
    return refused("its password is not that of user '" + user_ + "'");
}

}  // namespace tarn::kafka
