// Where texts stand in others, and what is put in their place.
#include <algorithm>
#include <cstring>

#include "sql/functions/characters.hpp"
#include "sql/functions/scalar.hpp"
#include "sql/functions/text_types.hpp"
#include "sql/functions/topics.hpp"

namespace tarn::sql {
namespace {

using Text = std::string_view;

// The position from 1, in characters, of the first `part` at position `from` or behind; 0 when
// there is none. An empty part is found at 1, wherever the search begins.
int32_t position_from(Text part, Text text, int32_t from) {
    if (part.empty()) return 1;
    size_t begin = from > 1 ? place_of_character(text, from - 1) : 0;
    size_t found = text.find(part, begin);
    if (found == Text::npos) return 0;
    return character_count(text.substr(0, found)) + 1;
}

int32_t position(Text part, Text text) {
    return position_from(part, text, 1);
}

int32_t position_in(Text text, Text part) {
    return position(part, text);
}

// The nth part that begins before a position counted from the end.
int32_t position_from_end(Text text, Text part, int64_t from_end, int32_t nth) {
    int64_t length = character_count(text);
    int64_t part_length = character_count(part);
    // The search goes over the reversed texts, so matches end, not begin, at the position.
    for (int64_t end = length - from_end + 1; end >= part_length; --end) {
        int64_t begin = end - part_length;
        if (characters(text, begin, part_length) == part && --nth == 0) {
            return static_cast<int32_t>(begin + 1);
        }
    }
    return 0;
}

int32_t nth_position(Text text, Text part, int32_t from, int32_t nth) {
    if (nth <= 0)
        throw Error(ErrorCode::InvalidInput, "INSTR counts appearances from 1, not from {}", nth);
    if (from == 0) return 0;
    if (from < 0) return position_from_end(text, part, -int64_t{from}, nth);
    int32_t found = 0;
    for (; nth > 0; --nth) {
        found = position_from(part, text, from);
        if (found == 0) return 0;
        from = found + 1;
    }
    return found;
}

int32_t first_position(Text text, Text part, int32_t from) {
    return nth_position(text, part, from, 1);
}

int64_t count_of_character(Text text, Text character) {
    Text first = characters(character, 0, 1);
    if (first.size() == 1) return std::ranges::count(text, first[0]);
    if (first.empty()) return 0;
    int64_t count = 0;
    for (size_t at = 0; (at = text.find(first, at)) != Text::npos; at += first.size()) ++count;
    return count;
}

// Of an empty part there is one before and behind each unit of UTF-16.
void write_between_units(std::string& out, Text text, Text by) {
    int32_t length = utf16_length(text);
    out += by;
    for (int32_t unit = 0; unit < length; ++unit) {
        append_utf16(out, text, unit, unit + 1);
        out += by;
    }
}

void write_replaced(std::string& out, Text text, Text part, Text by) {
    if (part.empty()) return write_between_units(out, text, by);
    size_t from = 0;
    for (size_t at; (at = text.find(part, from)) != Text::npos; from = at + part.size()) {
        out += text.substr(from, at - from);
        out += by;
    }
    out += text.substr(from);
}

// With a length below 1 nothing of the text remains behind what is put in; so Flink has it.
void write_overlaid_for(std::string& out, Text text, Text by, int32_t position, int32_t length) {
    int64_t units = utf16_length(text);
    if (position <= 0 || position > units) {
        out += text;
        return;
    }
    append_utf16(out, text, 0, position - 1);
    out += by;
    int64_t rest = int64_t{position} - 1 + length;
    if (length > 0 && rest < units) append_utf16(out, text, rest, units);
}

void write_overlaid(std::string& out, Text text, Text by, int32_t position) {
    write_overlaid_for(out, text, by, position, utf16_length(by));
}

bool is_java_blank(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r') || (c >= 0x1C && c <= 0x1F);
}

// By nothing means at each blank.
std::optional<Text> split_at_blanks(Text text, int32_t index) {
    for (size_t begin = 0;; --index) {
        size_t end = begin;
        while (end < text.size() && !is_java_blank(text[end])) ++end;
        if (index == 0) return text.substr(begin, end - begin);
        if (end == text.size()) return std::nullopt;
        begin = end + 1;
    }
}

std::optional<Text> split_piece(Text text, Text by, int32_t index) {
    if (index < 0 || text.empty()) return std::nullopt;
    if (by.empty()) return split_at_blanks(text, index);
    for (size_t begin = 0;; --index) {
        size_t end = text.find(by, begin);
        if (index == 0) return text.substr(begin, std::min(end, text.size()) - begin);
        if (end == Text::npos) return std::nullopt;
        begin = end + by.size();
    }
}

std::optional<Text> split_piece_by_code(Text text, int32_t code, int32_t index) {
    if (code < 1 || code > 255) return std::nullopt;
    char by[2] = {static_cast<char>(code), 0};
    if (code < 0x80) return split_piece(text, Text(by, 1), index);
    by[0] = static_cast<char>(0xC0 | code >> 6);
    by[1] = static_cast<char>(0x80 | (code & 0x3F));
    return split_piece(text, Text(by, 2), index);
}

}  // namespace

std::vector<Function> text_search_functions() {
    Resolver positions = one_of({scalar(position), scalar(position_from)});
    return {
        {"POSITION", Topic::Text, "POSITION(part IN text)",
         "Where the part first stands in the text, counted from 1; 0 when it does not.",
         "POSITION('l' IN 'hello') → 3", positions},
        {"LOCATE", Topic::Text, "LOCATE(part, text[, from])",
         "Where the part first stands in the text at a position or behind it, counted from 1; 0 "
         "when it does not.",
         "LOCATE('l', 'hello', 4) → 4", positions},
        {"INSTR", Topic::Text, "INSTR(text, part[, from[, nth]])",
         "Where the part stands in the text for the nth time, counted from 1; 0 when it does not. "
         "From a negative position the search goes backwards.",
         "INSTR('hello', 'l', -1) → 4",
         one_of({scalar(position_in), scalar(first_position), scalar(nth_position)})},
        {"COUNT_CHAR", Topic::Text, "COUNT_CHAR(text, character)",
         "How often the text has the character, the first one of the second argument. Flink does "
         "not have it: query 14 of Nexmark brings it along.",
         "COUNT_CHAR('hello', 'l') → 2", scalar(count_of_character)},
        {"REPLACE", Topic::Text, "REPLACE(text, part, by)",
         "The text with another in the place of each part.",
         "REPLACE('hello', 'l', 'LL') → 'heLLLLo'", scalar(write_replaced)},
        {"OVERLAY", Topic::Text, "OVERLAY(text PLACING by FROM position [FOR length])",
         "The text with another over its characters from a position on, by default as many as it "
         "has itself.",
         "OVERLAY('hello' PLACING 'XX' FROM 2) → 'hXXlo'",
         with_type(one_of({scalar(write_overlaid), scalar(write_overlaid_for)}),
                   varying_as_first_two)},
        {"SPLIT_INDEX", Topic::Text, "SPLIT_INDEX(text, separator, index)",
         "One of the pieces between separators, counted from 0; NULL when there are not so many. "
         "A separator may also be given by its code.",
         "SPLIT_INDEX('a,b,c', ',', 1) → 'b'",
         with_null(one_of({scalar(split_piece), scalar(split_piece_by_code)}), true)},
    };
}

}  // namespace tarn::sql
