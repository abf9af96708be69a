// The part of the binder that knows what computes only what it needs: CASE, IF, COALESCE, NULLIF.
#include <algorithm>

#include "sql/expressions/binder.hpp"
#include "sql/expressions/literals.hpp"
#include "sql/types/type_rules.hpp"

namespace tarn::sql {
namespace {

Bound or_null(const Bound& value) {
    BoundExpression copy = *value;
    copy.type.is_nullable = true;
    return std::make_shared<BoundExpression>(std::move(copy));
}

}  // namespace

Bound ExpressionBinder::bind_node(const Case& choice, Span span) const {
    Bound operand = choice.operand ? bind(*choice.operand) : nullptr;
    std::vector<Choice::Branch> branches;
    for (const Case::When& when : choice.whens) {
        Bound result = bind(when.result);
        if (!operand) {
            branches.push_back({condition(bind(when.condition), "WHEN"), std::move(result)});
            continue;
        }
        std::vector<Bound> equal;
        const auto* several = std::get_if<AnyOrAll>(&when.condition.node);
        auto values = several ? bind_all(several->of) : std::vector{bind(when.condition)};
        for (const Bound& value : values) {
            equal.push_back(compared(Operator::Equal, operand, value, when.condition.span));
        }
        Bound is_equal = equal.size() == 1 ? equal[0] : junction(false, std::move(equal), span);
        branches.push_back({std::move(is_equal), std::move(result)});
    }
    Bound otherwise =
        choice.otherwise ? bind(*choice.otherwise) : literal_value({Literal::Kind::Null, {}}, span);
    return chosen(std::move(branches), std::move(otherwise), span);
}

Bound ExpressionBinder::chosen(std::vector<Choice::Branch> branches, Bound otherwise,
                               Span span) const {
    std::vector<Bound> results;
    for (const Choice::Branch& branch : branches) results.push_back(branch.result);
    results.push_back(otherwise);
    Type type = common_of(results, span);
    for (Choice::Branch& branch : branches) branch.result = cast_to(branch.result, type);
    otherwise = cast_to(otherwise, type);
    return folded(made(type, span, Choice{std::move(branches), std::move(otherwise)}));
}

Bound ExpressionBinder::first_known(std::vector<Bound> values, Span span) const {
    Type type = common_of(values, span);
    type.is_nullable =
        std::ranges::all_of(values, [](const Bound& value) { return value->type.is_nullable; });
    for (Bound& value : values) value = cast_to(value, type);
    return folded(made(type, span, FirstKnown{std::move(values)}));
}

Bound ExpressionBinder::lazy_call(const std::string& name, const std::vector<Bound>& arguments,
                                  Span span) const {
    bool is_one_of_two = name == "IFNULL" && arguments.size() == 2;
    if (is_one_of_two && !arguments[0]->type.is_nullable) return arguments[0];
    if ((name == "COALESCE" && !arguments.empty()) || is_one_of_two) {
        return first_known(arguments, span);
    }
    if (name == "IF" && arguments.size() == 3) {
        Bound when = condition(arguments[0], "IF");
        Bound value = chosen({{when, arguments[1]}}, arguments[2], span);
        // Flink says so, though it never is NULL for that.
        return when->type.is_nullable ? or_null(value) : value;
    }
    if (name == "NULLIF" && arguments.size() == 2) {
        Bound is_equal = compared(Operator::Equal, arguments[0], arguments[1], span);
        return chosen({{is_equal, literal_value({Literal::Kind::Null, {}}, span)}}, arguments[0],
                      span);
    }
    return nullptr;
}

Type ExpressionBinder::common_of(const std::vector<Bound>& values, Span span) const {
    Type type = simple_type(TypeKind::Null);
    bool is_nullable = false;
    for (const Bound& value : values) {
        is_nullable = is_nullable || value->type.is_nullable;
        auto common = type.kind == TypeKind::Null ? std::optional(value->type)
                                                  : common_type(type, value->type);
        if (!common) {
            refuse(span,
                   fmt::format("{} and {} have no type in common", text_of(type.or_null()),
                               text_of(value->type.or_null())),
                   "CAST makes one of the other");
        }
        type = *common;
    }
    return type.or_null(is_nullable);
}

}  // namespace tarn::sql
