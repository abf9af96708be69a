// What stands behind FROM: tables, joins, table functions.
#include "sql/syntax/parser_steps.hpp"

namespace tarn::sql {
namespace {

TableReferencePtr made_table(TableReference table) {
    return std::make_shared<const TableReference>(std::move(table));
}

}  // namespace

// a, b JOIN c ON …, d: a comma binds less than a join.
TableReference Parser::table_reference() {
    Level inside(*this);
    uint32_t begin = this->begin();
    TableReference left = joined_table();
    for (int in_a_row = 0; accept(","); ++in_a_row) {
        if (in_a_row > OperatorsInARowMax) fail(since(begin), "too many tables in a row");
        Join join{.kind = Join::Kind::Comma, .left = made_table(std::move(left)), .right = {}};
        join.right = made_table(joined_table());
        left = {.span = since(begin), .node = std::move(join)};
    }
    return left;
}

TableReference Parser::joined_table() {
    uint32_t begin = this->begin();
    TableReference left = simple_table();
    for (int in_a_row = 0;; ++in_a_row) {
        if (in_a_row > OperatorsInARowMax) fail(since(begin), "too many joins in a row");
        bool is_natural = accept("NATURAL");
        auto kind = join_kind();
        if (!kind) {
            if (is_natural) fail();
            return left;
        }
        Join join{.kind = *kind, .is_natural = is_natural, .left = {}, .right = {}};
        join.left = made_table(std::move(left));
        join.right = made_table(simple_table());
        if (accept("ON")) {
            join.on = shared(expression());
        } else if (accept("USING")) {
            join.using_columns = identifiers_in_brackets();
        }
        left = {.span = since(begin), .node = std::move(join)};
    }
}

std::optional<Join::Kind> Parser::join_kind() {
    using Kind = Join::Kind;
    if (accept("JOIN")) return Kind::Inner;
    std::optional<Kind> kind;
    if (accept("INNER")) {
        kind = Kind::Inner;
    } else if (accept("CROSS")) {
        kind = Kind::Cross;
    } else if (at("LEFT") || at("RIGHT") || at("FULL")) {
        std::string side = take().key;
        kind = side == "LEFT" ? Kind::Left : side == "RIGHT" ? Kind::Right : Kind::Full;
        accept("OUTER");
    }
    if (kind) expect("JOIN");
    return kind;
}

TableReference Parser::simple_table() {
    Level inside(*this);
    uint32_t begin = this->begin();
    TableReference table;
    wants("a table");
    bool is_lateral = accept("LATERAL");
    if (accept("UNNEST")) {
        Unnest unnest{list_in_brackets([this] { return expression(); })};
        unnest.with_ordinality = accept_all({"WITH", "ORDINALITY"});
        table.node = std::move(unnest);
    } else if (peek().key == "TABLE" && peek(1).key == "(") {
        take();
        expect("(");
        table.node = TableFunction{expression(), is_lateral};
        expect(")");
    } else if (at("(") && (is_lateral || at_query_in_brackets())) {
        table.node = DerivedTable{query_in_brackets(), is_lateral};
    } else if (at("(")) {
        return table_in_brackets();
    } else if (is_lateral) {
        // LATERAL f(x), without TABLE.
        table.node = TableFunction{primary(), true};
    } else if (peek().key == "VALUES") {
        fail(peek().span, "VALUES stands in brackets here: FROM (VALUES …) AS t(…)");
    } else {
        table = named_table();
    }
    if (at("TABLESAMPLE")) fail(peek().span, "Flink has no TABLESAMPLE");
    table.span = since(begin);
    if (at("MATCH_RECOGNIZE")) {
        MatchRecognize match = match_recognize(std::move(table));
        table = {.node = std::move(match)};
    }
    alias(table);
    table.span = since(begin);
    return table;
}

// (a JOIN b ON …)
TableReference Parser::table_in_brackets() {
    uint32_t begin = this->begin();
    expect("(");
    TableReference table = table_reference();
    expect(")");
    alias(table);
    table.span = since(begin);
    return table;
}

TableReference Parser::named_table() {
    NamedTable table;
    table.name = name();
    if (at("(")) {
        fail(since(table.name.front().span.begin), "a table function stands in TABLE(…)",
             fmt::format("FROM TABLE({}(…))", table.name.back().text));
    }
    table.hints = hints();
    table.at = time_travel();
    // Flink has the hints before, Spark's users write them behind.
    if (table.hints.empty()) table.hints = hints();
    return {.node = std::move(table)};
}

// FOR SYSTEM_TIME AS OF t; [FOR] VERSION AS OF 'branch' or 123; [FOR] TIMESTAMP AS OF t
std::optional<TimeTravel> Parser::time_travel() {
    using By = TimeTravel::By;
    bool has_for = peek().key == "FOR";
    const std::string& word = peek(has_for ? 1 : 0).key;
    const std::string& then = peek(has_for ? 2 : 1).key;
    bool is_version = (word == "VERSION" || word == "SYSTEM_VERSION") && then == "AS";
    bool is_timestamp = word == "TIMESTAMP" && then == "AS";
    bool is_system_time = word == "SYSTEM_TIME" && (has_for || then == "AS");
    if (!is_version && !is_timestamp && !is_system_time) return std::nullopt;
    if (has_for) take();
    take();
    expect_all({"AS", "OF"});
    By by = is_version ? By::Version : is_timestamp ? By::Timestamp : By::SystemTime;
    return TimeTravel{by, expression()};
}

bool Parser::at_alias() {
    return at("AS") || at_name();
}

std::optional<Identifier> Parser::optional_alias() {
    if (!at_alias()) return std::nullopt;
    accept("AS");
    return identifier();
}

void Parser::alias(TableReference& table) {
    if (peek().key == "QUALIFY") {
        fail(peek().span, "Flink 1.20 has no QUALIFY",
             "make the query a derived table and filter it with WHERE");
    }
    table.alias = optional_alias();
    if (table.alias && at("(")) table.columns = identifiers_in_brackets();
}

}  // namespace tarn::sql
