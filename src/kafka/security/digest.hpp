// The few cryptographic functions that SCRAM is made of, by OpenSSL, and base64 as its messages
// have it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.hpp"
#include "base/random.hpp"

namespace tarn::kafka {

enum class Hash { Sha256, Sha512 };

size_t size_of(Hash hash);
Bytes digest(Hash hash, BytesView message);
Bytes hmac(Hash hash, BytesView key, BytesView message);
// PBKDF2 with HMAC: slow by intent, about a microsecond for each iteration.
Bytes stretched(Hash hash, std::string_view password, BytesView salt, int iterations);

// `count` bytes that nobody can guess: salts and nonces.
Bytes random_bytes(Random& random, size_t count);

// Takes as long for equal bytes as for others, so that nobody can feel his way to a secret.
bool are_same(BytesView left, BytesView right);

std::string to_base64(BytesView bytes);
// Nothing for what to_base64() would not write.
std::optional<Bytes> from_base64(std::string_view text);

}  // namespace tarn::kafka
