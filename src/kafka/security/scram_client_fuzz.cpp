// Any text is a message of SCRAM's server, or refused. What is taken holds every byte up to its
// extensions, and nothing that a server makes up convinces the client.
#include <fmt/format.h>

#include <cstdlib>

#include "base/error.hpp"
#include "kafka/security/scram_client.hpp"

using namespace tarn;
using namespace tarn::kafka;

namespace {

void check(bool holds) {
    if (!holds) std::abort();
}

// Whether the message is `written`, with or without extensions behind it.
bool begins_with(std::string_view message, const std::string& written) {
    return message == written || message.starts_with(written + ",");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    std::string_view text(reinterpret_cast<const char*>(data), size);
    ScramClient client(Hash::Sha256, "alice", "secret", "nonce");
    if (auto challenge = parse_scram_challenge(text)) {
        check(challenge->iterations > 0);
        check(text.starts_with(
            fmt::format("r={},s={},i=", challenge->nonce, to_base64(challenge->salt))));
        // Stretching a password is slow by intent.
        if (challenge->iterations <= ScramClient::IterationsMin) {
            try {
                client.final_message(text);
                check(challenge->nonce.starts_with("nonce"));
            } catch (const Error& refused) {
                check(refused.code() == ErrorCode::Unauthorized);
            }
        }
    }
    if (auto signature = parse_scram_verdict(text)) {
        check(begins_with(text, "v=" + to_base64(*signature)));
    }
    try {
        client.check_verdict(text);
        std::abort();
    } catch (const Error& refused) {
        check(refused.code() == ErrorCode::Unauthorized);
    }
    return 0;
}
