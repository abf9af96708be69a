#include "kafka/security/scram_client.hpp"

#include <fmt/format.h>

#include "base/error.hpp"
#include "kafka/security/scram.hpp"

namespace tarn::kafka {
namespace {

// No channel binding, and nobody to act for. In the final message it stands as base64.
constexpr std::string_view Header = "n,,";

}  // namespace

ScramClient::ScramClient(Hash hash, std::string_view user, std::string password, std::string nonce)
    : hash_(hash),
      password_(std::move(password)),
      nonce_(std::move(nonce)),
      bare_(fmt::format("n={},r={}", scram_name(user), nonce_)) {}

std::string ScramClient::first_message() const {
    return std::string(Header) + bare_;
}

std::string ScramClient::final_message(std::string_view challenge) {
    auto asked = parse_scram_challenge(challenge);
    if (!asked || !asked->nonce.starts_with(nonce_)) {
        throw Error(ErrorCode::Unauthorized, "the broker's challenge is none of SCRAM's");
    }
    if (asked->iterations < IterationsMin || asked->iterations > IterationsMax) {
        throw Error(ErrorCode::Unauthorized,
                    "the broker asks for {} iterations, which are not between {} and {}",
                    asked->iterations, IterationsMin, IterationsMax);
    }
    Bytes key = stretched(hash_, password_, asked->salt, asked->iterations);
    ScramCredential credential =
        scram_credential_of_stretched(hash_, key, asked->salt, asked->iterations);
    std::string without_proof = fmt::format("c={},r={}", to_base64(as_bytes(Header)), asked->nonce);
    std::string said = fmt::format("{},{},{}", bare_, challenge, without_proof);

    Bytes proof = scram_client_key(hash_, key);
    Bytes signature = hmac(hash_, credential.stored_key, as_bytes(said));
    for (size_t i = 0; i < proof.size(); ++i) proof[i] ^= signature[i];
    server_signature_ = hmac(hash_, credential.server_key, as_bytes(said));
    return without_proof + ",p=" + to_base64(proof);
}

void ScramClient::check_verdict(std::string_view verdict) const {
    auto signature = parse_scram_verdict(verdict);
    if (signature && !server_signature_.empty() && are_same(*signature, server_signature_)) return;
    throw Error(ErrorCode::Unauthorized,
                "the broker does not show that it knows the password, so it may be another one "
                "than you meant");
}

}  // namespace tarn::kafka
