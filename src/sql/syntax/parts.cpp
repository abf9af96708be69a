#include "sql/syntax/parts.hpp"

namespace tarn::sql {
namespace {

using Visit = std::function<void(const Expression&)>;

void visit_all(const std::vector<Expression>& expressions, const Visit& visit) {
    for (const Expression& each : expressions) visit(each);
}

void visit_all(const std::vector<SortItem>& items, const Visit& visit) {
    for (const SortItem& item : items) visit(item.by);
}

void visit_some(const ExpressionPtr& expression, const Visit& visit) {
    if (expression) visit(*expression);
}

void visit_parts(const Literal&, const Visit&) {}
void visit_parts(const IntervalLiteral&, const Visit&) {}
void visit_parts(const ColumnName&, const Visit&) {}
void visit_parts(const Star&, const Visit&) {}
void visit_parts(const Subquery&, const Visit&) {}

void visit_parts(const Operation& operation, const Visit& visit) {
    visit_all(operation.operands, visit);
}
void visit_parts(const AnyOrAll& any, const Visit& visit) {
    visit_all(any.of, visit);
}
void visit_parts(const Constructor& constructor, const Visit& visit) {
    visit_all(constructor.items, visit);
}
void visit_parts(const Case& choice, const Visit& visit) {
    visit_some(choice.operand, visit);
    for (const Case::When& when : choice.whens) {
        visit(when.condition);
        visit(when.result);
    }
    visit_some(choice.otherwise, visit);
}
void visit_parts(const Cast& cast, const Visit& visit) {
    visit(*cast.value);
}
void visit_parts(const TimeDifference& difference, const Visit& visit) {
    visit(*difference.to);
    visit(*difference.from);
}
void visit_parts(const FunctionCall& call, const Visit& visit) {
    visit_all(call.arguments, visit);
    for (const CallClause& clause : call.clauses) visit_some(clause.value, visit);
    visit_all(call.within_group, visit);
    visit_some(call.filter, visit);
    if (!call.over) return;
    visit_all(call.over->partition_by, visit);
    visit_all(call.over->order_by, visit);
}
void visit_parts(const NamedArgument& named, const Visit& visit) {
    visit(*named.value);
}
void visit_parts(const TableArgument& table, const Visit& visit) {
    visit_all(table.partition_by, visit);
    visit_all(table.order_by, visit);
}
void visit_parts(const KeyValue& pair, const Visit& visit) {
    visit(*pair.key);
    visit(*pair.value);
}

}  // namespace

void for_each_part(const Expression& expression, const Visit& visit) {
    std::visit([&](const auto& node) { visit_parts(node, visit); }, expression.node);
}

}  // namespace tarn::sql
