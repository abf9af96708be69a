#include "sql/expressions/binder.hpp"

#include <algorithm>

#include "base/assert.hpp"
#include "base/suggest.hpp"
#include "sql/expressions/evaluate.hpp"
#include "sql/expressions/json_calls.hpp"
#include "sql/expressions/literals.hpp"
#include "sql/expressions/operations.hpp"
#include "sql/expressions/written_rows.hpp"
#include "sql/functions/casts.hpp"
#include "sql/functions/comparison.hpp"
#include "sql/functions/nested_functions.hpp"
#include "sql/syntax/lexer.hpp"
#include "sql/syntax/text.hpp"
#include "sql/types/type_rules.hpp"

namespace tarn::sql {
namespace {

Bound made(Type type, Span span, decltype(BoundExpression::node) node) {
    return std::make_shared<BoundExpression>(
        BoundExpression{std::move(type), span, std::move(node)});
}

[[noreturn]] void refuse_here(Span span, std::string_view what) {
    refuse(span, fmt::format("{} has no place in this expression", what));
}

std::vector<Argument> known_of(const std::vector<Bound>& values) {
    std::vector<Argument> arguments;
    for (const Bound& value : values) arguments.push_back({value->type, constant_of(value)});
    return arguments;
}

// "INT, STRING"
std::string types_text(const std::vector<Bound>& values) {
    std::string text;
    for (const Bound& value : values) {
        text += (text.empty() ? "" : ", ") + text_of(value->type.or_null());
    }
    return text;
}

[[noreturn]] void refuse_function(Span span, const std::string& name) {
    std::vector<std::string> known;
    for (const Function& each : all_functions()) known.emplace_back(each.name);
    bool is_near = nearest_name(name, known).has_value();
    refuse(span, fmt::format("there is no function '{}'", name),
           is_near ? name_hint(name, known) : "docs/sql-functions.md lists those that there are");
}

Bound or_null(const Bound& value) {
    BoundExpression copy = *value;
    copy.type.is_nullable = true;
    return std::make_shared<BoundExpression>(std::move(copy));
}

bool is_null_type(const Bound& value) {
    return value->type.kind == TypeKind::Null;
}

}  // namespace

Bound ExpressionBinder::bind(const Expression& expression) const {
    return std::visit([&](const auto& node) { return bind_node(node, expression.span); },
                      expression.node);
}

std::vector<Bound> ExpressionBinder::bind_all(const std::vector<Expression>& expressions) const {
    std::vector<Bound> bound;
    for (const Expression& expression : expressions) bound.push_back(bind(expression));
    return bound;
}

// --- values and names

Bound ExpressionBinder::bind_node(const Literal& literal, Span span) const {
    return literal_value(literal, span);
}

Bound ExpressionBinder::bind_node(const IntervalLiteral& interval, Span span) const {
    return interval_value(interval, span);
}

// PI needs no brackets, as long as no column has its name.
Bound ExpressionBinder::constant_name(const ColumnName& column, Span span) const {
    bool is_pi = column.parts.size() == 1 && upper(column.parts[0].text) == "PI";
    if (!is_pi || scope_.has_column(column.parts[0].text)) return nullptr;
    return called("PI", *find_function("PI")->resolve({}), {}, span);
}

Bound ExpressionBinder::bind_node(const ColumnName& column, Span span) const {
    if (Bound number = constant_name(column, span)) return number;
    ResolvedName resolved = scope_.resolve(column.parts);
    Bound value = made(scope_.columns()[resolved.place].type, span, InputColumn{resolved.place});
    for (const Identifier& part : resolved.fields) {
        auto signature = field_access(value->type, part);
        value = called("." + part.text, signature, {value}, span);
    }
    return value;
}

Bound ExpressionBinder::bind_node(const Star&, Span span) const {
    refuse_here(span, "*");
}

Bound ExpressionBinder::bind_node(const AnyOrAll&, Span span) const {
    refuse_here(span, "ANY or ALL");
}

Bound ExpressionBinder::bind_node(const Subquery&, Span span) const {
    refuse_here(span, "a subquery");
}

Bound ExpressionBinder::bind_node(const NamedArgument&, Span span) const {
    refuse_here(span, "a named argument");
}

Bound ExpressionBinder::bind_node(const TableArgument&, Span span) const {
    refuse_here(span, "a table");
}

Bound ExpressionBinder::bind_node(const KeyValue&, Span span) const {
    refuse_here(span, "a pair of key and value");
}

Bound ExpressionBinder::bind_node(const Constructor& constructor, Span span) const {
    using Kind = Constructor::Kind;
    if (constructor.query) refuse_here(span, "a subquery");
    std::vector<Bound> items = bind_all(constructor.items);
    auto arguments = known_of(items);
    switch (constructor.kind) {
        case Kind::Tuple:
        case Kind::Row:
            if (std::ranges::any_of(items, is_null_type)) {
                refuse(span, "NULL has no type in a ROW", "CAST(NULL AS STRING) has one");
            }
            return called("ROW", row_of(arguments), items, span);
        case Kind::Array:
            if (std::ranges::all_of(items, is_null_type)) {
                refuse(span, "an ARRAY needs an item that has a type");
            }
            return called("ARRAY", array_of(common_of(items, span), arguments), items, span);
        case Kind::Map: {
            std::vector<Bound> keys;
            std::vector<Bound> values;
            for (size_t i = 0; i < items.size(); ++i)
                (i % 2 == 0 ? keys : values).push_back(items[i]);
            if (keys.size() != values.size()) refuse(span, "MAP wants a value for each key");
            if (std::ranges::all_of(keys, is_null_type)) {
                refuse(span, "a MAP needs a key that has a type");
            }
            Type key = common_of(keys, span);
            Type value = common_of(values, span);
            // Flink takes values that are all NULL to be of the keys' type.
            if (value.kind == TypeKind::Null) value = key.or_null();
            return called("MAP", map_of(key, value, arguments), items, span);
        }
        case Kind::Multiset:
            refuse(span, "MULTISET[…] is not supported", "COLLECT makes multisets");
    }
    TARN_ASSERT(false);
}

Bound ExpressionBinder::bind_node(const Cast& cast, Span span) const {
    Bound value = bind(*cast.value);
    Type type = type_of(cast.type);
    // A value that may be NULL stays one that may.
    type.is_nullable = value->type.is_nullable || cast.is_try;
    // Flink's TIME has no digits of a second, whatever a cast says.
    if (type.kind == TypeKind::Time) type.precision = 0;
    auto kernel = cast_kernel(value->type, type, cast.is_try);
    if (!kernel) {
        refuse(span, fmt::format("{} cannot be cast to {}", text_of(value->type.or_null()),
                                 text_of(type.or_null())));
    }
    Signature signature{type, {value->type}, std::move(*kernel)};
    return called(cast.is_try ? "TRY_CAST" : "CAST", signature, {value}, span);
}

// --- operations

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
            return field(operation, span);
        case Operator::Negative:
            return negative(operation, span);
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
    Bound result = called(name_of(operation.op), *signature, operands, span);
    bool is_done = !operation.is_negated || negates_itself(operation.op);
    return is_done ? result : negated(result, span);
}

