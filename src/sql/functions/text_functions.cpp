// Texts from texts: case, pieces, joining, padding.
#include <algorithm>

#include "sql/functions/characters.hpp"
#include "sql/functions/scalar.hpp"
#include "sql/functions/text_types.hpp"
#include "sql/functions/topics.hpp"

namespace tarn::sql {
namespace {

using Text = std::string_view;

constexpr int64_t ResultBytesMax = int64_t{1} << 28;

// --- case

// Words are letters and digits of ASCII; all else stands between them, other alphabets too.
void write_initcap(std::string& out, Text text) {
    bool begins_word = true;
    for (char c : text) {
        bool is_lower = c >= 'a' && c <= 'z';
        bool is_upper = c >= 'A' && c <= 'Z';
        if (begins_word ? is_lower : is_upper) c = static_cast<char>(c ^ 0x20);
        out += c;
        begins_word = !(is_lower || is_upper || (c >= '0' && c <= '9'));
    }
}

// --- pieces

// Before the first character there is nothing to begin with; 0 is taken for 1.
Text from_position(Text text, int32_t position, int32_t count) {
    if (position >= 0) return characters(text, position - (position > 0), count);
    int64_t begin = int64_t{character_count(text)} + position;
    return begin < 0 ? Text() : characters(text, begin, count);
}

std::optional<Text> substring(Text text, int32_t position, int32_t count) {
    if (count < 0) return std::nullopt;
    return from_position(text, position, count);
}

Text substring_to_end(Text text, int32_t position) {
    return from_position(text, position, Type::LengthMax);
}

Text left_of(Text text, int32_t count) {
    return characters(text, 0, std::max(count, 0));
}

Text right_of(Text text, int32_t count) {
    if (count <= 0) return {};
    return characters(text, std::max(0, character_count(text) - count), count);
}

// --- trimming

// `what` is a set of characters.
Text without_leading(Text text, Text what) {
    while (!text.empty()) {
        size_t bytes = bytes_of_character(text.front());
        if (what.find(text.substr(0, bytes)) == Text::npos) break;
        text.remove_prefix(std::min(bytes, text.size()));
    }
    return text;
}

Text without_trailing(Text text, Text what) {
    while (!text.empty()) {
        size_t begin = text.size() - 1;
        while (begin > 0 && !begins_character(text[begin])) --begin;
        if (what.find(text.substr(begin)) == Text::npos) break;
        text = text.substr(0, begin);
    }
    return text;
}

Text trimmed(Text text, Text what) {
    return without_trailing(without_leading(text, what), what);
}

// TRIM(text), TRIM(text, what)
template <Text (*Trim)(Text, Text)>
Resolver trim_of() {
    auto blanks = [](Text text) { return Trim(text, " "); };
    return with_type(one_of({scalar(blanks), scalar(Trim)}), varying_as_first);
}

// TRIM('LEADING', text), TRIM('LEADING', what, text): the side is a word of the call.
std::optional<Signature> trim_of_side(Arguments arguments) {
    if (arguments.size() < 2 || arguments.size() > 3 || !arguments[0].constant) return std::nullopt;
    Text side = Reader<Text>(*arguments[0].constant)[0];
    std::vector<Argument> text_first(arguments.rbegin(), arguments.rend() - 1);
    Resolver resolver = side == "LEADING"    ? trim_of<without_leading>()
                        : side == "TRAILING" ? trim_of<without_trailing>()
                                             : trim_of<trimmed>();
    auto signature = resolver(text_first);
    if (!signature) return std::nullopt;
    std::ranges::reverse(signature->arguments);
    signature->arguments.insert(signature->arguments.begin(), arguments[0].type);
    signature->kernel = [kernel = signature->kernel](const KernelCall& call) {
        Columns columns(call.arguments.rbegin(), call.arguments.rend() - 1);
        return kernel({columns, call.rows, call.type, call.session});
    };
    return signature;
}

// --- joining

std::optional<Signature> texts_to(Arguments arguments, size_t count_min, Kernel kernel) {
    if (arguments.size() < count_min) return std::nullopt;
    std::vector<Type> types;
    for (const Argument& argument : arguments) {
        bool is_null = argument.type.kind == TypeKind::Null;
        if (!is_null && !is_text(argument.type)) return std::nullopt;
        types.push_back(is_null ? string_type() : argument.type);
    }
    return Signature{nullable_as(string_type(), arguments), std::move(types), std::move(kernel)};
}

// Calls `join(out, readers, row)` for each row; false is NULL.
template <typename Join>
Column joined_texts(const KernelCall& call, Join join) {
    std::vector<Reader<Text>> readers(call.arguments.begin(), call.arguments.end());
    bool is_constant = all_constant(call.arguments);
    int64_t rows = is_constant ? 1 : call.rows;
    Writer<Text> writer(call.type, rows);
    std::string out;
    for (int64_t row = 0; row < rows; ++row) {
        out.clear();
        join(out, readers, row) ? writer.append(out) : writer.append_null();
    }
    Column result = writer.finish();
    result.is_constant = is_constant;
    return result;
}

Column concatenated(const KernelCall& call) {
    return joined_texts(call, [](std::string& out, const auto& texts, int64_t row) {
        for (const Reader<Text>& text : texts) {
            if (text.is_null(row)) return false;
            out += text[row];
        }
        return true;
    });
}

Column concatenated_with_separator(const KernelCall& call) {
    return joined_texts(call, [](std::string& out, const auto& texts, int64_t row) {
        if (texts.front().is_null(row)) return false;
        bool is_first = true;
        for (size_t i = 1; i < texts.size(); ++i) {
            if (texts[i].is_null(row)) continue;
            if (!is_first) out += texts.front()[row];
            is_first = false;
            out += texts[i][row];
        }
        return true;
    });
}

Resolver joining(size_t count_min, Kernel kernel) {
    return [=](Arguments arguments) { return texts_to(arguments, count_min, kernel); };
}

// --- repeating and padding

void require_fitting(int64_t bytes) {
    if (bytes > ResultBytesMax) {
        throw Error(ErrorCode::InvalidInput, "a text of {} bytes is too long; {} is the most",
                    bytes, ResultBytesMax);
    }
}

void write_repeated(std::string& out, Text text, int32_t count) {
    if (count <= 0) return;
    require_fitting(static_cast<int64_t>(text.size()) * count);
    for (int32_t i = 0; i < count; ++i) out += text;
}

// By units of UTF-16, as Java's strings count.
bool write_padding(std::string& out, Text pad, int64_t units) {
    require_fitting(units);
    int64_t pad_units = utf16_length(pad);
    for (; units >= pad_units; units -= pad_units) out += pad;
    append_utf16(out, pad, 0, units);
    return true;
}

bool write_left_padded(std::string& out, Text text, int32_t length, Text pad) {
    if (length < 0 || pad.empty()) return false;
    int64_t missing = int64_t{length} - utf16_length(text);
    if (missing > 0) write_padding(out, pad, missing);
    append_utf16(out, text, 0, length);
    return true;
}

bool write_right_padded(std::string& out, Text text, int32_t length, Text pad) {
    if (length < 0 || pad.empty()) return false;
    int64_t missing = int64_t{length} - utf16_length(text);
    append_utf16(out, text, 0, length);
    return missing <= 0 || write_padding(out, pad, missing);
}

void write_reversed(std::string& out, Text text) {
    if (is_ascii(text)) {
        out.assign(text.rbegin(), text.rend());
        return;
    }
    while (!text.empty()) {
        size_t begin = text.size() - 1;
        while (begin > 0 && !begins_character(text[begin])) --begin;
        out += text.substr(begin);
        text = text.substr(0, begin);
    }
}

// Flink gives such a function the nullability of its arguments, though it has NULLs of its own.
Resolver null_as_arguments(Resolver of) {
    return [of = std::move(of)](Arguments arguments) {
        auto signature = of(arguments);
        if (signature) signature->result = nullable_as(signature->result, arguments);
        return signature;
    };
}

Resolver piece_of_first(Resolver of) {
    return with_null(with_type(std::move(of), varying_as_first), true);
}

}  // namespace

std::vector<Function> text_functions() {
    Resolver length = scalar(character_count);
    Resolver substrings = piece_of_first(one_of({scalar(substring), scalar(substring_to_end)}));
    return {
        {"UPPER", Topic::Text, "UPPER(text)", "The text in upper case.", "UPPER('Tarn') → 'TARN'",
         with_type(scalar(append_upper), type_of_first)},
        {"LOWER", Topic::Text, "LOWER(text)", "The text in lower case.", "LOWER('Tarn') → 'tarn'",
         with_type(scalar(append_lower), type_of_first)},
        {"INITCAP", Topic::Text, "INITCAP(text)",
         "Each word with a capital and small letters after it. Words are letters and digits of "
         "ASCII; other letters stay as they are and end a word.",
         "INITCAP('hello wORLD') → 'Hello World'", with_type(scalar(write_initcap), type_of_first)},
        {"TRIM", Topic::Text, "TRIM([BOTH | LEADING | TRAILING] [characters FROM] text)",
         "The text without blanks, or others of the given characters, at its ends.",
         "TRIM(BOTH 'xy' FROM 'xyaxbyx') → 'axb'", one_of({trim_of_side, trim_of<trimmed>()})},
        {"LTRIM", Topic::Text, "LTRIM(text[, characters])",
         "The text without blanks, or others of the given characters, at its beginning.",
         "LTRIM('  a ') → 'a '", trim_of<without_leading>()},
        {"RTRIM", Topic::Text, "RTRIM(text[, characters])",
         "The text without blanks, or others of the given characters, at its end.",
         "RTRIM('a00', '0') → 'a'", trim_of<without_trailing>()},
        {"SUBSTRING", Topic::Text, "SUBSTRING(text FROM position [FOR length])",
         "The piece that begins at a position, counted from 1, or from the end when it is "
         "negative. A negative length gives NULL.",
         "SUBSTRING('hello' FROM -3 FOR 2) → 'll'", substrings},
        {"SUBSTR", Topic::Text, "SUBSTR(text, position[, length])", "The same as SUBSTRING.",
         "SUBSTR('hello', 2, 3) → 'ell'", substrings},
        {"LEFT", Topic::Text, "LEFT(text, length)", "The first characters.",
         "LEFT('hello', 2) → 'he'", piece_of_first(scalar(left_of))},
        {"RIGHT", Topic::Text, "RIGHT(text, length)", "The last characters.",
         "RIGHT('hello', 2) → 'lo'", piece_of_first(scalar(right_of))},
        {"CONCAT", Topic::Text, "CONCAT(text, …)",
         "The texts one after the other; NULL when one of them is.",
         "CONCAT('a', 'b', 'c') → 'abc'", joining(1, concatenated)},
        {"CONCAT_WS", Topic::Text, "CONCAT_WS(separator, text, …)",
         "The texts that are not NULL, with the separator between them.",
         "CONCAT_WS('-', 'a', 'b') → 'a-b'", joining(1, concatenated_with_separator)},
        {"REPEAT", Topic::Text, "REPEAT(text, count)", "The text, as often as the count says.",
         "REPEAT('ab', 2) → 'abab'", scalar(write_repeated)},
        {"LPAD", Topic::Text, "LPAD(text, length, pad)",
         "The text with as much of the pad before it as makes up the length, or cut to it. NULL "
         "for a negative length or an empty pad.",
         "LPAD('7', 3, '0') → '007'", null_as_arguments(scalar(write_left_padded))},
        {"RPAD", Topic::Text, "RPAD(text, length, pad)", "As LPAD, with the pad behind the text.",
         "RPAD('7', 3, '.') → '7..'", null_as_arguments(scalar(write_right_padded))},
        {"REVERSE", Topic::Text, "REVERSE(text)", "The characters from the last to the first.",
         "REVERSE('abc') → 'cba'", with_null(scalar(write_reversed), true)},
        {"CHAR_LENGTH", Topic::Text, "CHAR_LENGTH(text)", "The number of characters.",
         "CHAR_LENGTH('Tarn') → 4", length},
        {"CHARACTER_LENGTH", Topic::Text, "CHARACTER_LENGTH(text)", "The same as CHAR_LENGTH.",
         "CHARACTER_LENGTH('Tarn') → 4", length},
    };
}

}  // namespace tarn::sql
