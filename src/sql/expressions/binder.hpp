// Syntax trees of expressions to bound ones: names to columns of a scope, calls to functions,
// operands cast to where they meet, what is constant computed.
#pragma once

#include "sql/expressions/bound.hpp"
#include "sql/expressions/scope.hpp"
#include "sql/functions/function.hpp"
#include "sql/syntax/expression.hpp"

namespace tarn::sql {

// What only the query around an expression can give a meaning to: subqueries, aggregates, OVER,
// columns of a query further out.
class Surroundings {
public:
    virtual ~Surroundings() = default;

    // Null for what means the same as anywhere.
    virtual Bound meaning_of(const Expression& expression) = 0;

    // Which functions there are besides those of one row, for suggestions.
    virtual std::vector<std::string> further_functions() const { return {}; }
};

class ExpressionBinder {
public:
    ExpressionBinder(const Scope& scope, const Session& session,
                     Surroundings* surroundings = nullptr)
        : scope_(scope), session_(session), surroundings_(surroundings) {}

    // Throws SqlError with the span of what has no meaning.
    Bound bind(const Expression& expression) const;

    // As a value of that type, where SQL casts without a word; asks no more than that a cast
    // exists.
    Bound cast_to(const Bound& value, const Type& type) const;

    // What is made of values that are bound already.
    Bound field_of(const Bound& value, const Identifier& field) const;
    Bound compared(Operator op, const Bound& left, const Bound& right, Span span) const;
    Bound negated(const Bound& condition, Span span) const;
    Bound junction(bool is_and, std::vector<Bound> operands, Span span) const;
    Bound is_null(const Bound& value, Span span) const;
    Bound chosen(std::vector<Choice::Branch> branches, Bound otherwise, Span span) const;
    // Refuses what is no BOOLEAN.
    Bound condition(const Bound& bound, std::string_view where) const;
    // Refuses values without a type in common.
    Type common_of(const std::vector<Bound>& values, Span span) const;

private:
    Bound bind_node(const Literal& literal, Span span) const;
    Bound bind_node(const IntervalLiteral& interval, Span span) const;
    Bound bind_node(const ColumnName& column, Span span) const;
    Bound bind_node(const Star& star, Span span) const;
    Bound bind_node(const Operation& operation, Span span) const;
    Bound bind_node(const AnyOrAll& any, Span span) const;
    Bound bind_node(const Subquery& subquery, Span span) const;
    Bound bind_node(const Constructor& constructor, Span span) const;
    Bound bind_node(const Case& choice, Span span) const;
    Bound bind_node(const Cast& cast, Span span) const;
    Bound bind_node(const TimeDifference& difference, Span span) const;
    Bound bind_node(const FunctionCall& call, Span span) const;
    Bound bind_node(const NamedArgument& named, Span span) const;
    Bound bind_node(const TableArgument& table, Span span) const;
    Bound bind_node(const KeyValue& pair, Span span) const;

    std::vector<Bound> bind_all(const std::vector<Expression>& expressions) const;

    Bound constant_name(const ColumnName& column, Span span) const;
    Bound logical(const Operation& operation, Span span) const;
    Bound between(const Operation& operation, Span span) const;
    Bound in(const Operation& operation, Span span) const;
    Bound negative(const Operation& operation, Span span) const;
    Bound field(const Operation& operation) const;
    Bound simple_operation(const Operation& operation, Span span) const;
    std::vector<Bound> period(const Expression& written, Span span) const;
    Bound overlaps(const Operation& operation, Span span) const;
    Bound equal_rows(const Expression& left, const Expression& right, Span span) const;
    // Null when the call is none of those with an evaluation of their own.
    Bound lazy_call(const std::string& name, const std::vector<Bound>& arguments, Span span) const;
    Bound first_known(std::vector<Bound> values, Span span) const;

    Bound called(std::string name, const Signature& signature, const std::vector<Bound>& arguments,
                 Span span, bool is_deterministic = true) const;
    // The same with its value, when that is known before anything runs.
    Bound folded(const Bound& bound) const;

    const Scope& scope_;
    const Session& session_;
    Surroundings* surroundings_;
};

// What expressions cannot be made of, though queries can.
[[noreturn]] void refuse_here(Span span, std::string_view what);

Bound bind_expression(const Expression& expression, const Scope& scope, const Session& session);

}  // namespace tarn::sql
