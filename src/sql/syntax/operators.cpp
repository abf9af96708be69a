#include "sql/syntax/operators.hpp"

#include <algorithm>
#include <array>

namespace tarn::sql {
namespace {

constexpr auto InfixOperators = std::to_array<InfixOperator>({
    {"OR", Operator::Or, OrLevel},
    {"AND", Operator::And, AndLevel},
    {"=", Operator::Equal, ComparisonLevel},
    {"<>", Operator::NotEqual, ComparisonLevel},
    {"!=", Operator::NotEqual, ComparisonLevel},
    {"<", Operator::Less, ComparisonLevel},
    {"<=", Operator::LessEqual, ComparisonLevel},
    {">", Operator::Greater, ComparisonLevel},
    {">=", Operator::GreaterEqual, ComparisonLevel},
    {"OVERLAPS", Operator::Overlaps, ComparisonLevel},
    {"CONTAINS", Operator::Contains, ComparisonLevel},
    {"+", Operator::Plus, SumLevel},
    {"-", Operator::Minus, SumLevel},
    {"*", Operator::Times, ProductLevel},
    {"/", Operator::Divide, ProductLevel},
    {"%", Operator::Remainder, ProductLevel},
    {"||", Operator::Concatenate, ProductLevel},
});

// Where one begins as another does, the longer comes first.
constexpr auto TestOperators = std::to_array<TestOperator>({
    {"NULL", Operator::IsNull},
    {"TRUE", Operator::IsTrue},
    {"FALSE", Operator::IsFalse},
    {"UNKNOWN", Operator::IsUnknown},
    {"JSON OBJECT", Operator::IsJsonObject},
    {"JSON ARRAY", Operator::IsJsonArray},
    {"JSON SCALAR", Operator::IsJsonScalar},
    {"JSON VALUE", Operator::IsJson},
});

int operation_level(const Operation& operation) {
    if (const InfixOperator* infix = find_infix(operation.op)) return infix->level;
    switch (operation.op) {
        case Operator::Not:
            return NotLevel;
        case Operator::Negative:
        case Operator::Positive:
            return SignLevel;
        case Operator::Exists:
        case Operator::Unique:
        case Operator::Element:
        case Operator::Field:
            return AccessLevel;
        default:
            return is_range(operation.op) ? RangeLevel : TestLevel;
    }
}

}  // namespace

std::span<const InfixOperator> infix_operators() {
    return InfixOperators;
}

const InfixOperator* find_infix(Operator op) {
    const auto* found = std::ranges::find(InfixOperators, op, &InfixOperator::op);
    return found == InfixOperators.end() ? nullptr : found;
}

bool is_comparison(Operator op) {
    return op >= Operator::Equal && op <= Operator::GreaterEqual;
}

bool is_range(Operator op) {
    return op >= Operator::Between && op <= Operator::SimilarTo;
}

std::span<const TestOperator> test_operators() {
    return TestOperators;
}

int level_of(const Expression& expression) {
    const auto* operation = std::get_if<Operation>(&expression.node);
    return operation ? operation_level(*operation) : AccessLevel;
}

}  // namespace tarn::sql
