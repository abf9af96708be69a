#include "sql/functions/charset.hpp"

#include <array>

#include "base/error.hpp"
#include "sql/functions/characters.hpp"

namespace tarn::sql {
namespace {

constexpr char32_t NoCharacter = 0xFFFD;
constexpr char32_t ByteOrderMark = 0xFEFF;
constexpr char32_t SwappedMark = 0xFFFE;

enum class Charset { Ascii, Latin1, Utf8, Utf16, Utf16Big, Utf16Little, Utf32 };

struct NamedCharset {
    std::string_view name;
    Charset charset;
};

// With the names by which Java's programmers know them best.
constexpr auto Charsets = std::to_array<NamedCharset>({
    {"US-ASCII", Charset::Ascii},
    {"ASCII", Charset::Ascii},
    {"ISO-8859-1", Charset::Latin1},
    {"ISO8859_1", Charset::Latin1},
    {"LATIN1", Charset::Latin1},
    {"UTF-8", Charset::Utf8},
    {"UTF8", Charset::Utf8},
    {"UTF-16", Charset::Utf16},
    {"UTF16", Charset::Utf16},
    {"UTF_16", Charset::Utf16},
    {"UTF-16BE", Charset::Utf16Big},
    {"UTF_16BE", Charset::Utf16Big},
    {"UTF-16LE", Charset::Utf16Little},
    {"UTF_16LE", Charset::Utf16Little},
    {"UTF-32", Charset::Utf32},
    {"UTF32", Charset::Utf32},
});

Charset charset_named(std::string_view name) {
    std::string upper;
    append_upper(upper, name);
    for (const NamedCharset& each : Charsets) {
        if (each.name == upper) return each.charset;
    }
    throw Error(ErrorCode::InvalidInput, "unknown character set '{}'", name);
}

void put_unit(std::string& out, uint32_t unit, bool is_little) {
    auto high = static_cast<char>(unit >> 8);
    auto low = static_cast<char>(unit);
    out += is_little ? low : high;
    out += is_little ? high : low;
}

void put_utf16(std::string& out, char32_t character, bool is_little) {
    if (character > 0xFFFF) {
        put_unit(out, 0xD7C0 + (character >> 10), is_little);
        put_unit(out, 0xDC00 | (character & 0x3FF), is_little);
    } else {
        put_unit(out, character, is_little);
    }
}

void put_character(std::string& out, char32_t character, Charset charset) {
    switch (charset) {
        case Charset::Ascii:
            out += character < 0x80 ? static_cast<char>(character) : '?';
            break;
        case Charset::Latin1:
            out += character < 0x100 ? static_cast<char>(character) : '?';
            break;
        case Charset::Utf8:
            append_character(out, character);
            break;
        case Charset::Utf16:
        case Charset::Utf16Big:
            put_utf16(out, character, false);
            break;
        case Charset::Utf16Little:
            put_utf16(out, character, true);
            break;
        case Charset::Utf32:
            put_unit(out, character >> 16, false);
            put_unit(out, character, false);
            break;
    }
}

// --- reading

class Utf16Reader {
public:
    Utf16Reader(std::string_view bytes, bool is_little) : bytes_(bytes), is_little_(is_little) {}

    // Big-endian, unless a mark at the beginning says otherwise.
    static Utf16Reader marked(std::string_view bytes) {
        Utf16Reader reader(bytes, false);
        if (bytes.size() < 2) return reader;
        char32_t mark = reader.unit(0);
        if (mark == ByteOrderMark || mark == SwappedMark) reader.bytes_.remove_prefix(2);
        reader.is_little_ = mark == SwappedMark;
        return reader;
    }

    std::string text() const {
        std::string out;
        size_t at = 0;
        for (; at + 2 <= bytes_.size(); at += 2) {
            char32_t first = unit(at);
            bool is_pair = first >= 0xD800 && first < 0xDC00 && at + 4 <= bytes_.size() &&
                           unit(at + 2) >= 0xDC00 && unit(at + 2) < 0xE000;
            if (is_pair) {
                append_character(out, 0x10000 + ((first & 0x3FF) << 10 | (unit(at + 2) & 0x3FF)));
                at += 2;
            } else {
                bool is_half = first >= 0xD800 && first < 0xE000;
                append_character(out, is_half ? NoCharacter : first);
            }
        }
        if (at < bytes_.size()) append_character(out, NoCharacter);
        return out;
    }

private:
    char32_t unit(size_t at) const {
        auto byte = [&](size_t i) { return static_cast<unsigned char>(bytes_[i]); };
        auto first = static_cast<char32_t>(byte(at));
        auto second = static_cast<char32_t>(byte(at + 1));
        return is_little_ ? second << 8 | first : first << 8 | second;
    }

    std::string_view bytes_;
    bool is_little_;
};

std::string from_utf32(std::string_view bytes) {
    std::string out;
    for (size_t at = 0; at < bytes.size(); at += 4) {
        char32_t character = 0;
        for (size_t i = at; i < at + 4; ++i) {
            auto byte = i < bytes.size() ? static_cast<unsigned char>(bytes[i]) : 0xFF;
            character = character << 8 | static_cast<char32_t>(byte);
        }
        bool is_none = character > 0x10FFFF || (character >= 0xD800 && character < 0xE000);
        append_character(out, is_none ? NoCharacter : character);
    }
    return out;
}

}  // namespace

std::string encoded_in(std::string_view charset, std::string_view text) {
    Charset known = charset_named(charset);
    std::string out;
    if (known == Charset::Utf16 && !text.empty()) put_utf16(out, ByteOrderMark, false);
    while (!text.empty()) put_character(out, take_character(text), known);
    return out;
}

std::string decoded_from(std::string_view charset, std::string_view bytes) {
    switch (charset_named(charset)) {
        case Charset::Utf16:
            return Utf16Reader::marked(bytes).text();
        case Charset::Utf16Big:
            return Utf16Reader(bytes, false).text();
        case Charset::Utf16Little:
            return Utf16Reader(bytes, true).text();
        case Charset::Utf32:
            return from_utf32(bytes);
        case Charset::Utf8: {
            std::string room;
            return std::string(sound_text(bytes, room));
        }
        case Charset::Ascii:
        case Charset::Latin1:
            break;
    }
    bool is_ascii = charset_named(charset) == Charset::Ascii;
    std::string out;
    for (char each : bytes) {
        auto byte = static_cast<unsigned char>(each);
        append_character(out, is_ascii && byte >= 0x80 ? NoCharacter : byte);
    }
    return out;
}

}  // namespace tarn::sql
