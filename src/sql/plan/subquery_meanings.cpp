// The part of the binder of SELECT that knows subqueries in the midst of expressions.
#include "sql/plan/select_binder.hpp"
#include "sql/plan/steps.hpp"
#include "sql/plan/subqueries.hpp"

namespace tarn::sql {

PlanPtr SelectBinder::bound_subquery(const Query& query) {
    return bind_query(query, context_.inside(this));
}

Bound SelectBinder::meaning_of_subquery(const Expression& expression) {
    Span span = expression.span;
    auto kept = [&](const Answered& answered) {
        relation_.plan = answered.plan;
        return answered.value;
    };
    if (const auto* subquery = std::get_if<Subquery>(&expression.node)) {
        PlanPtr plan = bound_subquery(*subquery->query);
        return kept(with_scalar(relation_.plan, plan, span, binder()));
    }
    const auto* constructor = std::get_if<Constructor>(&expression.node);
    if (constructor && constructor->query) {
        refuse(span, "a subquery for an ARRAY, a MAP or a MULTISET is not supported",
               "ARRAY_AGG and COLLECT make one of rows");
    }
    const auto* operation = std::get_if<Operation>(&expression.node);
    if (!operation || operation->operands.empty()) return nullptr;
    const Expression& last = operation->operands.back();
    if (const auto* any = std::get_if<AnyOrAll>(&last.node)) {
        return meaning_of_any(*operation, *any, span);
    }
    const auto* subquery = std::get_if<Subquery>(&last.node);
    if (!subquery) return nullptr;
    if (operation->op == Operator::Exists) {
        PlanPtr plan = bound_subquery(*subquery->query);
        return kept(with_exists(relation_.plan, plan, span, binder()));
    }
    if (operation->op != Operator::In) return nullptr;
    Bound value = binder().bind(operation->operands[0]);
    PlanPtr plan = bound_subquery(*subquery->query);
    Bound found = kept(with_in(relation_.plan, value, plan, span, binder()));
    return operation->is_negated ? binder().negated(found, span) : found;
}

// = ANY is IN, and <> ALL its opposite.
Bound SelectBinder::meaning_of_any(const Operation& operation, const AnyOrAll& any, Span span) {
    bool is_in = operation.op == Operator::Equal && !any.is_all;
    bool is_not_in = operation.op == Operator::NotEqual && any.is_all;
    if (!is_in && !is_not_in) {
        refuse(span, "only = ANY and <> ALL are supported of these",
               "compare with the MIN or MAX of a subquery");
    }
    std::vector<Expression> operands{operation.operands[0]};
    operands.insert(operands.end(), any.of.begin(), any.of.end());
    return binder().bind({span, Operation{Operator::In, std::move(operands), is_not_in}});
}

}  // namespace tarn::sql
