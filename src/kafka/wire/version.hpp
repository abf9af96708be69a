// What the generated codecs need to know of a message's version, and how they refuse.
#pragma once

#include <cstdint>
#include <string_view>

#include "kafka/wire/messages/api_key.hpp"

namespace tarn::kafka {

// The two shapes that strings, arrays and structs take. Each message has a first version, called
// flexible (KIP-482), from which on it is Compact: lengths are variable-length numbers, and every
// struct ends with fields that carry a number of their own, so that new ones can be skipped.
enum class Form : uint8_t { Plain, Compact };

inline Form form_of(int version, int first_flexible) {
    return version >= first_flexible ? Form::Compact : Form::Plain;
}

// Bytes of a text: its length is a positive int16 in the plain form, and no more in the compact
// one.
constexpr int64_t StringSizeMax = 0x7FFF;

// Throws InvalidInput unless the message has this version.
void check_version(std::string_view message, int version, int min, int max);

// The version being written has no such field, the value is not what a reader would assume, and
// the description does not say that it may be lost.
[[noreturn]] void refuse_field(std::string_view field, int version);

// The field is null, which it cannot be in the version being written.
[[noreturn]] void refuse_null(std::string_view field, int version);

// The key is not one of those in messages.txt.
[[noreturn]] void refuse_key(ApiKey key);

}  // namespace tarn::kafka
