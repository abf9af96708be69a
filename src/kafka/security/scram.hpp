// SCRAM (RFC 5802), the server's side: a client proves that it knows a password without sending it,
// and the server proves that it was told it once. What we keep is enough to check a proof and not
// enough to make one.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "kafka/security/digest.hpp"
#include "kafka/security/scram_messages.hpp"

namespace tarn::kafka {

struct ScramCredential {
    Bytes salt;
    int iterations = 0;
    Bytes stored_key;
    Bytes server_key;

    bool operator==(const ScramCredential&) const = default;
};

ScramCredential scram_credential(Hash hash, std::string_view password, Bytes salt, int iterations);
// Of a password that was stretched already: what administrators' tools send.
ScramCredential scram_credential_of_stretched(Hash hash, BytesView stretched, Bytes salt,
                                              int iterations);
// As slow as making the credential.
bool is_password_of(const ScramCredential& credential, Hash hash, std::string_view password);

// What a client proves that it has: what it signs with, before it hides it in the proof.
Bytes scram_client_key(Hash hash, BytesView stretched);

// One exchange from the client's first message on. Texts in, texts out.
class ScramExchange {
public:
    // `nonce` is ours: printable, without commas, and never the same twice.
    ScramExchange(Hash hash, ScramFirstMessage first, ScramCredential credential,
                  std::string_view nonce);

    // The server's first message.
    const std::string& challenge() const { return challenge_; }

    // The server's last message, or nothing when the client has not proved anything.
    std::optional<std::string> verdict(std::string_view message) const;

private:
    Hash hash_;
    ScramFirstMessage first_;
    ScramCredential credential_;
    std::string nonce_;  // the client's and ours
    std::string challenge_;
};

}  // namespace tarn::kafka
