// Texts as codes, bytes and digits, and back.
#include <array>
#include <bit>
#include <random>

#include <fmt/format.h>

#include "sql/functions/characters.hpp"
#include "sql/functions/charset.hpp"
#include "sql/functions/scalar.hpp"
#include "sql/functions/topics.hpp"

namespace tarn::sql {
namespace {

using Text = std::string_view;

// The first byte, which for letters beyond ASCII is negative in Java.
int32_t first_byte(Text text) {
    return text.empty() ? 0 : static_cast<signed char>(text.front());
}

void write_character(std::string& out, int64_t code) {
    if (code < 0) return;
    append_character(out, static_cast<char32_t>(code & 0xFF));
}

void write_upper_hex(std::string& out, Text bytes) {
    constexpr Text Digits = "0123456789ABCDEF";
    for (char byte : bytes) {
        out += Digits[static_cast<unsigned char>(byte) >> 4];
        out += Digits[static_cast<unsigned char>(byte) & 15];
    }
}

// The digits of a number, without sign, in groups of so many bits.
void write_digits(std::string& out, int64_t number, int bits_per_digit) {
    constexpr Text Digits = "0123456789ABCDEF";
    auto rest = static_cast<uint64_t>(number);
    int bits = std::max(1, 64 - std::countl_zero(rest));
    for (int digit = (bits - 1) / bits_per_digit; digit >= 0; --digit) {
        out += Digits[rest >> (digit * bits_per_digit) & ((1 << bits_per_digit) - 1)];
    }
}

void write_hex_of_number(std::string& out, int64_t number) {
    write_digits(out, number, 4);
}

void write_binary_of_number(std::string& out, int64_t number) {
    write_digits(out, number, 1);
}

// --- base64

constexpr Text Base64Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

constexpr auto Base64Values = [] {
    std::array<signed char, 256> values{};
    values.fill(-1);
    for (size_t i = 0; i < Base64Letters.size(); ++i) {
        values[static_cast<unsigned char>(Base64Letters[i])] = static_cast<signed char>(i);
    }
    return values;
}();

void write_base64(std::string& out, Text bytes) {
    for (size_t at = 0; at < bytes.size(); at += 3) {
        size_t count = std::min<size_t>(3, bytes.size() - at);
        uint32_t group = 0;
        for (size_t i = 0; i < 3; ++i) {
            group = group << 8 | (i < count ? static_cast<unsigned char>(bytes[at + i]) : 0u);
        }
        for (size_t i = 0; i < 4; ++i) {
            out += i <= count ? Base64Letters[group >> (18 - 6 * i) & 63] : '=';
        }
    }
}

void write_base64_of_bytes(std::string& out, BytesView bytes) {
    write_base64(out, bytes.bytes);
}

// As Java's decoder: the = at the end may be left out, and all else has to be right.
void write_from_base64(std::string& out, Text text) {
    Text digits = text.substr(0, text.find('='));
    Text padding = text.substr(digits.size());
    uint32_t group = 0;
    int bits = 0;
    for (char c : digits) {
        int value = Base64Values[static_cast<unsigned char>(c)];
        if (value < 0) {
            throw Error(ErrorCode::InvalidInput, "a character {:#04x} is none of base64",
                        static_cast<unsigned char>(c));
        }
        group = group << 6 | static_cast<uint32_t>(value);
        bits += 6;
        if (bits >= 8) {
            bits -= 8;
            out += static_cast<char>(group >> bits);
        }
    }
    size_t rest = digits.size() % 4;
    if (rest == 1) {
        throw Error(ErrorCode::InvalidInput, "the last character of the base64 text says nothing");
    }
    bool is_padding_right =
        padding.empty() || (rest == 2 && padding == "==") || (rest == 3 && padding == "=");
    if (!is_padding_right) {
        throw Error(ErrorCode::InvalidInput,
                    "the base64 text does not end with the right number of =");
    }
}

void write_text_from_base64(std::string& out, Text text) {
    thread_local std::string bytes;
    bytes.clear();
    write_from_base64(bytes, text);
    std::string room;
    out += sound_text(bytes, room);
}

void write_text_from_base64_bytes(std::string& out, BytesView bytes) {
    write_text_from_base64(out, bytes.bytes);
}

// --- character sets

std::optional<Bytes> encoded(Text text, Text charset) {
    return Bytes{encoded_in(charset, text)};
}

std::optional<std::string> decoded_text(BytesView bytes, Text charset) {
    return decoded_from(charset, bytes.bytes);
}

// --- UUID

void write_uuid(std::string& out, uint64_t high, uint64_t low) {
    high = (high & ~uint64_t{0xF000}) | 0x4000;
    low = (low & ~(uint64_t{3} << 62)) | uint64_t{2} << 62;
    fmt::format_to(std::back_inserter(out), "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}", high >> 32,
                   high >> 16 & 0xFFFF, high & 0xFFFF, low >> 48, low & 0xFFFFFFFFFFFF);
}

Column uuids(const KernelCall& call) {
    std::random_device random;
    auto word = [&] { return uint64_t{random()} << 32 | random(); };
    Writer<Text> writer(call.type, call.rows);
    std::string out;
    for (int64_t row = 0; row < call.rows; ++row) {
        out.clear();
        uint64_t high = word();
        write_uuid(out, high, word());
        writer.append(out);
    }
    return writer.finish();
}

std::optional<Signature> uuid(Arguments arguments) {
    if (!arguments.empty()) return std::nullopt;
    return Signature{type_with(TypeKind::Char, 36).not_null(), {}, uuids};
}

}  // namespace

std::vector<Function> text_code_functions() {
    return {
        {"ASCII", Topic::Text, "ASCII(text)",
         "The first byte of the text as a number, negative beyond ASCII; 0 for an empty text.",
         "ASCII('abc') → 97", scalar(first_byte)},
        {"CHR", Topic::Text, "CHR(code)",
         "The character with this code in Latin-1, of which the last 8 bits count. A negative code "
         "gives an empty text.",
         "CHR(97) → 'a'", with_null(scalar(write_character), true)},
        {"HEX", Topic::Text, "HEX(value)",
         "A number, or the bytes of a text, in hexadecimal digits.", "HEX('Tarn') → '5461726E'",
         one_of({scalar(write_hex_of_number), scalar(write_upper_hex)})},
        {"BIN", Topic::Text, "BIN(number)", "A number in binary digits.", "BIN(12) → '1100'",
         scalar(write_binary_of_number)},
        {"TO_BASE64", Topic::Text, "TO_BASE64(value)", "The bytes of a text in base64.",
         "TO_BASE64('hello') → 'aGVsbG8='",
         one_of({scalar(write_base64), scalar(write_base64_of_bytes)})},
        {"FROM_BASE64", Topic::Text, "FROM_BASE64(text)", "The text that stands there in base64.",
         "FROM_BASE64('aGVsbG8=') → 'hello'",
         one_of({scalar(write_text_from_base64), scalar(write_text_from_base64_bytes)})},
        {"ENCODE", Topic::Text, "ENCODE(text, charset)",
         "The bytes of the text in a character set: US-ASCII, ISO-8859-1, UTF-8, UTF-16, UTF-16BE, "
         "UTF-16LE or UTF-32.",
         "DECODE(ENCODE('hé', 'UTF-16'), 'UTF-16') → 'hé'",
         with_type(scalar(encoded), [](Arguments) { return type_with(TypeKind::Binary, 1); })},
        {"DECODE", Topic::Text, "DECODE(bytes, charset)",
         "The text that bytes hold in a character set.", "DECODE(x'54', 'UTF-8') → 'T'",
         scalar(decoded_text)},
        {"UUID", Topic::Text, "UUID()", "A random identifier, a new one for each row.",
         "CHAR_LENGTH(UUID()) → 36", uuid, false},
    };
}

}  // namespace tarn::sql
