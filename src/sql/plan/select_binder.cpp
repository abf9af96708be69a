#include "sql/plan/select_binder.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sql/expressions/written_rows.hpp"
#include "sql/plan/steps.hpp"
#include "sql/plan/subqueries.hpp"
#include "sql/syntax/lexer.hpp"
#include "sql/syntax/parts.hpp"
#include "sql/syntax/text.hpp"

namespace tarn::sql {
namespace {

// Without FROM there is one row without columns.
Relation rows_of(const Select& select, const Context& context) {
    if (select.from) return bind_from(*select.from, context);
    return {made({}, {}, ConstantRows{{{}}}), Scope()};
}

const Operation* operation_of(const Expression& expression, Operator op) {
    const auto* operation = std::get_if<Operation>(&expression.node);
    return operation && operation->op == op ? operation : nullptr;
}

const Subquery* subquery_of(const Operation& operation) {
    bool may_have_one = operation.op == Operator::In || operation.op == Operator::Exists;
    if (!may_have_one) return nullptr;
    return std::get_if<Subquery>(&operation.operands.back().node);
}

std::string shown_name(const SelectItem& item, size_t place) {
    if (item.alias) return item.alias->text;
    if (const auto* column = std::get_if<ColumnName>(&item.expression.node)) {
        return column->parts.back().text;
    }
    return fmt::format("EXPR${}", place);
}

}  // namespace

PlanPtr bind_select(const Select& select, const std::vector<SortItem>& order_by,
                    const Context& context) {
    return SelectBinder(select, order_by, context).run();
}

SelectBinder::SelectBinder(const Select& select, const std::vector<SortItem>& order_by,
                           const Context& context)
    : select_(select),
      order_by_(order_by),
      context_(context),
      relation_(rows_of(select, context)) {}

PlanPtr SelectBinder::run() {
    collect_calls();
    if (select_.where) keep_rows(*select_.where, "WHERE");
    bool is_aggregated = !select_.group_by.empty() || select_.having || !aggregates_.empty();
    if (is_aggregated) group();
    if (select_.having) keep_rows(*select_.having, "HAVING");
    number_rows();
    return result();
}

Bound SelectBinder::bind(const Expression& expression, std::string_view where) {
    where_ = where;
    return binder().bind(expression);
}

Bound SelectBinder::meaning_of(const Expression& expression) {
    if (const auto* call = std::get_if<FunctionCall>(&expression.node)) {
        if (Bound value = meaning_of_call(*call, expression.span)) return value;
    }
    if (Bound value = meaning_of_subquery(expression)) return value;
    const auto* name = std::get_if<ColumnName>(&expression.node);
    if (name && aliases_ && name->parts.size() == 1) {
        if (Bound value = meaning_of_alias(name->parts[0])) return value;
    }
    if (is_grouped_) {
        if (Bound key = meaning_of_key(expression)) return key;
    }
    return OuterColumns(relation_.scope, context_).meaning_of(expression);
}

Bound SelectBinder::meaning_of_alias(const Identifier& name) const {
    Bound value;
    for (const Item& item : *aliases_) {
        if (!item.is_alias || item.name != name.text) continue;
        if (value) refuse(name.span, fmt::format("SELECT gives two columns '{}'", name.text));
        value = item.value;
    }
    return value;
}

Bound SelectBinder::find(const Expression& name) {
    if (!relation_.scope.knows(std::get<ColumnName>(name.node).parts)) return nullptr;
    return binder().bind(name);
}

// --- calls that take a step of their own

void SelectBinder::collect_calls() {
    for (const SelectItem& item : select_.items) collect(item.expression);
    if (select_.having) collect(*select_.having);
    for (const SortItem& item : order_by_) collect(item.by);
    for (const NamedWindow& window : select_.windows) {
        for (const Expression& each : window.spec.partition_by) collect(each);
        for (const SortItem& each : window.spec.order_by) collect(each.by);
    }
}

void SelectBinder::collect(const Expression& expression) {
    if (const auto* call = std::get_if<FunctionCall>(&expression.node)) {
        if (call->over) {
            overs_.push_back(&expression);
        } else if (find_aggregate(upper(call->name.back().text))) {
            aggregates_.push_back(&expression);
            return;
        }
    }
    for_each_part(expression, [&](const Expression& part) { collect(part); });
}

// --- WHERE and HAVING

// Subqueries that decide on their own whether a row stays are joins, others are values.
void SelectBinder::keep_rows(const Expression& condition, std::string_view where) {
    if (const auto* all = operation_of(condition, Operator::And)) {
        for (const Expression& each : all->operands) keep_rows(each, where);
        return;
    }
    const auto* operation = std::get_if<Operation>(&condition.node);
    bool is_negated = false;
    while (operation && operation->op == Operator::Not) {
        is_negated = !is_negated;
        operation = std::get_if<Operation>(&operation->operands[0].node);
    }
    where_ = where;
    if (operation && !is_negated && keep_rows_of_any(*operation, condition.span)) return;
    if (operation && subquery_of(*operation)) {
        return keep_rows_of_subquery(*operation, is_negated != operation->is_negated,
                                     condition.span);
    }
    Bound bound = binder().bind(condition);
    relation_.plan = filtered(relation_.plan, binder().condition(bound, where));
}

// x > ANY (…) keeps a row that some row of the subquery is right for, x > ALL (…) one that none is
// wrong or open for.
bool SelectBinder::keep_rows_of_any(const Operation& operation, Span span) {
    if (operation.operands.size() != 2) return false;
    const auto* any = std::get_if<AnyOrAll>(&operation.operands[1].node);
    const auto* subquery =
        any && any->of.size() == 1 ? std::get_if<Subquery>(&any->of[0].node) : nullptr;
    if (!subquery) return false;
    Bound value = binder().bind(operation.operands[0]);
    PlanPtr plan = bound_subquery(*subquery->query);
    if (plan->columns.size() != 1) refuse(span, "ANY and ALL want a subquery of one column");
    Bound column = shifted(column_of(*plan, 0, span), relation_.plan->columns.size());
    Bound fits = binder().compared(operation.op, value, column, span);
    if (any->is_all) {
        Bound is_wrong = binder().negated(fits, span);
        fits = fits->type.is_nullable
                   ? binder().junction(false, {is_wrong, binder().is_null(fits, span)}, span)
                   : is_wrong;
    }
    relation_.plan = where_exists(relation_.plan, plan, {fits}, any->is_all, span, binder());
    return true;
}

void SelectBinder::keep_rows_of_subquery(const Operation& operation, bool is_negated, Span span) {
    std::vector<Bound> values;
    if (operation.op == Operator::In) {
        const auto* fields = written_fields(operation.operands[0]);
        if (fields) {
            for (const Expression& field : *fields) values.push_back(binder().bind(field));
        } else {
            values.push_back(binder().bind(operation.operands[0]));
        }
    }
    PlanPtr subquery = bound_subquery(*subquery_of(operation)->query);
    bool fits = operation.op == Operator::Exists || values.size() == subquery->columns.size();
    if (!fits) {
        refuse(span, fmt::format("{} values are looked for in {} columns", values.size(),
                                 subquery->columns.size()));
    }
    std::vector<Bound> equal;
    for (size_t i = 0; i < values.size(); ++i) {
        Bound column = shifted(column_of(*subquery, i, span), relation_.plan->columns.size());
        Bound same = binder().compared(Operator::Equal, values[i], column, span);
        // What may be equal, for all that is known, is not outside.
        std::vector<Bound> maybe{same};
        for (const Bound& side : {values[i], column}) {
            if (side->type.is_nullable) maybe.push_back(binder().is_null(side, span));
        }
        bool is_plain = !is_negated || maybe.size() == 1;
        equal.push_back(is_plain ? same : binder().junction(false, std::move(maybe), span));
    }
    relation_.plan = where_exists(relation_.plan, subquery, equal, is_negated, span, binder());
}

// --- the result

std::vector<SelectBinder::Item> SelectBinder::items() {
    std::vector<Item> items;
    for (const SelectItem& item : select_.items) {
        if (const auto* star = std::get_if<Star>(&item.expression.node)) {
            add_star(*star, item.expression.span, items);
            continue;
        }
        Bound value = bind(item.expression, "SELECT");
        if (is_null_type(value)) {
            refuse(value->span, "NULL has no type here", "CAST(NULL AS STRING) has one");
        }
        items.push_back({value, shown_name(item, items.size()), item.alias.has_value()});
    }
    return items;
}

Bound SelectBinder::starred(size_t place, Span span) {
    Bound column = made(relation_.scope.columns()[place].type, span, InputColumn{place});
    if (!is_grouped_) return column;
    if (Bound key = key_column(column)) return key;
    refuse(span, fmt::format("'{}' is neither grouped by nor in an aggregate",
                             relation_.scope.columns()[place].name));
}

void SelectBinder::add_star(const Star& star, Span span, std::vector<Item>& items) {
    size_t before = items.size();
    const auto& columns = relation_.scope.columns();
    for (size_t i = 0; i < columns.size(); ++i) {
        bool is_meant =
            star.of.empty() ? !columns[i].is_merged : columns[i].table == star.of.back().text;
        if (!is_meant) continue;
        for (size_t before_it = 0; before_it < i; ++before_it) {
            const ScopeColumn& other = columns[before_it];
            if (other.name == columns[i].name && other.table == columns[i].table &&
                !columns[i].is_merged && !other.is_merged) {
                refuse(span, fmt::format("* has two columns '{}' of one table", other.name),
                       "AS gives one of them another name");
            }
        }
        items.push_back({starred(i, span), columns[i].name, false});
    }
    if (items.size() > before) return;
    if (star.of.empty()) refuse(span, "* of no columns", "SELECT without FROM has none");
    if (!relation_.scope.knows(star.of)) {
        refuse(span, fmt::format("there is no table '{}' here", text_of(star.of)));
    }
    Bound row = bind({span, ColumnName{star.of}}, "SELECT");
    if (row->type.kind != TypeKind::Row) refuse(span, "only tables and rows have columns");
    for (const Type::Field& field : row->type.fields) {
        items.push_back({binder().field_of(row, {field.name, span}), field.name, false});
    }
}

PlanPtr SelectBinder::result() {
    std::vector<Item> all = items();
    if (!select_.is_distinct && !order_by_.empty()) return sorted_result(all);
    std::vector<Bound> values;
    std::vector<std::string> names;
    for (const Item& item : all) {
        values.push_back(item.value);
        names.push_back(item.name);
    }
    std::vector<Bound> sort_values;
    for (const SortItem& item : order_by_) sort_values.push_back(sort_value(item, all));
    PlanPtr plan = projected(relation_.plan, values, names);
    if (!select_.is_distinct) return plan;
    for (const Bound& value : values) want_order(value, "DISTINCT");
    Span shown =
        joined(select_.items.front().expression.span, select_.items.back().expression.span);
    PlanPtr rows = distinct(plan, shown);
    return order_by_.empty() ? rows : sorted_distinct(rows, values, sort_values);
}

// By what can be computed from the columns that are left.
PlanPtr SelectBinder::sorted_distinct(const PlanPtr& rows, const std::vector<Bound>& values,
                                      const std::vector<Bound>& sort_values) {
    std::vector<Bound> of_result;
    for (const Bound& value : sort_values) {
        of_result.push_back(with_replaced(value, [&](const Bound& part) -> Bound {
            auto shown = std::ranges::find_if(
                values, [&](const Bound& each) { return are_same(each, part); });
            auto place = static_cast<size_t>(shown - values.begin());
            if (shown != values.end()) return column_of(*rows, place, part->span);
            if (!std::holds_alternative<InputColumn>(part->node)) return nullptr;
            refuse(part->span, "SELECT DISTINCT is sorted by what it shows alone");
        }));
    }
    auto [wider, places] = with_values(rows, of_result);
    std::vector<SortKey> keys;
    for (size_t i = 0; i < order_by_.size(); ++i) {
        keys.push_back(sort_key_of(order_by_[i], places[i]));
    }
    return first_columns(sorted(wider, std::move(keys), order_by_.front().by.span),
                         rows->columns.size());
}

// What it is sorted by need not be shown.
PlanPtr SelectBinder::sorted_result(const std::vector<Item>& items) {
    std::vector<Bound> sort_values;
    for (const SortItem& item : order_by_) sort_values.push_back(sort_value(item, items));
    std::vector<Bound> values;
    std::vector<std::string> names;
    for (const Item& item : items) {
        values.push_back(item.value);
        names.push_back(item.name);
    }
    std::vector<SortKey> keys;
    for (size_t i = 0; i < order_by_.size(); ++i) {
        auto known = std::ranges::find_if(
            values, [&](const Bound& value) { return are_same(value, sort_values[i]); });
        keys.push_back(sort_key_of(order_by_[i], static_cast<size_t>(known - values.begin())));
        if (known != values.end()) continue;
        values.push_back(sort_values[i]);
        names.push_back(fmt::format("$s{}", i));
    }
    PlanPtr plan = projected(relation_.plan, std::move(values), names);
    return first_columns(sorted(plan, std::move(keys), order_by_.front().by.span), items.size());
}

// A number is a column of the result, a name first of all one that SELECT gives.
Bound SelectBinder::sort_value(const SortItem& item, const std::vector<Item>& items) {
    const auto* literal = std::get_if<Literal>(&item.by.node);
    if (literal && literal->kind == Literal::Kind::Number) {
        size_t number = std::strtoul(literal->text.c_str(), nullptr, 10);
        if (number >= 1 && number <= items.size()) return items[number - 1].value;
        refuse(item.by.span, fmt::format("the result has no column {}", literal->text),
               fmt::format("it has {}", items.size()));
    }
    aliases_ = &items;
    Bound value = bind(item.by, "ORDER BY");
    aliases_ = nullptr;
    want_order(value, "ORDER BY");
    return value;
}

}  // namespace tarn::sql
