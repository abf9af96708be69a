#include "kafka/security/scram_messages.hpp"

#include <algorithm>
#include <charconv>

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

// At least one, and no sign before it.
std::optional<int> count_in(std::string_view digits) {
    int count = 0;
    auto [end, failure] = std::from_chars(digits.data(), digits.data() + digits.size(), count);
    if (failure != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
    return count > 0 ? std::optional(count) : std::nullopt;
}

}  // namespace

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

std::optional<ScramChallenge> parse_scram_challenge(std::string_view message) {
    std::string_view rest = message;
    auto nonce = take_attribute(rest, 'r');
    auto written_salt = nonce ? take_attribute(rest, 's') : std::nullopt;
    auto written_count = written_salt ? take_attribute(rest, 'i') : std::nullopt;
    if (!written_count || !is_nonce(*nonce)) return std::nullopt;
    auto salt = from_base64(*written_salt);
    auto iterations = count_in(*written_count);
    if (!salt || salt->empty() || !iterations) return std::nullopt;
    return ScramChallenge{
        .nonce = std::string(*nonce), .salt = std::move(*salt), .iterations = *iterations};
}

std::optional<Bytes> parse_scram_verdict(std::string_view message) {
    std::string_view rest = message;
    auto written = take_attribute(rest, 'v');
    auto signature = written ? from_base64(*written) : std::nullopt;
    if (!signature || signature->empty()) return std::nullopt;
    return signature;
}

std::string scram_name(std::string_view name) {
    std::string written;
    for (char c : name) {
        if (c == ',') {
            written += "=2C";
        } else if (c == '=') {
            written += "=3D";
        } else {
            written += c;
        }
    }
    return written;
}

}  // namespace tarn::kafka
