// Upper and lower case of all letters: each letter's own partner by the C library's tables, and the
// few that become several letters, or depend on their neighbours, by a list.
#include <wctype.h>

#include <algorithm>
#include <array>

#include "sql/functions/characters.hpp"

namespace tarn::sql {
namespace {

struct Expansion {
    char32_t letter;
    std::string_view text;
};

// Unicode's SpecialCasing, as far as it holds for all languages; sorted by letter.
constexpr auto UpperExpansions = std::to_array<Expansion>({
    {U'ß', "SS"},
    {U'ŉ', "ʼN"},
    {U'ǰ', "J̌"},
    {U'ΐ', "Ϊ́"},
    {U'ΰ', "Ϋ́"},
    {U'և', "ԵՒ"},
    {U'ẖ', "H̱"},
    {U'ẗ', "T̈"},
    {U'ẘ', "W̊"},
    {U'ẙ', "Y̊"},
    {U'ẚ', "Aʾ"},
    {U'ﬀ', "FF"},
    {U'ﬁ', "FI"},
    {U'ﬂ', "FL"},
    {U'ﬃ', "FFI"},
    {U'ﬄ', "FFL"},
    {U'ﬅ', "ST"},
    {U'ﬆ', "ST"},
});

constexpr char32_t CapitalSigma = U'Σ';
constexpr char32_t FinalSigma = U'ς';
constexpr char32_t DottedCapitalI = U'İ';

// The C library has this one in itself since glibc 2.35, so it depends on no installed language.
locale_t letters() {
    static const locale_t locale = newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
    return locale;
}

wint_t changed(char32_t letter, wint_t (*by)(wint_t, locale_t)) {
    auto wide = static_cast<wint_t>(letter);
    return letters() ? by(wide, letters()) : wide;
}

bool is_cased(char32_t letter) {
    return changed(letter, towupper_l) != letter || changed(letter, towlower_l) != letter;
}

// What may stand within a word, as an apostrophe does.
bool is_ignored(char32_t character) {
    constexpr std::u32string_view Marks = U"'.:^`\u00AD\u00B7\u2018\u2019\u2024";
    return Marks.find(character) != Marks.npos || (character >= 0x300 && character < 0x370);
}

// Sigma has a form of its own at the end of a word.
bool ends_word(bool is_within_word, std::string_view rest) {
    char32_t next = U' ';
    while (!rest.empty() && is_ignored(next = take_character(rest))) {
    }
    return is_within_word && !is_cased(next);
}

template <char First, char Last>
void append_ascii(std::string& out, std::string_view text) {
    size_t begin = out.size();
    out += text;
    for (char* at = out.data() + begin; at != out.data() + out.size(); ++at) {
        bool is_other_case = *at >= First && *at <= Last;
        *at = static_cast<char>(*at ^ (is_other_case ? 0x20 : 0));
    }
}

}  // namespace

void append_upper(std::string& out, std::string_view text) {
    if (is_ascii(text)) return append_ascii<'a', 'z'>(out, text);
    while (!text.empty()) {
        char32_t letter = take_character(text);
        auto found = std::ranges::lower_bound(UpperExpansions, letter, {}, &Expansion::letter);
        if (found != UpperExpansions.end() && found->letter == letter) {
            out += found->text;
        } else {
            append_character(out, changed(letter, towupper_l));
        }
    }
}

void append_lower(std::string& out, std::string_view text) {
    if (is_ascii(text)) return append_ascii<'A', 'Z'>(out, text);
    bool is_within_word = false;
    while (!text.empty()) {
        char32_t letter = take_character(text);
        if (letter == CapitalSigma && ends_word(is_within_word, text)) {
            append_character(out, FinalSigma);
        } else if (letter == DottedCapitalI) {
            out += "i̇";
        } else {
            append_character(out, changed(letter, towlower_l));
        }
        if (!is_ignored(letter)) is_within_word = is_cased(letter);
    }
}

}  // namespace tarn::sql
