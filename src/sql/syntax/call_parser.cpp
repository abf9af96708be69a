// Function calls, and those of them that have words of their own between the brackets.
#include <algorithm>
#include <array>

#include "sql/syntax/lexer.hpp"
#include "sql/syntax/operators.hpp"
#include "sql/syntax/parser_steps.hpp"
#include "sql/syntax/reserved_words.hpp"

namespace tarn::sql {
namespace {

constexpr auto SpecialCalls = std::to_array<std::string_view>(
    {"EXTRACT", "TRIM", "SUBSTRING", "OVERLAY", "POSITION", "JSON_EXISTS", "JSON_VALUE",
     "JSON_QUERY", "JSON_OBJECT", "JSON_OBJECTAGG", "JSON_ARRAY", "JSON_ARRAYAGG"});

constexpr auto Units = std::to_array<std::string_view>({"YEAR",
                                                        "QUARTER",
                                                        "MONTH",
                                                        "WEEK",
                                                        "DAY",
                                                        "HOUR",
                                                        "MINUTE",
                                                        "SECOND",
                                                        "MILLISECOND",
                                                        "MICROSECOND",
                                                        "NANOSECOND",
                                                        "DOW",
                                                        "ISODOW",
                                                        "DOY",
                                                        "ISOYEAR",
                                                        "EPOCH",
                                                        "DECADE",
                                                        "CENTURY",
                                                        "MILLENNIUM",
                                                        "YEARS",
                                                        "MONTHS",
                                                        "DAYS",
                                                        "HOURS",
                                                        "MINUTES",
                                                        "SECONDS",
                                                        "FRAC_SECOND",
                                                        "SQL_TSI_YEAR",
                                                        "SQL_TSI_QUARTER",
                                                        "SQL_TSI_MONTH",
                                                        "SQL_TSI_WEEK",
                                                        "SQL_TSI_DAY",
                                                        "SQL_TSI_HOUR",
                                                        "SQL_TSI_MINUTE",
                                                        "SQL_TSI_SECOND",
                                                        "SQL_TSI_FRAC_SECOND"});

// TIMESTAMPADD(DAY, 1, t)
constexpr auto CallsWithUnit = std::to_array<std::string_view>({"TIMESTAMPADD", "TIMESTAMPDIFF"});

// Reserved, and yet called by rules of their own; the last four in MATCH_RECOGNIZE.
constexpr auto CalledWords = std::to_array<std::string_view>(
    {"CEIL", "TRANSLATE", "PREV", "NEXT", "CLASSIFIER", "MATCH_NUMBER"});

}  // namespace

bool Parser::at_special_call() {
    return peek(1).key == "(" && is_one_of(peek().key, SpecialCalls);
}

Expression Parser::symbol(std::initializer_list<std::string_view> words) {
    uint32_t begin = this->begin();
    std::string word = expect_one_of(words);
    return made(begin, Literal{Literal::Kind::Symbol, std::move(word)});
}

Expression Parser::unit() {
    wants("a unit of time");
    uint32_t begin = this->begin();
    if (peek().kind != TokenKind::Word || !is_one_of(peek().key, Units)) fail();
    return made(begin, Literal{Literal::Kind::Symbol, take().key});
}

Expression Parser::special_call() {
    uint32_t begin = this->begin();
    Token word = take();
    FunctionCall call;
    call.name = {{word.key, word.span}};
    expect("(");
    if (word.key == "EXTRACT") {
        call.arguments.push_back(unit());
        expect("FROM");
        call.arguments.push_back(expression());
    } else if (word.key == "TRIM") {
        trim(call);
    } else if (word.key == "SUBSTRING") {
        call.arguments.push_back(expression());
        from_for(call);
    } else if (word.key == "OVERLAY") {
        call.arguments.push_back(expression());
        expect("PLACING");
        call.arguments.push_back(expression());
        from_for(call);
    } else if (word.key == "POSITION") {
        // IN would be read as the operator.
        call.arguments.push_back(expression(RangeLevel + 1));
        expect("IN");
        call.arguments.push_back(expression());
        if (accept("FROM")) call.arguments.push_back(expression());
    } else {
        json_call(call);
    }
    expect(")");
    rest_of_call(call);
    return with_access(made(begin, std::move(call)));
}

// FROM a FOR b, or the same with commas.
void Parser::from_for(FunctionCall& call) {
    bool by_words = accept("FROM");
    if (!by_words) expect(",");
    call.arguments.push_back(expression());
    if (accept(by_words ? "FOR" : ",")) call.arguments.push_back(expression());
}

// TRIM(s), TRIM('x' FROM s), TRIM(LEADING FROM s), TRIM(BOTH 'x' FROM s)
void Parser::trim(FunctionCall& call) {
    bool has_side = at("BOTH") || at("LEADING") || at("TRAILING");
    if (has_side) call.arguments.push_back(symbol({"BOTH", "LEADING", "TRAILING"}));
    if (has_side && accept("FROM")) {
        call.arguments.push_back(expression());
        return;
    }
    Expression first = expression();
    if (!has_side && !at("FROM")) {
        call.arguments.push_back(std::move(first));
        return;
    }
    if (!has_side) {
        call.arguments.push_back({first.span, Literal{Literal::Kind::Symbol, "BOTH"}});
    }
    call.arguments.push_back(std::move(first));
    expect("FROM");
    call.arguments.push_back(expression());
}

// --- JSON

void Parser::json_call(FunctionCall& call) {
    bool is_object = call.name.front().text.starts_with("JSON_OBJECT");
    bool begins_clause = peek().key == "ABSENT" || (peek().key == "NULL" && peek(1).key == "ON");
    if (!at(")") && !begins_clause) {
        do call.arguments.push_back(is_object ? json_pair() : expression());
        while (accept(","));
    }
    if (accept_all({"ORDER", "BY"})) call.within_group = sort_items();
    while (json_clause(call)) {
    }
}

// KEY k VALUE v, k VALUE v, k : v
Expression Parser::json_pair() {
    uint32_t begin = this->begin();
    if (peek(1).key != "VALUE" && peek(1).key != ":") accept("KEY");
    ExpressionPtr key = shared(expression());
    if (!accept("VALUE")) expect(":");
    return made(begin, KeyValue{std::move(key), shared(expression())});
}

// What may follow the values: RETURNING, … ON EMPTY, … ON ERROR, … ON NULL, … WRAPPER.
bool Parser::json_clause(FunctionCall& call) {
    CallClause clause;
    if (accept("RETURNING")) {
        clause.words = "RETURNING ?";
        clause.type = type();
    } else if (accept_all({"FORMAT", "JSON"})) {
        clause.words = "FORMAT JSON";
    } else if (at("WITH") || at("WITHOUT")) {
        clause.words = take().key;
        if (auto kind = accept_one_of({"CONDITIONAL", "UNCONDITIONAL"}))
            clause.words += " " + *kind;
        accept("ARRAY");
        expect("WRAPPER");
        clause.words += " WRAPPER";
    } else if (accept("DEFAULT")) {
        clause.value = shared(expression());
        clause.words = "DEFAULT ? ON ";
        expect("ON");
        clause.words += expect_one_of({"EMPTY", "ERROR"});
    } else {
        auto what = accept_one_of({"NULL", "ABSENT", "ERROR", "EMPTY", "TRUE", "FALSE", "UNKNOWN"});
        if (!what) return false;
        clause.words = *what;
        if (*what == "EMPTY") clause.words += " " + expect_one_of({"ARRAY", "OBJECT"});
        expect("ON");
        clause.words += " ON " + expect_one_of({"NULL", "EMPTY", "ERROR"});
    }
    call.clauses.push_back(std::move(clause));
    return true;
}

// --- other calls

// A column with what it stands in, t.*, f(x), CURRENT_DATE.
Expression Parser::name_or_call() {
    uint32_t begin = this->begin();
    bool is_function = peek(1).key == "(" &&
                       (is_reserved_function(peek().key) || is_one_of(peek().key, CalledWords));
    if (peek().kind == TokenKind::Word && !is_function && is_variable(peek().key)) {
        Token word = take();
        FunctionCall call;
        call.name = {{word.key, word.span}};
        call.has_brackets = false;
        return made(begin, std::move(call));
    }
    Name parts;
    if (is_function) {
        Token word = take_name();
        parts.push_back({word.text, word.span});
    } else {
        wants("an expression");
        parts.push_back(identifier());
        while (at(".")) {
            if (peek(1).key == "*") {
                take();
                take();
                return made(begin, Star{std::move(parts)});
            }
            take();
            parts.push_back(identifier());
        }
    }
    if (peek().key == "(") return with_access(call(std::move(parts), begin));
    return made(begin, ColumnName{std::move(parts)});
}

Expression Parser::call(Name name, uint32_t begin) {
    FunctionCall call;
    call.name = std::move(name);
    expect("(");
    call.is_distinct = accept("DISTINCT");
    if (!call.is_distinct) accept("ALL");
    if (!at(")")) {
        bool begins_with_unit = is_one_of(upper(call.name.back().text), CallsWithUnit) &&
                                is_one_of(peek().key, Units) && peek(1).key == ",";
        call.arguments.push_back(begins_with_unit ? unit() : argument());
        while (accept(",")) call.arguments.push_back(argument());
    }
    if (accept_all({"ORDER", "BY"})) call.within_group = sort_items();
    // FLOOR(t TO DAY)
    if (call.arguments.size() == 1 && accept("TO")) call.arguments.push_back(unit());
    null_treatment(call);
    expect(")");
    rest_of_call(call);
    return made(begin, std::move(call));
}

// The * of COUNT(*) and SELECT *.
std::optional<Expression> Parser::star() {
    uint32_t begin = this->begin();
    if (!accept("*")) return std::nullopt;
    return made(begin, Star{});
}

Expression Parser::argument() {
    uint32_t begin = this->begin();
    if (auto all = star()) return std::move(*all);
    if (peek(1).key == "=>" && (at_name() || peek().kind == TokenKind::Word)) {
        Identifier name = any_word();
        take();
        return made(begin, NamedArgument{std::move(name), shared(argument())});
    }
    if (auto table = table_argument()) return std::move(*table);
    return expression();
}

// TABLE t PARTITION BY k ORDER BY o, or the same of a query in brackets.
std::optional<Expression> Parser::table_argument() {
    uint32_t begin = this->begin();
    QueryPtr table;
    bool is_table = peek().key == "TABLE";
    if (!is_table && !(peek().key == "(" && at_query_in_brackets())) return std::nullopt;
    if (is_table && peek(1).key == "(") {
        take();
        table = query_in_brackets();
    } else if (is_table) {
        take();
        auto query = std::make_shared<Query>();
        query->body = ExplicitTable{name()};
        query->span = since(begin);
        table = std::move(query);
    } else {
        Expression inside = expression();
        auto* subquery = std::get_if<Subquery>(&inside.node);
        bool is_whole = subquery && (at("PARTITION") || at("ORDER"));
        if (!is_whole) return inside;
        table = subquery->query;
    }
    TableArgument argument;
    argument.table = std::move(table);
    if (accept_all({"PARTITION", "BY"})) {
        // Several keys stand in brackets: a comma ends the argument.
        bool has_brackets = accept("(");
        if (has_brackets) {
            argument.partition_by = expressions();
            expect(")");
        } else {
            argument.partition_by.push_back(expression());
        }
    }
    if (accept_all({"ORDER", "BY"})) {
        bool has_brackets = accept("(");
        argument.order_by = sort_items();
        if (has_brackets) expect(")");
    }
    return made(begin, std::move(argument));
}

void Parser::null_treatment(FunctionCall& call) {
    if (accept_all({"IGNORE", "NULLS"})) {
        call.nulls = FunctionCall::Nulls::Ignored;
    } else if (accept_all({"RESPECT", "NULLS"})) {
        call.nulls = FunctionCall::Nulls::Respected;
    }
}

// WITHIN GROUP, FILTER, IGNORE NULLS and OVER.
void Parser::rest_of_call(FunctionCall& call) {
    if (accept_all({"WITHIN", "GROUP"})) {
        expect_all({"(", "ORDER", "BY"});
        call.within_group = sort_items();
        expect(")");
    }
    if (accept("FILTER")) {
        expect_all({"(", "WHERE"});
        call.filter = shared(expression());
        expect(")");
    }
    null_treatment(call);
    if (accept("OVER")) {
        if (at("(")) {
            call.over = std::make_shared<const WindowSpec>(window_spec());
        } else {
            call.over = std::make_shared<const WindowSpec>(
                WindowSpec{.base = identifier(), .is_only_base = true});
        }
    }
}

}  // namespace tarn::sql