// The sign of a literal is its own: -2147483648 is an INT, though 2147483648 is none.
Bound ExpressionBinder::negative(const Operation& operation, Span span) const {
    const auto* literal = std::get_if<Literal>(&operation.operands[0].node);
    bool is_number = literal && literal->kind == Literal::Kind::Number;
    if (!is_number) return simple_operation(operation, span);
    return literal_value({Literal::Kind::Number, "-" + literal->text}, span);
}

Bound ExpressionBinder::field(const Operation& operation, Span span) const {
    Bound value = bind(operation.operands[0]);
    const Identifier& field = std::get<ColumnName>(operation.operands[1].node).parts[0];
    return called("." + field.text, field_access(value->type, field), {value}, span);
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

// --- branches

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

// --- calls

Bound ExpressionBinder::bind_node(const FunctionCall& call, Span span) const {
    std::string name = upper(call.name.back().text);
    if (call.over) refuse_here(span, "OVER");
    std::vector<Bound> arguments = bind_all(json_arguments(call));
    if (Bound lazy = lazy_call(name, arguments, span)) return lazy;
    const Function* function = find_function(name);
    if (!function) refuse_function(call.name.back().span, name);
    auto special = json_resolver(name, call);
    const Resolver& resolve = special ? *special : function->resolve;
    auto signature = resolve(known_of(arguments));
    if (!signature) {
        refuse(span, fmt::format("{} does not take ({})", name, types_text(arguments)),
               std::string(function->usage));
    }
    return called(name, *signature, arguments, span, function->is_deterministic);
}

Bound ExpressionBinder::cast_to(const Bound& value, const Type& type) const {
    Type wanted = type.or_null(value->type.is_nullable);
    if (value->type == wanted) return value;
    auto kernel = cast_kernel(value->type, wanted, false);
    if (!kernel) {
        refuse(value->span, fmt::format("{} is no {}", text_of(value->type.or_null()),
                                        text_of(wanted.or_null())));
    }
    bool is_safe =
        is_numeric(value->type) && is_numeric(wanted) && wanted.kind != TypeKind::Decimal;
    return folded(
        made(wanted, value->span, BoundCall{"CAST", std::move(*kernel), {value}, true, !is_safe}));
}

Bound ExpressionBinder::called(std::string name, const Signature& signature,
                               const std::vector<Bound>& arguments, Span span,
                               bool is_deterministic) const {
    TARN_ASSERT(arguments.size() == signature.arguments.size());
    std::vector<Bound> cast;
    for (size_t i = 0; i < arguments.size(); ++i) {
        cast.push_back(cast_to(arguments[i], signature.arguments[i]));
    }
    return folded(made(signature.result, span,
                       BoundCall{std::move(name), signature.kernel, std::move(cast),
                                 is_deterministic, signature.can_fail}));
}

namespace {

bool is_constant(const Bound& bound) {
    return constant_of(bound) != nullptr;
}

bool has_only_constants(const InputColumn&) {
    return false;
}
bool has_only_constants(const Constant&) {
    return false;  // it is what it is already
}
bool has_only_constants(const BoundCall& call) {
    return call.is_deterministic && std::ranges::all_of(call.arguments, is_constant);
}
bool has_only_constants(const Logical& logical) {
    return std::ranges::all_of(logical.operands, is_constant);
}
bool has_only_constants(const Choice& choice) {
    return is_constant(choice.otherwise) &&
           std::ranges::all_of(choice.branches, [](const Choice::Branch& branch) {
               return is_constant(branch.condition) && is_constant(branch.result);
           });
}
bool has_only_constants(const FirstKnown& first) {
    return std::ranges::all_of(first.values, is_constant);
}

}  // namespace

Bound ExpressionBinder::folded(Bound bound) const {
    bool is_known =
        std::visit([](const auto& node) { return has_only_constants(node); }, bound->node);
    if (!is_known) return bound;
    try {
        Column value = evaluate(bound, Batch{{}, 1}, session_);
        value.is_constant = true;
        return constant(bound->type, std::move(value), bound->span);
    } catch (const RowError&) {
        return bound;  // it fails when it runs, if it ever does
    }
}

Bound bind_expression(const Expression& expression, const Scope& scope, const Session& session) {
    return ExpressionBinder(scope, session).bind(expression);
}

}  // namespace tarn::sql
