#include "kafka/security/digest.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>

#include "base/error.hpp"

namespace tarn::kafka {
namespace {

constexpr std::string_view Alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

const EVP_MD* function_of(Hash hash) {
    return hash == Hash::Sha256 ? EVP_sha256() : EVP_sha512();
}

const unsigned char* raw(BytesView bytes) {
    return reinterpret_cast<const unsigned char*>(bytes.data());
}

unsigned char* raw(Bytes& bytes) {
    return reinterpret_cast<unsigned char*>(bytes.data());
}

void check(bool is_done, const char* what) {
    if (!is_done) throw Error(ErrorCode::Internal, "OpenSSL cannot compute {}", what);
}

}  // namespace

size_t size_of(Hash hash) {
    return hash == Hash::Sha256 ? 32 : 64;
}

Bytes digest(Hash hash, BytesView message) {
    Bytes result(size_of(hash));
    check(EVP_Digest(raw(message), message.size(), raw(result), nullptr, function_of(hash),
                     nullptr) == 1,
          "a digest");
    return result;
}

Bytes hmac(Hash hash, BytesView key, BytesView message) {
    Bytes result(size_of(hash));
    check(HMAC(function_of(hash), raw(key), static_cast<int>(key.size()), raw(message),
               message.size(), raw(result), nullptr) != nullptr,
          "an HMAC");
    return result;
}

Bytes stretched(Hash hash, std::string_view password, BytesView salt, int iterations) {
    Bytes result(size_of(hash));
    check(PKCS5_PBKDF2_HMAC(password.data(), static_cast<int>(password.size()), raw(salt),
                            static_cast<int>(salt.size()), iterations, function_of(hash),
                            static_cast<int>(result.size()), raw(result)) == 1,
          "a key from a password");
    return result;
}

Bytes random_bytes(Random& random, size_t count) {
    Bytes bytes(count);
    for (size_t at = 0; at < count; at += sizeof(uint64_t)) {
        uint64_t word = random.next();
        std::memcpy(bytes.data() + at, &word, std::min(sizeof(word), count - at));
    }
    return bytes;
}

bool are_same(BytesView left, BytesView right) {
    return left.size() == right.size() &&
           CRYPTO_memcmp(left.data(), right.data(), left.size()) == 0;
}

std::string to_base64(BytesView bytes) {
    std::string text;
    text.reserve((bytes.size() + 2) / 3 * 4);
    for (size_t at = 0; at < bytes.size(); at += 3) {
        size_t count = std::min<size_t>(3, bytes.size() - at);
        uint32_t group = 0;
        for (size_t i = 0; i < 3; ++i) {
            group = group << 8 | (i < count ? static_cast<uint32_t>(bytes[at + i]) : 0);
        }
        for (size_t i = 0; i < 4; ++i) {
            text += i <= count ? Alphabet[group >> (18 - 6 * i) & 63] : '=';
        }
    }
    return text;
}

std::optional<Bytes> from_base64(std::string_view text) {
    if (text.size() % 4 != 0) return std::nullopt;
    Bytes bytes;
    bytes.reserve(text.size() / 4 * 3);
    for (size_t at = 0; at < text.size(); at += 4) {
        uint32_t group = 0;
        for (char c : text.substr(at, 4)) {
            size_t digit = Alphabet.find(c);
            group = group << 6 | (digit == Alphabet.npos ? 0 : static_cast<uint32_t>(digit));
        }
        for (int shift : {16, 8, 0}) bytes.push_back(static_cast<std::byte>(group >> shift));
    }
    if (text.ends_with('=')) bytes.pop_back();
    if (text.ends_with("==")) bytes.pop_back();
    // Padding elsewhere, other letters and stray bits at the end all show here.
    if (to_base64(bytes) != text) return std::nullopt;
    return bytes;
}

}  // namespace tarn::kafka
