// The part of the binder that knows operators.
#include "sql/expressions/binder.hpp"
#include "sql/expressions/literals.hpp"
#include "sql/expressions/operations.hpp"
#include "sql/expressions/written_rows.hpp"
#include "sql/functions/comparison.hpp"
#include "sql/functions/nested_functions.hpp"

namespace tarn::sql {

Bound ExpressionBinder::bind_node(const Operation& operation, Span span) const {
    switch (operation.op) {
        case Operator::Or:
        case Operator::And:
            return logical(operation, span);
        case Operator::Between:
        case Operator::BetweenSymmetric:
            return between(operation, span);
        case Operator::In:
            return in(operation, span);
        case Operator::Field:
            return field(operation);
        case Operator::Negative:
            return negative(operation, span);
        case Operator::Overlaps:
            return overlaps(operation, span);
        case Operator::Exists:
        case Operator::Unique:
            refuse_here(span, "a subquery");
        case Operator::Equal:
        case Operator::NotEqual:
            if (are_written_rows(operation.operands[0], operation.operands[1])) {
                Bound same = equal_rows(operation.operands[0], operation.operands[1], span);
                return operation.op == Operator::Equal ? same : negated(same, span);
            }
            return simple_operation(operation, span);
        default:
            return simple_operation(operation, span);
    }
}

Bound ExpressionBinder::simple_operation(const Operation& operation, Span span) const {
    std::vector<Bound> operands = bind_all(operation.operands);
    auto signature = operation_signature(operation, known_of(operands));
    if (!signature) {
        refuse(span,
               fmt::format("{} does not go with {}", name_of(operation.op), types_text(operands)),
               cast_hint(operation.op));
    }
    std::string name = name_of(operation.op);
    bool is_opposite = operation.is_negated && negates_itself(operation.op);
    if (is_opposite) name.replace(0, 2, "IS NOT");
    Bound result = called(std::move(name), *signature, operands, span);
    return operation.is_negated && !is_opposite ? negated(result, span) : result;
}

// The sign of a literal is its own: -2147483648 is an INT, though 2147483648 is none.
Bound ExpressionBinder::negative(const Operation& operation, Span span) const {
    const auto* literal = std::get_if<Literal>(&operation.operands[0].node);
    bool is_number = literal && literal->kind == Literal::Kind::Number;
    if (!is_number) return simple_operation(operation, span);
    return literal_value({Literal::Kind::Number, "-" + literal->text}, span);
}

Bound ExpressionBinder::field(const Operation& operation) const {
    Bound value = bind(operation.operands[0]);
    return field_of(value, std::get<ColumnName>(operation.operands[1].node).parts[0]);
}

Bound ExpressionBinder::condition(const Bound& bound, std::string_view where) const {
    if (is_null_type(bound)) return cast_to(bound, simple_type(TypeKind::Boolean));
    if (bound->type.kind == TypeKind::Boolean) return bound;
    refuse(bound->span,
           fmt::format("{} wants a condition, not {}", where, text_of(bound->type.or_null())));
}

Bound ExpressionBinder::junction(bool is_and, std::vector<Bound> operands, Span span) const {
    bool is_nullable = std::ranges::any_of(
        operands, [](const Bound& operand) { return operand->type.is_nullable; });
    return folded(made(simple_type(TypeKind::Boolean).or_null(is_nullable), span,
                       Logical{is_and, std::move(operands)}));
}

Bound ExpressionBinder::logical(const Operation& operation, Span span) const {
    std::vector<Bound> operands;
    for (const Expression& operand : operation.operands) {
        operands.push_back(condition(bind(operand), name_of(operation.op)));
    }
    return junction(operation.op == Operator::And, std::move(operands), span);
}

Bound ExpressionBinder::compared(Operator op, const Bound& left, const Bound& right,
                                 Span span) const {
    std::vector<Bound> operands{left, right};
    auto signature = comparison(op, known_of(operands));
    if (!signature) {
        refuse(span, fmt::format("{} cannot be compared with {}", text_of(left->type.or_null()),
                                 text_of(right->type.or_null())));
    }
    return called(name_of(op), *signature, operands, span);
}

Bound ExpressionBinder::negated(const Bound& condition, Span span) const {
    Operation negation{Operator::Not, {}, false};
    std::vector<Bound> operands{condition};
    return called("NOT", *operation_signature(negation, known_of(operands)), operands, span);
}

Bound ExpressionBinder::is_null(const Bound& value, Span span) const {
    Operation test{Operator::IsNull, {}, false};
    std::vector<Bound> operands{value};
    return called("IS NULL", *operation_signature(test, known_of(operands)), operands, span);
}

// Field by field, so that it is open whether they are equal when it is for one of the fields. The
// rows in a column are compared as values, where NULL is the same as NULL.
Bound ExpressionBinder::equal_rows(const Expression& left, const Expression& right,
                                   Span span) const {
    std::vector<Bound> equal;
    for (size_t i = 0; i < written_fields(left)->size(); ++i) {
        const Expression& first = (*written_fields(left))[i];
        const Expression& second = (*written_fields(right))[i];
        equal.push_back(are_written_rows(first, second)
                            ? equal_rows(first, second, span)
                            : compared(Operator::Equal, bind(first), bind(second), span));
    }
    return equal.size() == 1 ? equal[0] : junction(true, std::move(equal), span);
}

Bound ExpressionBinder::between(const Operation& operation, Span span) const {
    std::vector<Bound> values = bind_all(operation.operands);
    auto within = [&](const Bound& low, const Bound& high) {
        return junction(true,
                        {compared(Operator::GreaterEqual, values[0], low, span),
                         compared(Operator::LessEqual, values[0], high, span)},
                        span);
    };
    Bound result = within(values[1], values[2]);
    if (operation.op == Operator::BetweenSymmetric) {
        result = junction(false, {result, within(values[2], values[1])}, span);
    }
    return operation.is_negated ? negated(result, span) : result;
}

Bound ExpressionBinder::in(const Operation& operation, Span span) const {
    std::vector<Bound> values = bind_all(operation.operands);
    std::vector<Bound> equal;
    for (size_t i = 1; i < values.size(); ++i) {
        const auto& operands = operation.operands;
        equal.push_back(are_written_rows(operands[0], operands[i])
                            ? equal_rows(operands[0], operands[i], span)
                            : compared(Operator::Equal, values[0], values[i], span));
    }
    Bound result = equal.size() == 1 ? equal[0] : junction(false, std::move(equal), span);
    return operation.is_negated ? negated(result, span) : result;
}

}  // namespace tarn::sql
