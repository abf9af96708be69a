// CREATE of tables, views, catalogs and databases.
#include "sql/syntax/parser_steps.hpp"

namespace tarn::sql {

Statement Parser::create() {
    uint32_t begin = this->begin();
    if (accept("REPLACE")) {
        expect("TABLE");
        CreateTable table = create_table(false);
        table.is_replace = true;
        return statement_of(std::move(table));
    }
    expect("CREATE");
    bool or_replace = accept_all({"OR", "REPLACE"});
    if (accept("TABLE")) return statement_of(create_table(or_replace));
    if (accept("VIEW")) return statement_of(create_view(or_replace));
    if (or_replace) fail();
    if (at("FUNCTION") ||
        (at("TEMPORARY") && (peek(1).key == "FUNCTION" || peek(1).key == "SYSTEM"))) {
        return statement_of(refused("CREATE FUNCTION", "functions in Java need a JVM", begin));
    }
    if (at("MATERIALIZED")) {
        return statement_of(refused("CREATE MATERIALIZED TABLE",
                                    "an INSERT into a table keeps it up to date, too", begin));
    }
    if (at("MODEL")) {
        return statement_of(refused("CREATE MODEL", "it came with Flink 2.1", begin));
    }
    if (accept("CATALOG")) return statement_of(create_catalog());
    if (accept("DATABASE")) return statement_of(create_database());
    bool is_temporary = accept("TEMPORARY");
    if (accept("TABLE")) {
        CreateTable table = create_table(false);
        table.is_temporary = is_temporary;
        return statement_of(std::move(table));
    }
    expect("VIEW");
    CreateView view = create_view(false);
    view.is_temporary = is_temporary;
    return statement_of(std::move(view));
}

std::optional<std::string> Parser::comment() {
    if (!accept("COMMENT")) return std::nullopt;
    return text();
}

// ('key' = 'value', …)
Options Parser::options() {
    Options all;
    expect("(");
    if (accept(")")) return all;
    do all.push_back(option("an option"));
    while (accept(","));
    expect(")");
    return all;
}

// 'key' = 'value'. `what` is what an error calls it.
Option Parser::option(std::string_view what) {
    auto refuse_bare = [&](std::string_view side) {
        fail(peek().span, fmt::format("the {} of {} stands in quotes", side, what),
             fmt::format("write '{}'", peek().text));
    };
    Option option;
    if (peek().kind == TokenKind::Word) refuse_bare("key");
    option.key_span = peek().span;
    option.key = text();
    expect("=");
    option.value_span = peek().span;
    bool is_bare =
        peek().kind == TokenKind::Number || peek().key == "TRUE" || peek().key == "FALSE";
    if (is_bare) refuse_bare("value");
    option.value = text();
    return option;
}

std::vector<std::string> Parser::option_keys() {
    return list_in_brackets([this] { return text(); });
}

CreateCatalog Parser::create_catalog() {
    CreateCatalog catalog{.name = {}, .if_not_exists = if_not_exists()};
    catalog.name = identifier();
    catalog.comment = comment();
    if (accept("WITH")) catalog.options = options();
    return catalog;
}

CreateDatabase Parser::create_database() {
    CreateDatabase database{.name = {}, .if_not_exists = if_not_exists()};
    database.name = name();
    database.comment = comment();
    if (accept("WITH")) database.options = options();
    return database;
}

CreateView Parser::create_view(bool or_replace) {
    CreateView view{.name = {}, .if_not_exists = if_not_exists(), .or_replace = or_replace};
    view.name = name();
    if (at("(")) view.columns = identifiers_in_brackets();
    view.comment = comment();
    expect("AS");
    view.query = query();
    return view;
}

CreateTable Parser::create_table(bool or_replace) {
    CreateTable table{.name = {}, .if_not_exists = if_not_exists(), .or_replace = or_replace};
    table.name = name();
    if (at("(")) {
        expect("(");
        do table_element(table);
        while (accept(","));
        expect(")");
    }
    table.comment = comment();
    if (accept("DISTRIBUTED")) table.distribution = distribution();
    if (accept_all({"PARTITIONED", "BY"})) {
        table.partitioned_by = list_in_brackets([this] { return expression(); });
    }
    if (accept("WITH")) table.options = options();
    if (accept("LIKE")) {
        table.like = like_clause();
    } else if (accept("AS")) {
        table.as = query();
    }
    if (!table.as && !table.column_order.empty()) {
        const Identifier& column = table.column_order.front();
        fail(column.span, fmt::format("the column {} has no type", column.text));
    }
    return table;
}

void Parser::table_element(CreateTable& table) {
    if (at("WATERMARK")) {
        table.watermarks.push_back(watermark());
        return;
    }
    if (auto key = table_constraint()) {
        table.keys.push_back(std::move(*key));
        return;
    }
    // Of CREATE TABLE t (a, b) AS SELECT …
    const std::string& next = peek(1).key;
    if (at_name() && (next == "," || next == ")")) {
        table.column_order.push_back(identifier());
        return;
    }
    table.columns.push_back(column_definition());
}

// name type, name AS expression, name type METADATA [FROM 'key'] [VIRTUAL]
ColumnDefinition Parser::column_definition() {
    ColumnDefinition column{.name = name(), .kind = PhysicalColumn{}};
    if (accept("AS")) {
        column.kind = ComputedColumn{expression()};
    } else {
        TypeName of = type();
        if (accept("METADATA")) {
            MetadataColumn metadata{.type = std::move(of)};
            if (accept("FROM")) metadata.key = text();
            metadata.is_virtual = accept("VIRTUAL");
            column.kind = std::move(metadata);
        } else {
            PhysicalColumn physical{.type = std::move(of)};
            if (accept_all({"PRIMARY", "KEY"})) {
                physical.is_primary_key = true;
                expect_all({"NOT", "ENFORCED"});
            }
            column.kind = std::move(physical);
        }
    }
    column.comment = comment();
    return column;
}

Watermark Parser::watermark() {
    uint32_t begin = this->begin();
    expect_all({"WATERMARK", "FOR"});
    Watermark watermark{.column = name(), .expression = {}};
    expect("AS");
    watermark.expression = expression();
    watermark.span = since(begin);
    return watermark;
}

std::optional<PrimaryKey> Parser::table_constraint() {
    uint32_t begin = this->begin();
    PrimaryKey key;
    if (accept("CONSTRAINT")) {
        key.name = identifier();
        if (!at("PRIMARY")) key.is_unique_only = at("UNIQUE");
        if (!key.is_unique_only && !at("PRIMARY")) fail();
    }
    if (!at("PRIMARY") && !at("UNIQUE")) return std::nullopt;
    key.is_unique_only = take().key == "UNIQUE";
    if (!key.is_unique_only) expect("KEY");
    key.columns = identifiers_in_brackets();
    key.is_enforced = !accept_all({"NOT", "ENFORCED"});
    if (key.is_enforced) accept("ENFORCED");
    key.span = since(begin);
    return key;
}

Distribution Parser::distribution() {
    Distribution distribution;
    if (accept("BY")) {
        if (auto kind = accept_one_of({"HASH", "RANGE"})) distribution.kind = *kind;
        distribution.columns = identifiers_in_brackets();
    }
    if (accept("INTO")) {
        distribution.buckets = integer();
        expect("BUCKETS");
    }
    return distribution;
}

LikeClause Parser::like_clause() {
    LikeClause like{.table = name()};
    if (!accept("(")) return like;
    while (!accept(")")) {
        std::string merge = expect_one_of({"INCLUDING", "EXCLUDING", "OVERWRITING"});
        std::string feature = expect_one_of({"ALL", "CONSTRAINTS", "DISTRIBUTION", "GENERATED",
                                             "METADATA", "OPTIONS", "PARTITIONS", "WATERMARKS"});
        like.rules.push_back({std::move(merge), std::move(feature)});
    }
    return like;
}

}  // namespace tarn::sql
