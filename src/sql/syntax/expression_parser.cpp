// Expressions by precedence climbing, with the levels that Calcite gives its operators.
#include <algorithm>
#include <array>

#include "sql/syntax/operators.hpp"
#include "sql/syntax/parser_steps.hpp"

namespace tarn::sql {
namespace {

const std::initializer_list<std::string_view> IntervalWords = {
    "YEAR", "YEARS", "MONTH",  "MONTHS",  "DAY",    "DAYS",
    "HOUR", "HOURS", "MINUTE", "MINUTES", "SECOND", "SECONDS"};

// Whether `op` may take one more operand instead of another level of the tree.
bool goes_on(const Expression& left, Operator op) {
    const auto* operation = std::get_if<Operation>(&left.node);
    return operation && operation->op == op && (op == Operator::And || op == Operator::Or);
}

}  // namespace

Parser::Level::Level(Parser& parser) : parser_(parser) {
    if (++parser_.depth_ <= NestingMax) return;
    --parser_.depth_;
    parser_.fail(parser_.peek().span, fmt::format("more than {} levels in one another", NestingMax),
                 "take a part of it out into a view");
}

ExpressionPtr Parser::shared(Expression expression) {
    return std::make_shared<const Expression>(std::move(expression));
}

Expression Parser::made(uint32_t begin, decltype(Expression::node) node) {
    return {.span = since(begin), .node = std::move(node)};
}

Expression Parser::expression() {
    return expression(0);
}

std::vector<Expression> Parser::expressions() {
    std::vector<Expression> all;
    do all.push_back(expression());
    while (accept(","));
    return all;
}

// Takes operators that bind at least as strongly as `level`.
Expression Parser::expression(int level) {
    Level inside(*this);
    uint32_t begin = this->begin();
    Expression left = prefixed();
    for (int in_a_row = 0;; ++in_a_row) {
        if (in_a_row > OperatorsInARowMax) {
            fail(since(begin), fmt::format("more than {} operators in a row", OperatorsInARowMax));
        }
        const InfixOperator* found = nullptr;
        for (const InfixOperator& infix : infix_operators()) {
            if (infix.level >= level && at(infix.sign)) found = &infix;
        }
        if (found) {
            take();
            bool is_quantified = is_comparison(found->op) &&
                                 (at("ANY") || at("SOME") || at("ALL")) && peek(1).key == "(";
            Expression right =
                is_quantified ? any_or_all(take().key == "ALL") : expression(found->level + 1);
            if (goes_on(left, found->op)) {
                std::get<Operation>(left.node).operands.push_back(std::move(right));
                left.span = since(begin);
                --in_a_row;  // the tree grows no deeper
            } else {
                std::vector<Expression> operands;
                operands.push_back(std::move(left));
                operands.push_back(std::move(right));
                left = made(begin, Operation{found->op, std::move(operands)});
            }
        } else if (TestLevel >= level && at("IS")) {
            left = postfix_test(std::move(left));
        } else if (RangeLevel >= level && at("NOT") && peek(1).key != "NULL") {
            take();
            left = range_or_match(std::move(left), true);
        } else if (RangeLevel >= level &&
                   (at("BETWEEN") || at("IN") || at("LIKE") || at("SIMILAR"))) {
            left = range_or_match(std::move(left), false);
        } else {
            return left;
        }
    }
}

// Of IN, ANY and ALL: a query or values.
std::vector<Expression> Parser::choices() {
    if (!at_query_in_brackets()) return list_in_brackets([this] { return expression(); });
    std::vector<Expression> query;
    query.push_back(in_brackets());
    return query;
}

Expression Parser::any_or_all(bool is_all) {
    uint32_t begin = last().span.begin;
    std::vector<Expression> of = choices();
    return made(begin, AnyOrAll{is_all, std::move(of)});
}

Expression Parser::postfix_test(Expression left) {
    uint32_t begin = left.span.begin;
    expect("IS");
    bool is_negated = accept("NOT");
    std::vector<Expression> operands;
    operands.push_back(std::move(left));
    if (accept_all({"DISTINCT", "FROM"})) {
        operands.push_back(expression(RangeLevel));
        return made(begin, Operation{Operator::IsDistinctFrom, std::move(operands), is_negated});
    }
    bool is_json = accept("JSON");
    for (const TestOperator& test : test_operators()) {
        std::string_view word = test.words;
        if (is_json != word.starts_with("JSON ")) continue;
        if (is_json) word.remove_prefix(std::string_view("JSON ").size());
        if (accept(word)) return made(begin, Operation{test.op, std::move(operands), is_negated});
    }
    if (!is_json) fail();
    return made(begin, Operation{Operator::IsJson, std::move(operands), is_negated});
}

// BETWEEN, IN, LIKE and SIMILAR TO.
Expression Parser::range_or_match(Expression left, bool is_negated) {
    uint32_t begin = left.span.begin;
    std::vector<Expression> operands;
    operands.push_back(std::move(left));
    Operator op = Operator::Between;
    if (accept("BETWEEN")) {
        if (accept("SYMMETRIC")) {
            op = Operator::BetweenSymmetric;
        } else {
            accept("ASYMMETRIC");
        }
        operands.push_back(expression(RangeLevel + 1));
        expect("AND");
        operands.push_back(expression(RangeLevel + 1));
    } else if (accept("IN")) {
        op = Operator::In;
        for (Expression& each : choices()) operands.push_back(std::move(each));
    } else {
        op = accept("LIKE") ? Operator::Like : Operator::SimilarTo;
        if (op == Operator::SimilarTo) expect_all({"SIMILAR", "TO"});
        operands.push_back(expression(RangeLevel + 1));
        if (accept("ESCAPE")) operands.push_back(expression(RangeLevel + 1));
    }
    return made(begin, Operation{op, std::move(operands), is_negated});
}

Expression Parser::prefixed() {
    uint32_t begin = this->begin();
    std::optional<Operator> op;
    int level = SignLevel;
    if (accept("NOT")) {
        op = Operator::Not;
        level = NotLevel;
    } else if (accept("-")) {
        op = Operator::Negative;
    } else if (accept("+")) {
        op = Operator::Positive;
    }
    if (!op) return with_access(primary());
    std::vector<Expression> operands;
    operands.push_back(expression(level));
    return made(begin, Operation{*op, std::move(operands)});
}

// a[1], m['k'], f(x).field
Expression Parser::with_access(Expression value) {
    uint32_t begin = value.span.begin;
    for (int in_a_row = 0;; ++in_a_row) {
        if (in_a_row > NestingMax) fail(since(begin), "too many brackets in a row");
        std::vector<Expression> operands;
        if (accept("[")) {
            operands.push_back(std::move(value));
            operands.push_back(expression());
            expect("]");
            value = made(begin, Operation{Operator::Element, std::move(operands)});
        } else if (at(".") &&
                   (peek(1).kind == TokenKind::Word || peek(1).kind == TokenKind::QuotedName)) {
            take();
            operands.push_back(std::move(value));
            Identifier field = identifier();
            operands.push_back({field.span, ColumnName{{field}}});
            value = made(begin, Operation{Operator::Field, std::move(operands)});
        } else {
            return value;
        }
    }
}

Expression Parser::primary() {
    if (auto literal = number_or_text()) return std::move(*literal);
    if (auto literal = typed_literal()) return std::move(*literal);
    uint32_t begin = this->begin();
    if (at("(")) return in_brackets();
    if (at("CASE")) return case_expression();
    if (at("CAST") || at("TRY_CAST")) return cast();
    if (at("INTERVAL")) return interval();
    if (at("EXISTS") || at("UNIQUE")) {
        Operator op = take().key == "EXISTS" ? Operator::Exists : Operator::Unique;
        std::vector<Expression> operands;
        QueryPtr inside = query_in_brackets();
        operands.push_back(made(begin, Subquery{std::move(inside)}));
        return made(begin, Operation{op, std::move(operands)});
    }
    if (auto constructed = constructor()) return std::move(*constructed);
    if (peek().key == "?") {
        fail(peek().span, "parameters have no values here", "write the value itself");
    }
    if (at_special_call()) return special_call();
    return name_or_call();
}

std::optional<Expression> Parser::number_or_text() {
    uint32_t begin = this->begin();
    wants("an expression");
    switch (peek().kind) {
        case TokenKind::Number:
            return made(begin, Literal{Literal::Kind::Number, take().text});
        case TokenKind::Bytes:
            return made(begin, Literal{Literal::Kind::Bytes, take().text});
        case TokenKind::Text:
        case TokenKind::UnicodeText: {
            // Texts that follow one another are one.
            std::string all = text();
            while (peek().kind == TokenKind::Text) all += take().text;
            return made(begin, Literal{Literal::Kind::Text, std::move(all)});
        }
        default:
            return std::nullopt;
    }
}

std::optional<Expression> Parser::typed_literal() {
    uint32_t begin = this->begin();
    if (peek().kind != TokenKind::Word) return std::nullopt;
    if (accept("NULL")) return made(begin, Literal{Literal::Kind::Null, ""});
    if (at("TRUE") || at("FALSE") || at("UNKNOWN")) {
        return made(begin, Literal{Literal::Kind::Boolean, take().key});
    }
    if (peek(1).kind != TokenKind::Text) return std::nullopt;
    std::optional<Literal::Kind> kind;
    if (peek().key == "DATE") kind = Literal::Kind::Date;
    if (peek().key == "TIME") kind = Literal::Kind::Time;
    if (peek().key == "TIMESTAMP") kind = Literal::Kind::Timestamp;
    if (!kind) return std::nullopt;
    take();
    std::string value = take().text;
    return made(begin, Literal{*kind, std::move(value)});
}

// Whether what stands in the bracket here is a query, which may begin with a bracket itself:
// ((SELECT 1) UNION (SELECT 2)) is one, ((SELECT 1) + 2) is none.
bool Parser::at_query_in_brackets() {
    if (peek().key != "(") return false;
    std::string_view first = peek(1).key;
    if (first == "TABLE") return peek(2).key != "(";
    if (first != "(") return first == "SELECT" || first == "WITH" || first == "VALUES";
    size_t after = 2;
    for (int open = 1; open > 0; ++after) {
        if (peek(after).kind == TokenKind::End) return false;
        if (peek(after).key == "(") ++open;
        if (peek(after).key == ")") --open;
    }
    constexpr auto GoesOn = std::to_array<std::string_view>(
        {"UNION", "INTERSECT", "EXCEPT", "ORDER", "LIMIT", "OFFSET", "FETCH"});
    return std::ranges::find(GoesOn, peek(after).key) != GoesOn.end();
}

// (query), (value), (a, b), (a - b) DAY
Expression Parser::in_brackets() {
    uint32_t begin = this->begin();
    if (at_query_in_brackets()) {
        QueryPtr query = query_in_brackets();
        return made(begin, Subquery{std::move(query)});
    }
    std::vector<Expression> items = list_in_brackets([this] { return expression(); });
    if (at_interval_unit()) return time_difference(items, begin);
    if (items.size() == 1) {
        Expression one = std::move(items.front());
        one.span = since(begin);
        return one;
    }
    return made(begin, Constructor{Constructor::Kind::Tuple, std::move(items)});
}

// Flink takes a unit behind brackets for this and never for an alias, even where it then refuses
// it.
Expression Parser::time_difference(const std::vector<Expression>& inside, uint32_t begin) {
    const auto* difference = std::get_if<Operation>(&inside.front().node);
    if (inside.size() > 1 || !difference || difference->op != Operator::Minus) {
        fail(peek().span, "a unit follows a difference of two times, as in (a - b) DAY",
             "AS begins a name for the column");
    }
    TimeDifference made_of{shared(difference->operands.at(0)), shared(difference->operands.at(1)),
                           interval_units()};
    return made(begin, std::move(made_of));
}

std::optional<Expression> Parser::constructor() {
    uint32_t begin = this->begin();
    if (peek().key == "ROW" && peek(1).key == "(") {
        take();
        std::vector<Expression> items;
        items = list_in_brackets([this] { return expression(); });
        return made(begin, Constructor{Constructor::Kind::Row, std::move(items)});
    }
    Constructor::Kind kind = peek().key == "ARRAY" ? Constructor::Kind::Array
                             : peek().key == "MAP" ? Constructor::Kind::Map
                                                   : Constructor::Kind::Multiset;
    if (kind == Constructor::Kind::Multiset && peek().key != "MULTISET") return std::nullopt;
    if (peek(1).key == "[") {
        take();
        take();
        std::vector<Expression> items;
        if (!at("]")) items = expressions();
        expect("]");
        return made(begin, Constructor{kind, std::move(items)});
    }
    if (peek(1).key != "(" || (peek(2).key != "SELECT" && peek(2).key != "VALUES")) {
        return std::nullopt;
    }
    take();
    QueryPtr query = query_in_brackets();
    return made(begin, Constructor{kind, {}, std::move(query)});
}

Expression Parser::case_expression() {
    uint32_t begin = this->begin();
    expect("CASE");
    Case result;
    if (!at("WHEN")) result.operand = shared(expression());
    do {
        expect("WHEN");
        Expression condition = expression();
        // CASE x WHEN 1, 2 THEN …: either of them.
        if (result.operand && at(",")) {
            uint32_t first = condition.span.begin;
            std::vector<Expression> items;
            items.push_back(std::move(condition));
            while (accept(",")) items.push_back(expression());
            condition = made(first, AnyOrAll{false, std::move(items)});
        }
        expect("THEN");
        result.whens.push_back({std::move(condition), expression()});
    } while (at("WHEN"));
    if (accept("ELSE")) result.otherwise = shared(expression());
    expect("END");
    return made(begin, std::move(result));
}

Expression Parser::cast() {
    uint32_t begin = this->begin();
    bool is_try = take().key == "TRY_CAST";
    expect("(");
    ExpressionPtr value = shared(expression());
    expect("AS");
    TypeName to = type();
    expect(")");
    return made(begin, Cast{std::move(value), std::move(to), is_try});
}

Expression Parser::interval() {
    uint32_t begin = this->begin();
    expect("INTERVAL");
    bool is_negative = accept("-");
    if (!is_negative) accept("+");
    std::string value = peek().kind == TokenKind::Number ? take().text : text();
    return made(begin, IntervalLiteral{std::move(value), interval_units(), is_negative});
}

bool Parser::at_interval_unit() {
    bool is_word = peek().kind == TokenKind::Word;
    return is_word && std::ranges::find(IntervalWords, peek().key) != IntervalWords.end();
}

IntervalUnits Parser::interval_units() {
    auto unit = [this] {
        std::string word = expect_one_of(IntervalWords);
        if (word.ends_with('S')) word.pop_back();
        return word;
    };
    IntervalUnits units{.from = unit()};
    bool has_two_sizes = false;
    if (accept("(")) {
        units.precision = integer();
        has_two_sizes = accept(",");
        if (has_two_sizes) units.fraction = integer();
        expect(")");
    }
    if (!has_two_sizes && accept("TO")) {
        units.to = unit();
        if (accept("(")) {
            units.fraction = integer();
            expect(")");
        }
    }
    return units;
}

std::vector<SortItem> Parser::sort_items() {
    std::vector<SortItem> all;
    do {
        SortItem item{expression()};
        item.is_descending = accept("DESC");
        if (!item.is_descending) accept("ASC");
        if (accept("NULLS")) {
            item.nulls = expect_one_of({"FIRST", "LAST"}) == "FIRST" ? SortItem::Nulls::First
                                                                     : SortItem::Nulls::Last;
        }
        all.push_back(std::move(item));
    } while (accept(","));
    return all;
}

WindowSpec Parser::window_spec() {
    WindowSpec spec;
    expect("(");
    bool is_base = at_name() && !at_all({"PARTITION", "BY"}) && !at_all({"ORDER", "BY"});
    if (is_base && peek().key != "ROWS" && peek().key != "RANGE") spec.base = identifier();
    if (accept_all({"PARTITION", "BY"})) spec.partition_by = expressions();
    if (accept_all({"ORDER", "BY"})) spec.order_by = sort_items();
    if (at("ROWS") || at("RANGE")) {
        WindowFrame frame{.is_by_rows = take().key == "ROWS",
                          .from = {FrameBound::Kind::CurrentRow}};
        if (accept("BETWEEN")) {
            frame.from = frame_bound();
            expect("AND");
            frame.to = frame_bound();
        } else {
            frame.from = frame_bound();
        }
        spec.frame = std::move(frame);
    }
    expect(")");
    return spec;
}

FrameBound Parser::frame_bound() {
    using Kind = FrameBound::Kind;
    if (accept("UNBOUNDED")) {
        bool is_before = expect_one_of({"PRECEDING", "FOLLOWING"}) == "PRECEDING";
        return {is_before ? Kind::UnboundedPreceding : Kind::UnboundedFollowing};
    }
    if (accept_all({"CURRENT", "ROW"})) return {Kind::CurrentRow};
    ExpressionPtr offset = shared(expression());
    bool is_before = expect_one_of({"PRECEDING", "FOLLOWING"}) == "PRECEDING";
    return {is_before ? Kind::Preceding : Kind::Following, std::move(offset)};
}

}  // namespace tarn::sql
