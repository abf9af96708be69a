#include "kafka/security/scram.hpp"

#include <fmt/format.h>

namespace tarn::kafka {

ScramCredential scram_credential(Hash hash, std::string_view password, Bytes salt, int iterations) {
    Bytes key = stretched(hash, password, salt, iterations);
    return scram_credential_of_stretched(hash, key, std::move(salt), iterations);
}

ScramCredential scram_credential_of_stretched(Hash hash, BytesView stretched, Bytes salt,
                                              int iterations) {
    return {.salt = std::move(salt),
            .iterations = iterations,
            .stored_key = digest(hash, scram_client_key(hash, stretched)),
            .server_key = hmac(hash, stretched, as_bytes("Server Key"))};
}

Bytes scram_client_key(Hash hash, BytesView stretched) {
    return hmac(hash, stretched, as_bytes("Client Key"));
}

bool is_password_of(const ScramCredential& credential, Hash hash, std::string_view password) {
    Bytes key = stretched(hash, password, credential.salt, credential.iterations);
    return are_same(digest(hash, scram_client_key(hash, key)), credential.stored_key);
}

ScramExchange::ScramExchange(Hash hash, ScramFirstMessage first, ScramCredential credential,
                             std::string_view nonce)
    : hash_(hash),
      first_(std::move(first)),
      credential_(std::move(credential)),
      nonce_(first_.nonce + std::string(nonce)),
      challenge_(fmt::format("r={},s={},i={}", nonce_, to_base64(credential_.salt),
                             credential_.iterations)) {}

std::optional<std::string> ScramExchange::verdict(std::string_view message) const {
    auto last = parse_scram_final(message);
    if (!last || last->nonce != nonce_ || last->gs2_header != first_.gs2_header) {
        return std::nullopt;
    }
    std::string said = fmt::format("{},{},{}", first_.bare, challenge_, last->without_proof);
    Bytes key = hmac(hash_, credential_.stored_key, as_bytes(said));
    if (last->proof.size() != key.size()) return std::nullopt;
    for (size_t i = 0; i < key.size(); ++i) key[i] ^= last->proof[i];
    if (!are_same(digest(hash_, key), credential_.stored_key)) return std::nullopt;
    return "v=" + to_base64(hmac(hash_, credential_.server_key, as_bytes(said)));
}

}  // namespace tarn::kafka
