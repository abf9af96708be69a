#include "sql/expressions/operations.hpp"

#include <algorithm>

#include "sql/functions/arithmetic.hpp"
#include "sql/functions/comparison.hpp"
#include "sql/functions/json_options.hpp"
#include "sql/functions/like.hpp"
#include "sql/functions/logic.hpp"
#include "sql/functions/nested_functions.hpp"
#include "sql/functions/scalar.hpp"
#include "sql/functions/time_arithmetic.hpp"
#include "sql/syntax/operators.hpp"
#include "sql/types/type_rules.hpp"

namespace tarn::sql {
namespace {

std::optional<Signature> arithmetic(Operator op, Arguments arguments) {
    auto signature = number_arithmetic(op, arguments);
    return signature ? signature : time_arithmetic(op, arguments);
}

std::optional<Signature> concatenation(Arguments arguments) {
    const Type& left = arguments[0].type;
    const Type& right = arguments[1].type;
    auto type = concatenated_type(left, right);
    if (!type) return std::nullopt;
    Kernel texts = kernel_of([](std::string_view a, std::string_view b) {
        std::string out(a);
        return out += b;
    });
    Kernel bytes = kernel_of(
        [](BytesView a, BytesView b) { return Bytes{std::string(a.bytes).append(b.bytes)}; });
    return Signature{*type, {left, right}, is_text(*type) ? texts : bytes};
}

}  // namespace

std::optional<Signature> operation_signature(const Operation& operation, Arguments arguments) {
    switch (operation.op) {
        case Operator::Plus:
        case Operator::Minus:
        case Operator::Times:
        case Operator::Divide:
        case Operator::Remainder:
        case Operator::Negative:
        case Operator::Positive:
            return arithmetic(operation.op, arguments);
        case Operator::Equal:
        case Operator::NotEqual:
        case Operator::Less:
        case Operator::LessEqual:
        case Operator::Greater:
        case Operator::GreaterEqual:
        case Operator::IsDistinctFrom:
            return comparison(operation.op, arguments);
        case Operator::Not:
        case Operator::IsNull:
        case Operator::IsTrue:
        case Operator::IsFalse:
        case Operator::IsUnknown:
            return truth(operation.op, operation.is_negated, arguments);
        case Operator::Concatenate:
            return concatenation(arguments);
        case Operator::Like:
            return like_resolver()(arguments);
        case Operator::SimilarTo:
            return similar_resolver()(arguments);
        case Operator::IsJson:
            return is_json(JsonKind::Value)(arguments);
        case Operator::IsJsonObject:
            return is_json(JsonKind::Object)(arguments);
        case Operator::IsJsonArray:
            return is_json(JsonKind::Array)(arguments);
        case Operator::IsJsonScalar:
            return is_json(JsonKind::Scalar)(arguments);
        case Operator::Element:
            return element_access(arguments);
        default:
            return std::nullopt;
    }
}

bool negates_itself(Operator op) {
    return op == Operator::IsNull || op == Operator::IsTrue || op == Operator::IsFalse ||
           op == Operator::IsUnknown;
}

std::string name_of(Operator op) {
    if (const InfixOperator* infix = find_infix(op)) return std::string(infix->sign);
    auto test = std::ranges::find(test_operators(), op, &TestOperator::op);
    if (test != test_operators().end()) return fmt::format("IS {}", test->words);
    switch (op) {
        case Operator::Not:
            return "NOT";
        case Operator::Negative:
            return "-";
        case Operator::Positive:
            return "+";
        case Operator::Like:
            return "LIKE";
        case Operator::SimilarTo:
            return "SIMILAR TO";
        case Operator::IsDistinctFrom:
            return "IS DISTINCT FROM";
        case Operator::Element:
            return "[]";
        default:
            return "this operator";
    }
}

std::string cast_hint(Operator op) {
    switch (op) {
        case Operator::Plus:
            return "texts are joined with ||; CAST makes a number of a text";
        case Operator::Equal:
        case Operator::Less:
            return "CAST makes one type of the other";
        default:
            return "";
    }
}

}  // namespace tarn::sql
