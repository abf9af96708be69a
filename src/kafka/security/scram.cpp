#include "kafka/security/scram.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace tarn::kafka {
namespace {

bool is_nonce(std::string_view text) {
    return !text.empty() &&
           std::ranges::all_of(text, [](char c) { return c > ' ' && c <= '~' && c != ','; });
}

// Cuts "key=value" with its comma off the front; nothing when another key stands there.
std::optional<std::string_view> take_attribute(std::string_view& rest, char key) {
    if (rest.size() < 2 || rest[0] != key || rest[1] != '=') return std::nullopt;
    size_t end = std::min(rest.find(','), rest.size());
    std::string_view value = rest.substr(2, end - 2);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    return value;
}

// In names a comma is written =2C and an equals sign =3D.
std::optional<std::string> name_in(std::string_view written) {
    std::string name;
    for (size_t at = 0; at < written.size(); ++at) {
        if (written[at] == '\0') return std::nullopt;
        if (written[at] != '=') {
            name += written[at];
            continue;
        }
        std::string_view code = written.substr(at, 3);
        if (code != "=2C" && code != "=3D") return std::nullopt;
        name += code == "=2C" ? ',' : '=';
        at += 2;
    }
    return name.empty() ? std::nullopt : std::optional(name);
}

Bytes client_key(Hash hash, BytesView stretched) {
    return hmac(hash, stretched, as_bytes("Client Key"));
}

}  // namespace

ScramCredential scram_credential(Hash hash, std::string_view password, Bytes salt, int iterations) {
    Bytes key = stretched(hash, password, salt, iterations);
    return scram_credential_of_stretched(hash, key, std::move(salt), iterations);
}

ScramCredential scram_credential_of_stretched(Hash hash, BytesView stretched, Bytes salt,
                                              int iterations) {
    return {.salt = std::move(salt),
            .iterations = iterations,
            .stored_key = digest(hash, client_key(hash, stretched)),
            .server_key = hmac(hash, stretched, as_bytes("Server Key"))};
}

bool is_password_of(const ScramCredential& credential, Hash hash, std::string_view password) {
    Bytes key = stretched(hash, password, credential.salt, credential.iterations);
    return are_same(digest(hash, client_key(hash, key)), credential.stored_key);
}

std::optional<ScramFirstMessage> parse_scram_first(std::string_view message) {
    // "y": the client could bind to a channel and thinks that we cannot, which is so.
    if (!message.starts_with("n,") && !message.starts_with("y,")) return std::nullopt;
    size_t end = message.find(',', 2);
    if (end == message.npos) return std::nullopt;
    ScramFirstMessage first{.gs2_header = std::string(message.substr(0, end + 1)),
                            .acts_as = {},
                            .user = {},
                            .nonce = {},
                            .bare = std::string(message.substr(end + 1))};
    std::string_view acts_as = message.substr(2, end - 2);
    if (!acts_as.empty()) {
        if (!acts_as.starts_with("a=")) return std::nullopt;
        auto name = name_in(acts_as.substr(2));
        if (!name) return std::nullopt;
        first.acts_as = *name;
    }
    std::string_view rest = first.bare;
    auto user = take_attribute(rest, 'n');
    auto nonce = user ? take_attribute(rest, 'r') : std::nullopt;
    if (!nonce || !is_nonce(*nonce)) return std::nullopt;
    auto name = name_in(*user);
    if (!name) return std::nullopt;
    first.user = *name;
    first.nonce = *nonce;
    return first;
}

std::optional<ScramFinalMessage> parse_scram_final(std::string_view message) {
    std::string_view rest = message;
    auto binding = take_attribute(rest, 'c');
    auto nonce = binding ? take_attribute(rest, 'r') : std::nullopt;
    // Extensions may stand between the nonce and the proof, which is last.
    size_t proof_at = message.rfind(",p=");
    if (!nonce || !is_nonce(*nonce) || proof_at == message.npos) return std::nullopt;
    auto header = from_base64(*binding);
    auto proof = from_base64(message.substr(proof_at + 3));
    if (!header || !proof || proof->empty()) return std::nullopt;
    return ScramFinalMessage{.gs2_header = std::string(as_text(*header)),
                             .nonce = std::string(*nonce),
                             .proof = std::move(*proof),
                             .without_proof = std::string(message.substr(0, proof_at))};
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
