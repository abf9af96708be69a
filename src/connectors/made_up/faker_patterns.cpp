#include <fmt/format.h>

#include <array>

#include "base/error.hpp"
#include "connectors/made_up/faker_providers.hpp"
#include "connectors/made_up/faker_regex.hpp"

namespace tarn::connectors {
namespace {

constexpr std::string_view LowerLetters = "abcdefghijklmnopqrstuvwxyz";

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

// A digit for each #, a letter for each ?.
FakerText filled_in(const std::string& pattern, bool has_digits, bool has_letters) {
    return [=](FakerDraws& draws, std::string& text) {
        for (char c : pattern) {
            bool is_digit = has_digits && c == '#';
            bool is_letter = has_letters && c == '?';
            text += is_digit    ? draws.one_of("0123456789")
                    : is_letter ? draws.one_of(LowerLetters)
                                : c;
        }
    };
}

FakerText numerify(FakerArguments arguments) {
    return filled_in(arguments[0], true, false);
}

FakerText letterify(FakerArguments arguments) {
    return filled_in(arguments[0], false, true);
}

FakerText bothify(FakerArguments arguments) {
    return filled_in(arguments[0], true, true);
}

FakerText regexify(FakerArguments arguments) {
    return regex_text(arguments[0]);
}

FakerText option(FakerArguments arguments) {
    return
        [choices = std::vector<std::string>(arguments.begin(), arguments.end())](
            FakerDraws& draws, std::string& text) { text += choices[draws.place(choices.size())]; };
}

// Of version 4, which says that it is random.
FakerText uuid(FakerArguments) {
    return [](FakerDraws& draws, std::string& text) {
        uint64_t high = (draws.below(0) & ~0xF000ULL) | 0x4000;
        uint64_t low = (draws.below(0) >> 2) | (1ULL << 63);
        fmt::format_to(std::back_inserter(text), "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}", high >> 32,
                       high >> 16 & 0xFFFF, high & 0xFFFF, low >> 48, low & 0xFFFFFFFFFFFF);
    };
}

FakerText username(FakerArguments) {
    return [name = faker_text("#{name.firstName}.#{name.lastName}")](FakerDraws& draws,
                                                                     std::string& text) {
        size_t begin = text.size();
        name(draws, text);
        for (size_t i = begin; i < text.size(); ++i) text[i] = lower(text[i]);
    };
}

FakerText characters(int64_t least, int64_t most) {
    return [=](FakerDraws& draws, std::string& text) {
        int64_t count = draws.between(least, most);
        for (int64_t i = 0; i < count; ++i) {
            text += draws.one_of("abcdefghijklmnopqrstuvwxyz0123456789");
        }
    };
}

FakerText password(FakerArguments arguments) {
    int64_t least = arguments.empty() ? 8 : count_argument(arguments[0]);
    int64_t most =
        arguments.size() < 2 ? std::max<int64_t>(least, 16) : count_argument(arguments[1]);
    if (most >= least) return characters(least, most);
    throw Error(ErrorCode::InvalidInput, "no password has {} characters or more and {} at most",
                least, most);
}

FakerText lorem_characters(FakerArguments arguments) {
    int64_t count = arguments.empty() ? 255 : count_argument(arguments[0]);
    return characters(count, count);
}

FakerText words(int64_t count) {
    return [word = faker_text("#{lorem.word}"), count](FakerDraws& draws, std::string& text) {
        for (int64_t i = 0; i < count; ++i) {
            if (i > 0) text += ' ';
            word(draws, text);
        }
    };
}

FakerText sentence(int64_t count) {
    return [words = words(count)](FakerDraws& draws, std::string& text) {
        size_t begin = text.size();
        words(draws, text);
        // The words of lorem are of small letters of ASCII.
        if (begin < text.size()) text[begin] = static_cast<char>(text[begin] - 'a' + 'A');
        text += '.';
    };
}

FakerText lorem_words(FakerArguments arguments) {
    return words(arguments.empty() ? 3 : count_argument(arguments[0]));
}

FakerText lorem_sentence(FakerArguments arguments) {
    return sentence(arguments.empty() ? 6 : count_argument(arguments[0]));
}

FakerText lorem_paragraph(FakerArguments arguments) {
    int64_t count = arguments.empty() ? 3 : count_argument(arguments[0]);
    return [sentence = sentence(8), count](FakerDraws& draws, std::string& text) {
        for (int64_t i = 0; i < count; ++i) {
            if (i > 0) text += ' ';
            sentence(draws, text);
        }
    };
}

constexpr size_t Many = 1'000;

constexpr auto PatternFunctions = std::to_array<FakerFunction>({
    {"regexify", 1, 1, regexify},
    {"letterify", 1, 1, letterify},
    {"numerify", 1, 1, numerify},
    {"bothify", 1, 1, bothify},
    {"options.option", 1, Many, option},
    {"internet.uuid", 0, 0, uuid},
    {"internet.username", 0, 0, username},
    {"internet.password", 0, 2, password},
    {"lorem.characters", 0, 1, lorem_characters},
    {"lorem.words", 0, 1, lorem_words},
    {"lorem.sentence", 0, 1, lorem_sentence},
    {"lorem.paragraph", 0, 1, lorem_paragraph},
});

}  // namespace

std::span<const FakerFunction> pattern_functions() {
    return PatternFunctions;
}

}  // namespace tarn::connectors
