// The names of types.
#include <algorithm>
#include <array>

#include "sql/syntax/parser_steps.hpp"
#include "sql/syntax/text.hpp"

namespace tarn::sql {
namespace {

struct Spelling {
    std::string_view word;
    std::string_view name;
    size_t sizes_max;
};

// What is one word, with the name that Flink prints for it.
constexpr auto Spellings = std::to_array<Spelling>({
    {"BOOLEAN", "BOOLEAN", 0}, {"TINYINT", "TINYINT", 0}, {"SMALLINT", "SMALLINT", 0},
    {"INT", "INT", 0},         {"INTEGER", "INT", 0},     {"BIGINT", "BIGINT", 0},
    {"FLOAT", "FLOAT", 0},     {"REAL", "FLOAT", 0},      {"DECIMAL", "DECIMAL", 2},
    {"DEC", "DECIMAL", 2},     {"NUMERIC", "DECIMAL", 2}, {"STRING", "STRING", 0},
    {"VARCHAR", "VARCHAR", 1}, {"BINARY", "BINARY", 1},   {"VARBINARY", "VARBINARY", 1},
    {"BYTES", "BYTES", 0},     {"DATE", "DATE", 0},       {"TIMESTAMP_LTZ", "TIMESTAMP_LTZ", 1},
    {"NULL", "NULL", 0},
});

}  // namespace

TypeName Parser::type() {
    Level inside(*this);
    uint32_t begin = this->begin();
    TypeName found = type_without_nullability();
    auto nullability = [this](TypeName& of) {
        if (accept_all({"NOT", "NULL"})) of.is_nullable = false;
        if (accept("NULL")) of.is_nullable = true;
    };
    nullability(found);
    // INT ARRAY, ROW(…) MULTISET: the older way round.
    while (at("ARRAY") || at("MULTISET")) {
        TypeName outer;
        outer.name = take().key;
        found.span = since(begin);
        outer.parts.push_back(std::move(found));
        found = std::move(outer);
        nullability(found);
    }
    found.span = since(begin);
    return found;
}

TypeName Parser::type_without_nullability() {
    wants("a type");
    TypeName type;
    for (const Spelling& spelling : Spellings) {
        if (peek().key != spelling.word) continue;
        take();
        type.name = spelling.name;
        if (spelling.sizes_max > 0) type_sizes(type, spelling.sizes_max);
        return type;
    }
    if (peek().key == "CHAR" || peek().key == "CHARACTER") {
        take();
        type.name = accept("VARYING") ? "VARCHAR" : "CHAR";
        type_sizes(type, 1);
    } else if (peek().key == "DOUBLE") {
        take();
        accept("PRECISION");
        type.name = "DOUBLE";
    } else if (peek().key == "TIME" || peek().key == "TIMESTAMP") {
        type.name = take().key;
        type_sizes(type, 1);
        time_zone(type);
    } else if (peek().key == "ARRAY" || peek().key == "MULTISET" || peek().key == "MAP") {
        type.name = take().key;
        expect("<");
        type.parts.push_back(this->type());
        if (type.name == "MAP") {
            expect(",");
            type.parts.push_back(this->type());
        }
        expect(">");
    } else if (peek().key == "ROW" && (peek(1).key == "<" || peek(1).key == "(")) {
        type.name = take().key;
        type.fields = type_fields(take().key == "<" ? ">" : ")");
    } else if (peek().key == "ROW") {
        type.name = take().key;
    } else if (peek().key == "RAW" && peek(1).key == "(") {
        type.name = take().key;
        type.texts = list_in_brackets([this] { return text(); });
    } else if (peek().key == "INTERVAL") {
        type.name = take().key;
        type.units = interval_units();
    } else if (at_name()) {
        type.name = text_of(name());
    } else {
        fail();
    }
    return type;
}

void Parser::type_sizes(TypeName& type, size_t max) {
    if (!accept("(")) return;
    type.sizes.push_back(integer());
    if (max > 1 && accept(",")) type.sizes.push_back(integer());
    expect(")");
}

void Parser::time_zone(TypeName& type) {
    if (accept_all({"WITHOUT", "TIME", "ZONE"})) return;
    if (accept_all({"WITH", "LOCAL", "TIME", "ZONE"})) {
        type.name += type.name == "TIMESTAMP" ? "_LTZ" : " WITH LOCAL TIME ZONE";
    } else if (accept_all({"WITH", "TIME", "ZONE"})) {
        type.name += " WITH TIME ZONE";
    }
}

std::vector<TypeName::Field> Parser::type_fields(std::string_view end) {
    std::vector<TypeName::Field> fields;
    if (accept(end)) return fields;
    do {
        TypeName::Field field{identifier(), type()};
        accept("COMMENT");
        if (peek().kind == TokenKind::Text) field.comment = take().text;
        fields.push_back(std::move(field));
    } while (accept(","));
    expect(end);
    return fields;
}

}  // namespace tarn::sql
