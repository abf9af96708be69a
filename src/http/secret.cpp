#include "http/secret.hpp"

#include <openssl/crypto.h>
#include <openssl/sha.h>

#include <array>

namespace tarn::http {
namespace {

using Digest = std::array<unsigned char, SHA256_DIGEST_LENGTH>;

Digest digest_of(std::string_view text) {
    Digest digest;
    SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data());
    return digest;
}

}  // namespace

bool is_same_secret(std::string_view left, std::string_view right) {
    // Comparing digests hides the length too.
    return CRYPTO_memcmp(digest_of(left).data(), digest_of(right).data(), SHA256_DIGEST_LENGTH) ==
           0;
}

}  // namespace tarn::http
