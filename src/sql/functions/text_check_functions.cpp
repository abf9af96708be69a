// What texts are made of: IS_ALPHA, IS_DIGIT, IS_DECIMAL. They are never NULL.
#include "sql/functions/characters.hpp"
#include "sql/functions/pattern.hpp"
#include "sql/functions/scalar.hpp"
#include "sql/functions/topics.hpp"

namespace tarn::sql {
namespace {

using Text = std::string_view;

bool has_only(Text text, const char* java) {
    thread_local PatternCache cache;
    return cache.get(java).matches(text);
}

bool is_ascii_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// Java looks at units of UTF-16, of which no half is a letter.
bool is_alphabetic(std::optional<Text> text) {
    if (!text || text->empty()) return false;
    if (is_ascii(*text)) return std::ranges::all_of(*text, is_ascii_letter);
    return has_only(*text, R"([\p{L}&&[\x{0}-\x{FFFF}]]+)");
}

bool is_ascii_digit(char c) {
    return c >= '0' && c <= '9';
}

bool is_digits(std::optional<Text> text) {
    if (!text || text->empty()) return false;
    if (is_ascii(*text)) return std::ranges::all_of(*text, is_ascii_digit);
    return has_only(*text, R"([\p{Nd}&&[\x{0}-\x{FFFF}]]+)");
}

// What Java reads as a DOUBLE, with blanks around it.
bool is_decimal_text(std::optional<Text> text) {
    if (!text || text->empty()) return false;
    if (text->size() < 20 && std::ranges::all_of(*text, is_ascii_digit)) return true;
    return has_only(*text, R"([\x00-\x20]*[+-]?(NaN|Infinity|((\d+\.?\d*|\.\d+)([eE][+-]?\d+)?)"
                           R"(|0[xX](\p{XDigit}+\.?\p{XDigit}*|\.\p{XDigit}+)[pP][+-]?\d+)[fFdD]?))"
                           R"([\x00-\x20]*)");
}

// Of numbers it is known by their type; NULL is no number.
Resolver for_numbers(bool (*takes)(const Type&), bool (*answer)(const Type&)) {
    return [=](Arguments arguments) -> std::optional<Signature> {
        if (arguments.size() != 1 || !takes(arguments[0].type)) return std::nullopt;
        bool is_so = answer(arguments[0].type);
        Kernel kernel = [is_so](const KernelCall& call) {
            const Column& values = call.arguments[0];
            int64_t rows = values.is_constant ? 1 : call.rows;
            Writer<bool> writer(call.type, rows);
            for (int64_t row = 0; row < rows; ++row) writer.append(is_so && !values.is_null(row));
            Column result = writer.finish();
            result.is_constant = values.is_constant;
            return result;
        };
        return Signature{simple_type(TypeKind::Boolean).not_null(), {arguments[0].type}, kernel};
    };
}

bool never(const Type&) {
    return false;
}

bool is_no_decimal(const Type& type) {
    return type.kind != TypeKind::Decimal;
}

Resolver check(bool (*text)(std::optional<Text>), bool (*answer)(const Type&)) {
    return one_of({scalar(text), for_numbers(is_numeric, answer)});
}

}  // namespace

std::vector<Function> text_check_functions() {
    return {
        {"IS_ALPHA", Topic::Text, "IS_ALPHA(value)",
         "Whether the text is made of letters only, and of one at least.",
         "IS_ALPHA('abc1') → FALSE", check(is_alphabetic, never)},
        {"IS_DIGIT", Topic::Text, "IS_DIGIT(value)",
         "Whether the text is made of digits only, and of one at least, or the value an integer.",
         "IS_DIGIT('12') → TRUE", check(is_digits, is_integer)},
        {"IS_DECIMAL", Topic::Text, "IS_DECIMAL(value)",
         "Whether the text can be read as a DOUBLE, or the value is an integer, a FLOAT or a "
         "DOUBLE.",
         "IS_DECIMAL('-1.5e3') → TRUE", check(is_decimal_text, is_no_decimal)},
    };
}

}  // namespace tarn::sql
