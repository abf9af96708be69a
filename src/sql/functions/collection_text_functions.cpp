// From text to arrays and maps, and from arrays to text.
#include <arrow/array/builder_binary.h>

#include "sql/functions/array_items.hpp"
#include "sql/functions/characters.hpp"
#include "sql/functions/collection_types.hpp"
#include "sql/functions/pattern.hpp"
#include "sql/functions/scalar.hpp"
#include "sql/functions/topics.hpp"

namespace tarn::sql {
namespace {

using Pieces = std::vector<std::string_view>;

constexpr size_t AllPieces = SIZE_MAX;

Pieces single_characters(std::string_view text) {
    Pieces pieces;
    for (size_t at = 0; at < text.size();) {
        pieces.push_back(text.substr(at, bytes_of_character(text[at])));
        at += pieces.back().size();
    }
    return pieces;
}

// Between the places where the mark stands; of more pieces than wanted the last is all the rest.
Pieces split_at_mark(std::string_view text, std::string_view mark, size_t pieces_max) {
    Pieces pieces;
    size_t begin = 0;
    while (pieces.size() + 1 < pieces_max) {
        size_t found = text.find(mark, begin);
        if (found == std::string_view::npos) break;
        pieces.push_back(text.substr(begin, found - begin));
        begin = found + mark.size();
    }
    pieces.push_back(text.substr(begin));
    return pieces;
}

// As Java does it: a match of nothing before the first character is none.
Pieces split_at_pattern(std::string_view text, Pattern& pattern, size_t pieces_max) {
    Pieces pieces;
    size_t begin = 0;
    for (size_t from = 0; pieces.size() + 1 < pieces_max && from <= text.size();) {
        if (!pattern.find(text, from)) break;
        bool is_empty = pattern.begin() == pattern.end();
        from = pattern.end();
        if (is_empty) from += from < text.size() ? bytes_of_character(text[from]) : 1;
        if (is_empty && pattern.begin() == 0) continue;
        pieces.push_back(text.substr(begin, pattern.begin() - begin));
        begin = pattern.end();
    }
    pieces.push_back(text.substr(begin));
    return pieces;
}

Pieces split_at(std::string_view text, std::string_view java, size_t pieces_max) {
    thread_local PatternCache patterns;
    bool is_plain = !java.empty() && java.find_first_of("\\.[]{}()^$|?*+") == std::string::npos;
    return is_plain ? split_at_mark(text, java, pieces_max)
                    : split_at_pattern(text, patterns.get(java), pieces_max);
}

// --- SPLIT

Pieces split(std::string_view text, std::string_view mark) {
    if (text.empty()) return {};
    return mark.empty() ? single_characters(text) : split_at_mark(text, mark, AllPieces);
}

Column split_texts(const KernelCall& call) {
    int64_t rows = rows_to_compute(call);
    Reader<std::string_view> texts(call.arguments[0]);
    Reader<std::string_view> marks(call.arguments[1]);
    ListLengths lengths(rows);
    arrow::StringBuilder items;
    for (int64_t row = 0; row < rows; ++row) {
        if (has_null(call.arguments, row)) {
            lengths.append_null();
            continue;
        }
        Pieces pieces = split(texts[row], marks[row]);
        for (std::string_view piece : pieces) columns::or_throw(items.Append(piece));
        lengths.append(pieces.size());
    }
    return array_column(call, lengths, columns::or_throw(items.Finish()));
}

bool are_texts(Arguments arguments) {
    return std::ranges::all_of(arguments, [](const Argument& argument) {
        return is_text(argument.type) || argument.type.kind == TypeKind::Null;
    });
}

// A bare NULL is a text here.
std::vector<Type> as_texts(Arguments arguments) {
    std::vector<Type> types;
    for (const Argument& argument : arguments) {
        types.push_back(is_text(argument.type) ? argument.type : string_type());
    }
    return types;
}

std::optional<Signature> split_signature(Arguments arguments) {
    if (arguments.size() != 2 || !are_texts(arguments)) return std::nullopt;
    Type type = nullable_as(array_type(string_type(), false), arguments);
    return Signature{type, as_texts(arguments), split_texts};
}

// --- STR_TO_MAP

using Pair = std::pair<std::string_view, std::optional<std::string_view>>;

// Java leaves out empty pieces at the end; a piece without a value is a key all the same.
std::vector<Pair> pairs_in(std::string_view text, std::string_view between,
                           std::string_view within) {
    if (text.empty()) return {};
    Pieces pieces = split_at(text, between, AllPieces);
    while (pieces.size() > 1 && pieces.back().empty()) pieces.pop_back();
    if (pieces.size() == 1 && pieces[0].empty()) return {};
    std::vector<Pair> pairs;
    for (std::string_view piece : pieces) {
        Pieces parts = split_at(piece, within, 2);
        Pair pair{parts[0], std::nullopt};
        if (parts.size() > 1) pair.second = parts[1];
        auto known = std::ranges::find(pairs, pair.first, &Pair::first);
        known == pairs.end() ? pairs.push_back(pair) : void(*known = pair);
    }
    return pairs;
}

Column texts_to_maps(const KernelCall& call) {
    int64_t rows = rows_to_compute(call);
    Columns arguments(call.arguments.begin(), call.arguments.end());
    if (arguments.size() < 2) {
        arguments.push_back(constant_column(string_type(), std::string_view(",")));
        arguments.push_back(constant_column(string_type(), std::string_view("=")));
    }
    Reader<std::string_view> texts(arguments[0]);
    Reader<std::string_view> between(arguments[1]);
    Reader<std::string_view> within(arguments[2]);
    ListLengths lengths(rows);
    arrow::StringBuilder keys;
    arrow::StringBuilder values;
    for (int64_t row = 0; row < rows; ++row) {
        if (has_null(arguments, row)) {
            lengths.append_null();
            continue;
        }
        try {
            auto pairs = pairs_in(texts[row], between[row], within[row]);
            for (const auto& [key, value] : pairs) {
                columns::or_throw(keys.Append(key));
                columns::or_throw(value ? values.Append(*value) : values.AppendNull());
            }
            lengths.append(pairs.size());
        } catch (const Error& error) {
            throw RowError(row, error.what());
        }
    }
    return map_column(call, lengths, columns::or_throw(keys.Finish()),
                      columns::or_throw(values.Finish()));
}

std::optional<Signature> map_of_text(Arguments arguments) {
    bool is_right_count = arguments.size() == 1 || arguments.size() == 3;
    if (!is_right_count || !are_texts(arguments)) return std::nullopt;
    return Signature{map_type(string_type(), string_type(), true), as_texts(arguments),
                     texts_to_maps};
}

// --- ARRAY_JOIN

// NULLs are left out where nothing stands for them.
Column joined_items(const KernelCall& call) {
    JoinedItems items(call.arguments.first(1), 1);
    Column texts{items.values()};
    Reader<std::string_view> known(texts);
    Reader<std::string_view> marks(call.arguments[1]);
    std::optional<Reader<std::string_view>> for_nulls;
    if (call.arguments.size() > 2) for_nulls.emplace(call.arguments[2]);
    int64_t rows = rows_to_compute(call);
    Writer<std::string_view> writer(call.type, rows);
    std::string text;
    for (int64_t row = 0; row < rows; ++row) {
        if (has_null(call.arguments, row)) {
            writer.append_null();
            continue;
        }
        text.clear();
        bool is_first = true;
        for (int64_t place : items.places(0, row)) {
            bool is_null = known.is_null(place);
            if (is_null && !for_nulls) continue;
            if (!std::exchange(is_first, false)) text += marks[row];
            text += is_null ? (*for_nulls)[row] : known[place];
        }
        writer.append(text);
    }
    return {writer.finish().values, all_constant(call.arguments)};
}

std::optional<Signature> array_join(Arguments arguments) {
    bool has_texts = is_array(arguments, 0) && is_text(arguments[0].type.parts[0]) &&
                     (arguments.size() == 2 || arguments.size() == 3);
    if (!has_texts || !are_texts(arguments.subspan(1))) return std::nullopt;
    std::vector<Type> types = as_texts(arguments);
    types[0] = arguments[0].type;
    return Signature{nullable_as(string_type(), arguments), types, joined_items};
}

}  // namespace

std::vector<Function> collection_text_functions() {
    return {
        {"ARRAY_JOIN", Topic::Collection, "ARRAY_JOIN(array, mark[, for nulls])",
         "The texts of an array with a mark between them. NULLs are left out, or replaced.",
         "ARRAY_JOIN(ARRAY['a', 'b'], '-') → 'a-b'", array_join},
        {"SPLIT", Topic::Collection, "SPLIT(text, mark)",
         "The pieces of a text between the marks; its characters when the mark is empty.",
         "SPLIT('a,b', ',') → ['a', 'b']", split_signature},
        {"STR_TO_MAP", Topic::Collection, "STR_TO_MAP(text[, between pairs, within pairs])",
         "The map that a text spells. What stands between pairs, ',' if nothing is said, and "
         "within them, '=', are regular expressions.",
         "STR_TO_MAP('a=1,b=2') → {'a'='1', 'b'='2'}", map_of_text},
    };
}

}  // namespace tarn::sql
