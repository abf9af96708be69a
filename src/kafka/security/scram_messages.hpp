// The four messages of SCRAM (RFC 5802): two that the client sends, two that the server sends.
//
// As in Kafka, names are taken as they come, without SASLprep, and there is no channel binding.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "kafka/security/digest.hpp"

namespace tarn::kafka {

// "n,,n=user,r=nonce"
struct ScramFirstMessage {
    std::string gs2_header;  // "n,,"
    std::string acts_as;     // empty: as itself
    std::string user;
    std::string nonce;
    std::string bare;  // all behind the header
};
std::optional<ScramFirstMessage> parse_scram_first(std::string_view message);

// "c=biws,r=nonce,p=proof"
struct ScramFinalMessage {
    std::string gs2_header;  // what "c" says it was
    std::string nonce;
    Bytes proof;
    std::string without_proof;
};
std::optional<ScramFinalMessage> parse_scram_final(std::string_view message);

// "r=nonce,s=salt,i=iterations"
struct ScramChallenge {
    std::string nonce;
    Bytes salt;
    int iterations = 0;
};
std::optional<ScramChallenge> parse_scram_challenge(std::string_view message);

// "v=signature"
std::optional<Bytes> parse_scram_verdict(std::string_view message);

// A name as it stands in a message: "a=b,c" is "a=3Db=2Cc".
std::string scram_name(std::string_view name);

}  // namespace tarn::kafka
