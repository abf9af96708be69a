#include "sql/plan/query_binder.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sql/plan/context.hpp"
#include "sql/plan/steps.hpp"
#include "sql/types/type_rules.hpp"
#include "sql/values/readers.hpp"

namespace tarn::sql {
namespace {

std::vector<std::string> names_of(const Plan& plan) {
    std::vector<std::string> names;
    for (const PlanColumn& column : plan.columns) names.push_back(column.name);
    return names;
}

PlanPtr named_as(const PlanPtr& plan, const std::vector<Identifier>& names) {
    if (names.empty()) return plan;
    if (names.size() != plan->columns.size()) {
        refuse(joined(names.front().span, names.back().span),
               fmt::format("{} names for {} columns", names.size(), plan->columns.size()));
    }
    std::vector<std::string> texts;
    for (const Identifier& name : names) texts.push_back(name.text);
    return renamed(plan, texts);
}

// --- VALUES and set operations

const std::vector<Expression>& fields_of(const Expression& row, std::vector<Expression>& single) {
    const auto* constructor = std::get_if<Constructor>(&row.node);
    bool is_row = constructor && !constructor->query &&
                  (constructor->kind == Constructor::Kind::Row ||
                   constructor->kind == Constructor::Kind::Tuple);
    if (is_row) return constructor->items;
    single = {row};
    return single;
}

PlanPtr bind_values(const Values& values, Span span, const Context& context) {
    Scope nothing;
    ExpressionBinder binder(nothing, context.session);
    std::vector<std::vector<Bound>> rows;
    for (const Expression& row : values.rows) {
        std::vector<Expression> single;
        std::vector<Bound> bound;
        for (const Expression& field : fields_of(row, single)) bound.push_back(binder.bind(field));
        if (!rows.empty() && bound.size() != rows.front().size()) {
            refuse(row.span, fmt::format("a row of {} values among rows of {}", bound.size(),
                                         rows.front().size()));
        }
        rows.push_back(std::move(bound));
    }
    std::vector<PlanColumn> columns;
    for (size_t i = 0; i < rows.front().size(); ++i) {
        std::vector<Bound> values_of_column;
        for (const auto& row : rows) values_of_column.push_back(row[i]);
        Type type = binder.common_of(values_of_column, span);
        for (auto& row : rows) row[i] = binder.cast_to(row[i], type);
        columns.push_back({fmt::format("EXPR${}", i), type});
    }
    return made(span, std::move(columns), ConstantRows{std::move(rows)});
}

std::string_view name_of(SetOperation::Kind kind) {
    switch (kind) {
        case SetOperation::Kind::Union:
            return "UNION";
        case SetOperation::Kind::Intersect:
            return "INTERSECT";
        case SetOperation::Kind::Except:
            return "EXCEPT";
    }
    return "";
}

// Both with columns of the same types, which are those of the result.
PlanPtr with_types(const PlanPtr& plan, const std::vector<Type>& types, const Context& context) {
    Scope nothing;
    ExpressionBinder binder(nothing, context.session);
    std::vector<Bound> values;
    bool is_changed = false;
    for (size_t i = 0; i < types.size(); ++i) {
        Bound column = column_of(*plan, i, plan->span);
        values.push_back(binder.cast_to(column, types[i]));
        is_changed = is_changed || values.back() != column;
    }
    return is_changed ? projected(plan, std::move(values), names_of(*plan)) : plan;
}

PlanPtr combined(const SetOperation& operation, Span span, const Context& context) {
    PlanPtr left = bind_query(*operation.left, context);
    PlanPtr right = bind_query(*operation.right, context);
    size_t count = left->columns.size();
    if (count != right->columns.size()) {
        refuse(span, fmt::format("{} of {} columns and {}", name_of(operation.kind), count,
                                 right->columns.size()));
    }
    std::vector<Type> types;
    std::vector<PlanColumn> columns = left->columns;
    for (size_t i = 0; i < count; ++i) {
        const Type& first = left->columns[i].type;
        const Type& second = right->columns[i].type;
        auto type = common_type(first, second);
        if (!type) {
            refuse(span,
                   fmt::format("column {} of {} is {} on one side and {} on the other", i + 1,
                               name_of(operation.kind), text_of(first.or_null()),
                               text_of(second.or_null())),
                   "CAST makes one of the other");
        }
        columns[i].type = type->or_null(first.is_nullable || second.is_nullable);
        if (left->columns[i].time != right->columns[i].time) columns[i].time = TimeRole::None;
        types.push_back(columns[i].type);
    }
    std::vector<PlanPtr> inputs{with_types(left, types, context),
                                with_types(right, types, context)};
    bool is_union = operation.kind == SetOperation::Kind::Union;
    PlanPtr plan = made(span, std::move(columns),
                        CombineRows{operation.kind, operation.is_all || is_union, inputs});
    for (size_t i = 0; !operation.is_all && i < count; ++i) {
        want_order(column_of(*plan, i, span), name_of(operation.kind));
    }
    return is_union && !operation.is_all ? distinct(plan, span) : plan;
}

// --- what stands around the body

PlanPtr bind_body(const Query& query, const Context& context) {
    if (const auto* select = std::get_if<Select>(&query.body)) {
        return bind_select(*select, query.order_by, context);
    }
    if (const auto* values = std::get_if<Values>(&query.body)) {
        return bind_values(*values, query.span, context);
    }
    if (const auto* table = std::get_if<ExplicitTable>(&query.body)) {
        Relation relation = bind_from({query.span, NamedTable{table->name}}, context);
        return relation.plan;
    }
    if (const auto* operation = std::get_if<SetOperation>(&query.body)) {
        return combined(*operation, query.span, context);
    }
    return bind_query(*std::get<QueryPtr>(query.body), context);
}

size_t place_in_result(const SortItem& item, const Plan& plan) {
    if (const auto* literal = std::get_if<Literal>(&item.by.node)) {
        size_t number = 0;
        if (literal->kind == Literal::Kind::Number)
            number = std::strtoul(literal->text.c_str(), nullptr, 10);
        if (number >= 1 && number <= plan.columns.size()) return number - 1;
        refuse(item.by.span, fmt::format("the result has no column {}", literal->text),
               fmt::format("it has {}", plan.columns.size()));
    }
    return plan.columns.size();
}

// By columns of the result, as all but a select is sorted.
PlanPtr sorted_by_result(PlanPtr plan, const std::vector<SortItem>& items, const Context& context) {
    size_t width = plan->columns.size();
    Scope scope = scope_of(*plan, {});
    ExpressionBinder binder(scope, context.session);
    std::vector<Bound> values;
    for (const SortItem& item : items) {
        size_t place = place_in_result(item, *plan);
        values.push_back(place < width ? column_of(*plan, place, item.by.span)
                                       : binder.bind(item.by));
    }
    auto [wider, places] = with_values(plan, values);
    std::vector<SortKey> keys;
    for (size_t i = 0; i < items.size(); ++i) keys.push_back(sort_key_of(items[i], places[i]));
    return first_columns(sorted(wider, std::move(keys), items.front().by.span), width);
}

// A LIMIT right above a sort is part of it.
PlanPtr cut_off(const PlanPtr& plan, const Query& query, const Context& context) {
    int64_t offset = query.offset ? whole_number(*query.offset, context, "OFFSET") : 0;
    std::optional<int64_t> limit;
    if (query.limit) limit = whole_number(*query.limit, context, "LIMIT");
    if (offset == 0 && !limit) return plan;
    Span span = limit ? query.limit->span : query.offset->span;
    if (const auto* sort = std::get_if<SortRows>(&plan->node); sort && !sort->limit) {
        return sorted(sort->input, sort->keys, span, offset, limit);
    }
    const auto* above = std::get_if<Project>(&plan->node);
    const auto* below = above ? std::get_if<SortRows>(&above->input->node) : nullptr;
    if (below && !below->limit && below->offset == 0 && !query.order_by.empty()) {
        PlanPtr cut = sorted(below->input, below->keys, span, offset, limit);
        return made(plan->span, plan->columns, Project{cut, above->values});
    }
    return sorted(plan, {}, span, offset, limit);
}

}  // namespace

const CommonTables::Entry* CommonTables::find(const std::string& name) const {
    auto found = entries.find(name);
    if (found != entries.end()) return &found->second;
    return around ? around->find(name) : nullptr;
}

Bound OuterColumns::meaning_of(const Expression& expression) {
    const auto* name = std::get_if<ColumnName>(&expression.node);
    if (!name || !context_.outer || scope_.knows(name->parts)) return nullptr;
    Bound found = context_.outer->find(expression);
    if (!found) return nullptr;
    return with_replaced(found, [](const Bound& part) -> Bound {
        const auto* column = std::get_if<InputColumn>(&part->node);
        return column ? made(part->type, part->span, OuterColumn{column->place}) : nullptr;
    });
}

PlanPtr bind_query(const Query& query, const Context& context) {
    CommonTables common{context.common};
    Context inner = context;
    inner.common = &common;
    for (const CommonTable& table : query.with) {
        int before = context.tables;
        PlanPtr plan = named_as(bind_query(*table.query, inner), table.columns);
        common.entries[table.name.text] = {plan, context.tables - before};
    }
    PlanPtr plan = bind_body(query, inner);
    bool is_select = std::holds_alternative<Select>(query.body);
    if (!is_select && !query.order_by.empty()) {
        plan = sorted_by_result(plan, query.order_by, inner);
    }
    return cut_off(plan, query, inner);
}

PlanPtr bind_query(const Query& query, const Namespace& names, const Session& session) {
    int tables = 0;
    PlanPtr plan = bind_query(query, Context{names, session, tables});
    return renamed(plan, told_apart(names_of(*plan)));
}

Scope scope_of(const Plan& plan, const std::string& table) {
    std::vector<ScopeColumn> columns;
    for (const PlanColumn& column : plan.columns) {
        columns.push_back({table, column.name, column.type, column.time});
    }
    return Scope(std::move(columns));
}

Column constant_value(const Expression& expression, const Context& context,
                      std::string_view where) {
    Scope nothing;
    Bound value = ExpressionBinder(nothing, context.session).bind(expression);
    if (const Column* constant = constant_of(value)) return *constant;
    refuse(expression.span, fmt::format("{} wants a constant", where));
}

int64_t whole_number(const Expression& expression, const Context& context, std::string_view where) {
    Column value = constant_value(expression, context, where);
    bool is_int = value.values->type_id() == arrow::Type::INT32;
    bool is_bigint = value.values->type_id() == arrow::Type::INT64;
    if (is_int && !value.is_null(0)) return Reader<int32_t>(value)[0];
    if (is_bigint && !value.is_null(0)) return Reader<int64_t>(value)[0];
    refuse(expression.span, fmt::format("{} wants a whole number", where));
}

SortKey sort_key_of(const SortItem& item, size_t column) {
    bool nulls_first = item.nulls == SortItem::Nulls::ByDefault
                           ? !item.is_descending
                           : item.nulls == SortItem::Nulls::First;
    return {column, item.is_descending, nulls_first};
}

}  // namespace tarn::sql
