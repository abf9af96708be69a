// What picks one of its arguments, or says something about them. IF, COALESCE and the like, which
// leave out what they need not compute, are with CASE in sql/expressions.
#include <arrow/array/concatenate.h>

#include "sql/functions/comparison.hpp"
#include "sql/functions/number_loops.hpp"
#include "sql/functions/scalar.hpp"
#include "sql/functions/topics.hpp"
#include "sql/types/type_rules.hpp"

namespace tarn::sql {
namespace {

std::optional<Type> common_of_all(Arguments arguments) {
    std::optional<Type> type;
    for (const Argument& argument : arguments) {
        type = type ? common_type(*type, argument.type) : argument.type;
        if (!type) return std::nullopt;
    }
    return type;
}

// Of two columns the values of the first where the condition holds, of the second where it does
// not, NULL where that is not known.
Column chosen_rows(const Column& condition, const Column& first, const Column& second,
                   int64_t rows) {
    auto both = columns::or_throw(arrow::Concatenate({first.values, second.values}));
    Reader<bool> known(condition);
    arrow::Int64Builder places;
    columns::or_throw(places.Reserve(rows));
    for (int64_t row = 0; row < rows; ++row) {
        if (known.is_null(row)) {
            places.UnsafeAppendNull();
        } else {
            int64_t place =
                known[row] ? first.place(row) : first.values->length() + second.place(row);
            places.UnsafeAppend(place);
        }
    }
    return {taken_at(both, columns::or_throw(places.Finish())), condition.is_constant};
}

std::shared_ptr<arrow::Array> winners(const KernelCall& call, const Kernel& wins) {
    int64_t rows = rows_to_compute(call);
    Column best = call.arguments[0];
    Type boolean = simple_type(TypeKind::Boolean);
    for (size_t i = 1; i < call.arguments.size(); ++i) {
        Columns pair{call.arguments[i], best};
        Column is_better = wins({pair, rows, boolean, call.session});
        best = chosen_rows(is_better, call.arguments[i], best, rows);
    }
    return best.values;
}

Resolver extreme(Operator wins) {
    return [wins](Arguments arguments) -> std::optional<Signature> {
        auto type = common_of_all(arguments);
        if (!type || type->kind == TypeKind::Null) return std::nullopt;
        auto test = order_test(wins, *type);
        if (!test) return std::nullopt;
        Type result = nullable_as(*type, arguments);
        return Signature{result, std::vector<Type>(arguments.size(), result),
                         [kernel = *test](const KernelCall& call) -> Column {
                             return {winners(call, kernel), all_constant(call.arguments)};
                         }};
    };
}

// Of what is known before anything runs.
std::optional<Signature> type_name(Arguments arguments) {
    if (arguments.empty() || arguments.size() > 2) return std::nullopt;
    Type type = string_type();
    std::vector<Type> types;
    for (const Argument& argument : arguments) types.push_back(argument.type);
    std::string name = text_of(arguments[0].type);
    return Signature{type, types, [=](const KernelCall&) { return constant_column(type, name); }};
}

}  // namespace

std::vector<Function> conditional_functions() {
    return {
        {"GREATEST", Topic::Conditional, "GREATEST(value, …)",
         "The greatest of the values; NULL if one of them is.", "GREATEST(1, 3, 2) → 3",
         extreme(Operator::Greater)},
        {"LEAST", Topic::Conditional, "LEAST(value, …)",
         "The least of the values; NULL if one of them is.", "LEAST(1, 3, 2) → 1",
         extreme(Operator::Less)},
        {"TYPEOF", Topic::Conversion, "TYPEOF(value)", "The type of the value, as a text.",
         "TYPEOF(1) → 'INT NOT NULL'", type_name},
    };
}

}  // namespace tarn::sql
