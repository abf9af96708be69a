#include "sql/expressions/binder.hpp"

#include <algorithm>

#include "base/assert.hpp"
#include "base/suggest.hpp"
#include "sql/expressions/fold.hpp"
#include "sql/expressions/json_calls.hpp"
#include "sql/expressions/literals.hpp"
#include "sql/functions/casts.hpp"
#include "sql/functions/nested_functions.hpp"
#include "sql/syntax/lexer.hpp"

namespace tarn::sql {
namespace {

[[noreturn]] void refuse_function(Span span, const std::string& name,
                                  const Surroundings* surroundings) {
    std::vector<std::string> known;
    if (surroundings) known = surroundings->further_functions();
    for (const Function& each : all_functions()) known.emplace_back(each.name);
    bool is_near = nearest_name(name, known).has_value();
    refuse(span, fmt::format("there is no function '{}'", name),
           is_near ? name_hint(name, known) : "docs/sql-functions.md lists those that there are");
}

// Numbers that are too large wrap around, and texts that are too long are cut off.
bool is_safe_cast(const Type& from, const Type& to) {
    bool is_number = is_numeric(from) && is_numeric(to) && to.kind != TypeKind::Decimal;
    return is_number || (is_text(from) && is_text(to));
}

}  // namespace

void refuse_here(Span span, std::string_view what) {
    refuse(span, fmt::format("{} has no place in this expression", what));
}

Bound ExpressionBinder::bind(const Expression& expression) const {
    if (surroundings_) {
        if (Bound meaning = surroundings_->meaning_of(expression)) return meaning;
    }
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
    for (const Identifier& part : resolved.fields) value = field_of(value, part);
    return value;
}

Bound ExpressionBinder::field_of(const Bound& value, const Identifier& field) const {
    return called("." + field.text, field_access(value->type, field), {value},
                  joined(value->span, field.span));
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
    Signature signature{type, {value->type}, std::move(*kernel), !is_safe_cast(value->type, type)};
    return called(cast.is_try ? "TRY_CAST" : "CAST", signature, {value}, span);
}

// --- calls

Bound ExpressionBinder::bind_node(const FunctionCall& call, Span span) const {
    std::string name = upper(call.name.back().text);
    if (call.over) refuse_here(span, "OVER");
    std::vector<Bound> arguments = bind_all(json_arguments(call));
    if (Bound lazy = lazy_call(name, arguments, span)) return lazy;
    const Function* function = find_function(name);
    if (!function) refuse_function(call.name.back().span, name, surroundings_);
    if (call.is_distinct || call.filter || !call.within_group.empty()) {
        refuse(span,
               fmt::format("{} is no aggregate, and takes neither DISTINCT nor FILTER", name));
    }
    auto special = json_resolver(name, call);
    const Resolver& resolve = special ? *special : function->resolve;
    auto signature = resolve(known_of(arguments));
    if (!signature) {
        refuse(span, fmt::format("{} does not take ({})", name, types_text(arguments)),
               std::string(function->usage));
    }
    // Calls that differ in what they say behind their arguments are not the same.
    for (const CallClause& clause : call.clauses) name += " " + clause.words;
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
    bool may_fail = !is_safe_cast(value->type, wanted);
    return folded(
        made(wanted, value->span, BoundCall{"CAST", std::move(*kernel), {value}, true, may_fail}));
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

Bound ExpressionBinder::folded(const Bound& bound) const {
    return sql::folded(bound, session_);
}

Bound bind_expression(const Expression& expression, const Scope& scope, const Session& session) {
    return ExpressionBinder(scope, session).bind(expression);
}

}  // namespace tarn::sql
