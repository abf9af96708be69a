// MATCH_RECOGNIZE: patterns in the order of rows.
#include <array>

#include "sql/syntax/parser_steps.hpp"

namespace tarn::sql {

MatchRecognize Parser::match_recognize(TableReference input) {
    MatchRecognize match{.input = std::make_shared<const TableReference>(std::move(input))};
    expect_all({"MATCH_RECOGNIZE", "("});
    if (accept_all({"PARTITION", "BY"})) match.partition_by = expressions();
    if (accept_all({"ORDER", "BY"})) match.order_by = sort_items();
    if (accept("MEASURES")) match.measures = definitions(false);
    if (at("ONE") || at("ALL")) {
        match.rows_per_match = take().key == "ONE" ? "ONE ROW" : "ALL ROWS";
        if (!accept("ROW")) expect("ROWS");
        expect_all({"PER", "MATCH"});
    }
    if (accept("AFTER")) {
        expect_all({"MATCH", "SKIP"});
        if (accept_all({"PAST", "LAST", "ROW"})) {
            match.after_match = "PAST LAST ROW";
        } else {
            expect("TO");
            if (accept_all({"NEXT", "ROW"})) {
                match.after_match = "TO NEXT ROW";
            } else {
                auto place = accept_one_of({"FIRST", "LAST"});
                match.after_match = place ? "TO " + *place : "TO";
                match.skip_to = identifier();
            }
        }
    }
    expect("PATTERN");
    expect("(");
    match.pattern = row_pattern();
    expect(")");
    if (accept("WITHIN")) match.within = shared(expression());
    if (accept("SUBSET")) match.subsets = definitions(true);
    expect("DEFINE");
    match.define = definitions(true);
    expect(")");
    return match;
}

// A AS A.price > 1, S = (A, B), or the other way round: LAST(A.price) AS price
std::vector<MatchRecognize::Definition> Parser::definitions(bool name_first) {
    std::vector<MatchRecognize::Definition> all;
    do {
        if (name_first) {
            Identifier name = identifier();
            if (!accept("AS")) expect("=");
            all.push_back({std::move(name), expression()});
        } else {
            // FINAL and RUNNING say which row a measure looks at; Flink knows the first only.
            if (peek().key == "FINAL" && peek(1).key != "AS") take();
            Expression measure = expression();
            expect("AS");
            all.push_back({identifier(), std::move(measure)});
        }
    } while (accept(","));
    return all;
}

RowPattern Parser::row_pattern() {
    Level inside(*this);
    uint32_t begin = peek().span.begin;
    RowPattern choice{RowPattern::Kind::Choice};
    do choice.parts.push_back(pattern_sequence());
    while (accept("|"));
    choice.span = since(begin);
    if (choice.parts.size() > 1) return choice;
    return std::move(choice.parts.front());
}

RowPattern Parser::pattern_sequence() {
    uint32_t begin = peek().span.begin;
    RowPattern sequence{RowPattern::Kind::Sequence};
    do sequence.parts.push_back(pattern_factor());
    while (at_name() || at("(") || at("{") || at("PERMUTE"));
    sequence.span = since(begin);
    if (sequence.parts.size() > 1) return sequence;
    return std::move(sequence.parts.front());
}

RowPattern Parser::pattern_factor() {
    using Kind = RowPattern::Kind;
    uint32_t begin = peek().span.begin;
    RowPattern factor{Kind::Variable};
    if (accept("(")) {
        // Brackets stay as a sequence of one, so that their quantifier is theirs alone.
        factor = {Kind::Sequence};
        if (!at(")")) factor.parts.push_back(row_pattern());
        expect(")");
    } else if (accept("{")) {
        expect("-");
        factor = {Kind::Excluded};
        factor.parts.push_back(row_pattern());
        expect("-");
        expect("}");
    } else if (accept("PERMUTE")) {
        factor = {Kind::Permutation};
        expect("(");
        do factor.parts.push_back(row_pattern());
        while (accept(","));
        expect(")");
    } else {
        factor.variable = identifier().text;
    }
    factor.quantifier = pattern_quantifier();
    factor.span = since(begin);
    return factor;
}

std::string Parser::pattern_quantifier() {
    std::string quantifier;
    if (auto sign = accept_one_of({"*", "+", "?"})) {
        quantifier = *sign;
    } else if (at("{") && peek(1).key != "-") {
        take();
        quantifier = "{";
        if (!at(",")) quantifier += fmt::format("{}", integer());
        if (accept(",")) {
            quantifier += ",";
            if (!at("}")) quantifier += fmt::format("{}", integer());
        }
        expect("}");
        quantifier += "}";
    }
    if (!quantifier.empty() && accept("?")) quantifier += "?";
    return quantifier;
}

}  // namespace tarn::sql
