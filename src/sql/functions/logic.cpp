#include "sql/functions/logic.hpp"

#include "sql/functions/number_loops.hpp"
#include "sql/functions/scalar.hpp"

namespace tarn::sql {
namespace {

enum class Truth : uint8_t { No, Yes, Unknown };

Truth truth_at(const Reader<bool>& values, int64_t row) {
    if (values.is_null(row)) return Truth::Unknown;
    return values[row] ? Truth::Yes : Truth::No;
}

// What decides it alone, the other side being whatever it is.
Column decided(const Column& left, const Column& right, int64_t rows, Truth alone,
               Truth otherwise) {
    bool is_constant = left.is_constant && right.is_constant;
    if (is_constant) rows = 1;
    Reader<bool> a(left);
    Reader<bool> b(right);
    Writer<bool> writer(simple_type(TypeKind::Boolean), rows);
    for (int64_t row = 0; row < rows; ++row) {
        Truth first = truth_at(a, row);
        Truth second = truth_at(b, row);
        if (first == alone || second == alone) {
            writer.append(alone == Truth::Yes);
        } else if (first == Truth::Unknown || second == Truth::Unknown) {
            writer.append_null();
        } else {
            writer.append(otherwise == Truth::Yes);
        }
    }
    Column column = writer.finish();
    column.is_constant = is_constant;
    return column;
}

// Of a question that is never answered with NULL.
template <typename Answer>
Kernel asked(Answer answer) {
    return [answer](const KernelCall& call) {
        int64_t rows = rows_to_compute(call);
        Writer<bool> writer(call.type, rows);
        for (int64_t row = 0; row < rows; ++row) writer.append(answer(call.arguments[0], row));
        Column column = writer.finish();
        column.is_constant = all_constant(call.arguments);
        return column;
    };
}

Kernel null_test(bool wanted) {
    return asked(
        [wanted](const Column& column, int64_t row) { return column.is_null(row) == wanted; });
}

Kernel truth_test(Truth truth, bool wanted) {
    return [=](const KernelCall& call) {
        Reader<bool> values(call.arguments[0]);
        return asked([&](const Column&, int64_t row) {
            return (truth_at(values, row) == truth) == wanted;
        })(call);
    };
}

}  // namespace

Column conjunction(const Column& left, const Column& right, int64_t rows) {
    return decided(left, right, rows, Truth::No, Truth::Yes);
}

Column disjunction(const Column& left, const Column& right, int64_t rows) {
    return decided(left, right, rows, Truth::Yes, Truth::No);
}

std::optional<Signature> truth(Operator op, bool is_negated, Arguments arguments) {
    const Type& type = arguments[0].type;
    Type boolean = simple_type(TypeKind::Boolean);
    if (op == Operator::IsNull) {
        return Signature{boolean.not_null(), {type}, null_test(!is_negated)};
    }
    if (type.kind != TypeKind::Boolean && type.kind != TypeKind::Null) return std::nullopt;
    Type taken = boolean.or_null(type.is_nullable);
    if (op == Operator::Not) {
        return Signature{taken, {taken}, kernel_of([](bool value) { return !value; })};
    }
    Truth asked_for = op == Operator::IsTrue    ? Truth::Yes
                      : op == Operator::IsFalse ? Truth::No
                                                : Truth::Unknown;
    return Signature{boolean.not_null(), {taken}, truth_test(asked_for, !is_negated)};
}

}  // namespace tarn::sql
