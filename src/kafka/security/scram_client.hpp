// SCRAM, the client's side: it proves that it knows a password without sending it, and finds out
// whether the server was told it once. Texts in, texts out.
#pragma once

#include <string>
#include <string_view>

#include "kafka/security/scram_messages.hpp"

namespace tarn::kafka {

class ScramClient {
public:
    // Fewer are a server's way to learn a password cheaply; more would keep us for a second or so.
    static constexpr int IterationsMin = 4096;
    static constexpr int IterationsMax = 1'000'000;

    // `nonce` is ours: printable, without commas, and never the same twice.
    ScramClient(Hash hash, std::string_view user, std::string password, std::string nonce);

    std::string first_message() const;

    // The answer to the server's challenge. Throws Unauthorized for one that asks for too much, too
    // little, or belongs to another conversation.
    std::string final_message(std::string_view challenge);

    // Throws Unauthorized unless the server's last message shows that it knows of the password.
    void check_verdict(std::string_view verdict) const;

private:
    Hash hash_;
    std::string password_;
    std::string nonce_;
    std::string bare_;        // the first message without its header
    Bytes server_signature_;  // what the verdict has to hold; empty before the challenge
};

}  // namespace tarn::kafka
