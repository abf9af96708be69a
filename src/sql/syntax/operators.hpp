// The signs of the operators and how strongly they bind, as Calcite has them: the parser takes
// brackets away by these levels, and text_of() puts them back.
#pragma once

#include <span>
#include <string_view>

#include "sql/syntax/expression.hpp"

namespace tarn::sql {

struct InfixOperator {
    std::string_view sign;
    Operator op;
    int level;
};

inline constexpr int OrLevel = 22, AndLevel = 24, NotLevel = 26, TestLevel = 28,
                     ComparisonLevel = 30, RangeLevel = 32, SumLevel = 40, ProductLevel = 60,
                     SignLevel = 80, AccessLevel = 100;

std::span<const InfixOperator> infix_operators();
// The first of its spellings, null for what does not stand between two operands.
const InfixOperator* find_infix(Operator op);
// = < > <= >= <>, which ANY and ALL may follow.
bool is_comparison(Operator op);
// BETWEEN, IN, LIKE, SIMILAR TO
bool is_range(Operator op);

// What is asked with IS, IsNull to IsJsonScalar, but for IS DISTINCT FROM.
struct TestOperator {
    std::string_view words;
    Operator op;
};
std::span<const TestOperator> test_operators();

int level_of(const Expression& expression);

}  // namespace tarn::sql
