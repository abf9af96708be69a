// Queries: SELECT, VALUES, WITH, set operations, order and limit.
#include "sql/syntax/parser_steps.hpp"

namespace tarn::sql {
namespace {

constexpr int UnionLevel = 1, IntersectLevel = 2;

QueryPtr made_query(Query query) {
    return std::make_shared<const Query>(std::move(query));
}

}  // namespace

QueryPtr Parser::query() {
    Level inside(*this);
    uint32_t begin = this->begin();
    std::vector<CommonTable> with;
    if (accept("WITH")) {
        if (at("RECURSIVE")) {
            fail(peek().span, "Flink has no recursive queries", "leave RECURSIVE out");
        }
        do {
            CommonTable table{.name = identifier(), .query = {}};
            if (at("(")) table.columns = identifiers_in_brackets();
            expect("AS");
            table.query = query_in_brackets();
            with.push_back(std::move(table));
        } while (accept(","));
    }
    QueryPtr body = set_operations(0);
    bool goes_on = at("ORDER") || at("LIMIT") || at("OFFSET") || at("FETCH");
    if (with.empty() && !goes_on) return body;
    Query whole = *body;
    whole.with = std::move(with);
    order_and_limit(whole);
    whole.span = since(begin);
    return made_query(std::move(whole));
}

QueryPtr Parser::query_in_brackets() {
    Level inside(*this);
    expect("(");
    QueryPtr inner = query();
    expect(")");
    return inner;
}

QueryPtr Parser::set_operations(int level) {
    uint32_t begin = this->begin();
    QueryPtr left = query_term();
    for (int in_a_row = 0;; ++in_a_row) {
        if (in_a_row > OperatorsInARowMax) {
            fail(since(begin), fmt::format("more than {} queries in a row", OperatorsInARowMax));
        }
        using Kind = SetOperation::Kind;
        Kind kind = Kind::Union;
        if (level <= UnionLevel && accept("UNION")) {
        } else if (level <= UnionLevel && accept("EXCEPT")) {
            kind = Kind::Except;
        } else if (level <= IntersectLevel && accept("INTERSECT")) {
            kind = Kind::Intersect;
        } else {
            return left;
        }
        bool is_all = accept("ALL");
        if (!is_all) accept("DISTINCT");
        QueryPtr right =
            set_operations(kind == Kind::Intersect ? IntersectLevel + 1 : UnionLevel + 1);
        left = made_query({.span = since(begin),
                           .body = SetOperation{kind, is_all, std::move(left), std::move(right)}});
    }
}

QueryPtr Parser::query_term() {
    Level inside(*this);
    uint32_t begin = this->begin();
    if (at("SELECT")) return made_query(select());
    if (accept("VALUES")) {
        Values values;
        do values.rows.push_back(expression());
        while (accept(","));
        return made_query({.span = since(begin), .body = std::move(values)});
    }
    if (accept("TABLE")) {
        ExplicitTable table{name()};
        return made_query({.span = since(begin), .body = std::move(table)});
    }
    if (!at("(")) {
        wants("a query");
        fail();
    }
    QueryPtr inner = query_in_brackets();
    return made_query({.span = since(begin), .body = std::move(inner)});
}

Query Parser::select() {
    uint32_t begin = this->begin();
    Select select;
    expect("SELECT");
    select.hints = hints();
    if (at("STREAM")) {
        fail(peek().span, "SELECT STREAM is not Flink's", "leave STREAM out: topics are streams");
    }
    select.is_distinct = accept("DISTINCT");
    if (!select.is_distinct) accept("ALL");
    select.items = select_items();
    if (accept("FROM")) {
        select.from = std::make_shared<const TableReference>(table_reference());
        if (accept("WHERE")) select.where = shared(expression());
        if (accept_all({"GROUP", "BY"})) select.group_by = group_items();
        if (accept("HAVING")) select.having = shared(expression());
        if (accept("WINDOW")) select.windows = named_windows();
    }
    return {.span = since(begin), .body = std::move(select)};
}

std::vector<SelectItem> Parser::select_items() {
    std::vector<SelectItem> items;
    do items.push_back(select_item());
    while (accept(","));
    return items;
}

SelectItem Parser::select_item() {
    if (auto all = star()) return {std::move(*all)};
    SelectItem item{expression()};
    if (accept("AS")) {
        item.alias = identifier();
    } else if (at_name()) {
        item.alias = identifier();
    }
    return item;
}

std::vector<GroupItem> Parser::group_items() {
    if (!accept("DISTINCT")) accept("ALL");
    std::vector<GroupItem> items;
    do items.push_back(group_item());
    while (accept(","));
    return items;
}

GroupItem Parser::group_item() {
    Level inside(*this);
    using Kind = GroupItem::Kind;
    GroupItem item;
    if (at_all({"GROUPING", "SETS"})) {
        item.kind = Kind::GroupingSets;
        take();
        take();
    } else if (peek(1).key == "(" && (at("ROLLUP") || at("CUBE"))) {
        item.kind = take().key == "CUBE" ? Kind::Cube : Kind::Rollup;
    } else if (at("(") && peek(1).key == ")") {
        take();
        take();
        item.has_brackets = true;
        return item;
    } else {
        Expression key = expression();
        auto* tuple = std::get_if<Constructor>(&key.node);
        item.has_brackets = tuple && tuple->kind == Constructor::Kind::Tuple;
        if (item.has_brackets) {
            item.expressions = std::move(tuple->items);
        } else {
            item.expressions.push_back(std::move(key));
        }
        return item;
    }
    item.items = list_in_brackets([this] { return group_item(); });
    return item;
}

std::vector<NamedWindow> Parser::named_windows() {
    std::vector<NamedWindow> windows;
    do {
        Identifier name = identifier();
        expect("AS");
        windows.push_back({std::move(name), window_spec()});
    } while (accept(","));
    return windows;
}

ExpressionPtr Parser::row_count() {
    uint32_t begin = this->begin();
    wants("a number of rows");
    if (peek().kind != TokenKind::Number) fail();
    return shared(made(begin, Literal{Literal::Kind::Number, take().text}));
}

void Parser::order_and_limit(Query& query) {
    if (accept_all({"ORDER", "BY"})) query.order_by = sort_items();
    auto offset = [&] {
        if (query.offset || !accept("OFFSET")) return;
        query.offset = row_count();
        if (!accept("ROWS")) accept("ROW");
    };
    offset();
    if (accept("LIMIT")) {
        if (!accept("ALL")) query.limit = row_count();
        if (query.limit && accept(",")) {
            query.offset = std::exchange(query.limit, nullptr);
            query.limit = row_count();
        }
        offset();
    } else if (accept("FETCH")) {
        expect_one_of({"FIRST", "NEXT"});
        query.limit = row_count();
        expect_one_of({"ROW", "ROWS"});
        expect("ONLY");
    }
}

// --- hints

std::vector<Hint> Parser::hints() {
    std::vector<Hint> all;
    if (!accept("/*+")) return all;
    do all.push_back(hint());
    while (accept(","));
    expect("*/");
    return all;
}

Hint Parser::hint() {
    Hint hint{.name = identifier(), .options = {}};
    if (!accept("(")) return hint;
    if (accept(")")) return hint;
    auto word_or_text = [this] {
        if (peek().kind == TokenKind::Text) return take().text;
        if (peek().kind == TokenKind::Number) return take().text;
        std::string joined;
        for (const Identifier& part : name()) joined += (joined.empty() ? "" : ".") + part.text;
        return joined;
    };
    do {
        Hint::Option option;
        option.is_text = peek().kind == TokenKind::Text;
        option.value = word_or_text();
        if (accept("=")) {
            option.key = std::move(option.value);
            option.is_text = true;
            option.value = text();
        }
        hint.options.push_back(std::move(option));
    } while (accept(","));
    expect(")");
    return hint;
}

}  // namespace tarn::sql
