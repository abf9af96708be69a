// Any text is a message of SCRAM, or refused. What is taken holds every byte of the message, and an
// exchange that begins with it lets nobody in without the password.
#include <cstdlib>

#include "kafka/security/plain.hpp"
#include "kafka/security/scram.hpp"

using namespace tarn;
using namespace tarn::kafka;

namespace {

void check(bool holds) {
    if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    std::string_view text(reinterpret_cast<const char*>(data), size);
    if (auto first = parse_scram_first(text)) {
        check(first->gs2_header + first->bare == text);
        check(!first->user.empty() && !first->nonce.empty());
        ScramCredential credential{.salt = Bytes(16),
                                   .iterations = 4096,
                                   .stored_key = Bytes(32, std::byte{1}),
                                   .server_key = Bytes(32)};
        ScramExchange exchange(Hash::Sha256, *first, credential, "nonce");
        check(!exchange.verdict(text));
        check(!exchange.verdict("c=" + to_base64(as_bytes(first->gs2_header)) +
                                ",r=" + first->nonce + "nonce,p=" + to_base64(Bytes(32))));
    }
    if (auto last = parse_scram_final(text)) {
        check(last->without_proof + ",p=" + to_base64(last->proof) == text);
    }
    if (auto plain = parse_plain(as_bytes(text))) {
        check(plain->acts_as.size() + plain->user.size() + plain->password.size() + 2 == size);
    }
    return 0;
}
