// FROM: tables, views, joins, collections.
#include <fmt/format.h>

#include <algorithm>

#include "sql/plan/context.hpp"
#include "sql/plan/match_binder.hpp"
#include "sql/plan/query_binder.hpp"
#include "sql/plan/steps.hpp"
#include "sql/plan/subqueries.hpp"
#include "sql/syntax/lexer.hpp"
#include "sql/syntax/text.hpp"

namespace tarn::sql {
namespace {

// The columns of tables to the left, for what may look at them row by row.
class LeftColumns : public OuterNames {
public:
    LeftColumns(const Relation& left, const Context& context) : left_(left), context_(context) {}

    Bound find(const Expression& name) override {
        if (!left_.scope.knows(std::get<ColumnName>(name.node).parts)) return nullptr;
        return ExpressionBinder(left_.scope, context_.session).bind(name);
    }

private:
    const Relation& left_;
    const Context& context_;
};

Relation with_alias(Relation relation, const TableReference& reference) {
    if (!reference.alias && reference.columns.empty()) return relation;
    std::vector<ScopeColumn> columns = relation.scope.columns();
    if (!reference.columns.empty() && reference.columns.size() != columns.size()) {
        refuse(reference.span,
               fmt::format("{} names for {} columns", reference.columns.size(), columns.size()));
    }
    for (size_t i = 0; i < columns.size(); ++i) {
        if (reference.alias) {
            columns[i].table = reference.alias->text;
            columns[i].home.clear();
        }
        if (!reference.columns.empty()) columns[i].name = reference.columns[i].text;
    }
    relation.scope = Scope(std::move(columns));
    return relation;
}

// --- tables

Options with_hints(Options options, const std::vector<Hint>& hints) {
    for (const Hint& hint : hints) {
        if (upper(hint.name.text) != "OPTIONS") continue;
        for (const Hint::Option& each : hint.options) {
            std::erase_if(options, [&](const Option& old) { return old.key == each.key; });
            options.push_back({each.key, each.value, hint.name.span, hint.name.span});
        }
    }
    return options;
}

PlanPtr with_computed(const PlanPtr& scan, const Table& table, Span span) {
    if (std::ranges::all_of(table.columns, is_stored)) return scan;
    std::vector<Bound> values;
    std::vector<std::string> names;
    size_t stored = 0;
    for (const TableColumn& column : table.columns) {
        const auto* computed = std::get_if<Computed>(&column.kind);
        values.push_back(computed ? computed->value : column_of(*scan, stored, span));
        if (!computed) ++stored;
        names.push_back(column.name);
    }
    return projected(scan, std::move(values), names);
}

PlanPtr with_watermark(const PlanPtr& plan, const Table& table) {
    if (!table.watermark) return plan;
    auto column = std::ranges::find(plan->columns, table.watermark->column, &PlanColumn::name);
    auto place = static_cast<size_t>(column - plan->columns.begin());
    std::vector<PlanColumn> columns = plan->columns;
    columns[place].time = TimeRole::Rowtime;
    return made(plan->span, std::move(columns),
                AssignWatermark{plan, place, table.watermark->value});
}

PlanPtr scanned(const StoredTablePtr& table, const NamedTable& named, Span span,
                const Context& context) {
    std::vector<PlanColumn> columns;
    for (const TableColumn& column : table->table.columns) {
        if (is_stored(column)) columns.push_back({column.name, column.type});
    }
    Scan scan{table, with_hints(table->options, named.hints)};
    bool is_by_row = named.at && std::holds_alternative<ColumnName>(named.at->point.node);
    if (named.at && !is_by_row) {
        Scope nothing;
        Bound point = ExpressionBinder(nothing, context.session).bind(named.at->point);
        if (!constant_of(point)) refuse(point->span, "a version is a constant");
        scan.at = Version{named.at->by, point};
    }
    PlanPtr plan = made(span, std::move(columns), std::move(scan));
    return with_watermark(with_computed(plan, table->table, span), table->table);
}

// Rows of a table have no order, however its query is sorted.
PlanPtr without_order(const PlanPtr& plan) {
    if (const auto* sort = std::get_if<SortRows>(&plan->node)) {
        bool is_all = sort->offset == 0 && !sort->limit;
        return is_all ? sort->input : plan;
    }
    const auto* project = std::get_if<Project>(&plan->node);
    if (!project) return plan;
    PlanPtr below = without_order(project->input);
    return below == project->input
               ? plan
               : made(plan->span, plan->columns, Project{below, project->values});
}

PlanPtr bound_view(const StoredView& view, const Context& context) {
    Namespace names = context.names.as_of(view);
    Context inside{names, context.session, context.tables};
    return renamed(without_order(bind_query(*view.query, inside)), view.columns);
}

void count_tables(int more, Span span, const Context& context) {
    context.tables += more;
    if (context.tables > TablesOfAQueryMax) {
        refuse(span, fmt::format("a query reads more than {} tables", TablesOfAQueryMax),
               "views and WITH count with all that they read");
    }
}

Relation relation_of(const NamedTable& named, Span span, const Context& context) {
    const std::string& name = named.name.back().text;
    const CommonTables::Entry* common =
        named.name.size() == 1 && context.common ? context.common->find(name) : nullptr;
    count_tables(common ? common->tables : 1, span, context);
    if (common) return {common->plan, scope_of(*common->plan, name)};
    StoredObject object = context.names.find(named.name);
    const auto* table = std::get_if<StoredTablePtr>(&object);
    PlanPtr plan = table ? scanned(*table, named, span, context)
                         : bound_view(*std::get<StoredViewPtr>(object), context);
    ObjectPath path = path_of(object);
    std::vector<ScopeColumn> columns = scope_of(*plan, name).columns();
    for (ScopeColumn& column : columns) column.home = {path.catalog, path.database};
    return {plan, Scope(std::move(columns))};
}

Relation relation_of(const DerivedTable& derived, Span, const Context& context) {
    PlanPtr plan = without_order(bind_query(*derived.query, context));
    return {plan, scope_of(*plan, {})};
}

Relation relation_of(const TableFunction& function, Span, const Context& context) {
    return bind_window_table(function, context);
}

Relation relation_of(const MatchRecognize& match, Span span, const Context& context) {
    return bind_match(match, span, context);
}

// --- collections

std::vector<PlanColumn> columns_of_item(const Type& collection, const std::string& name_of_value,
                                        Span span) {
    switch (collection.kind) {
        case TypeKind::Map:
            return {{"KEY", collection.parts[0]}, {"VALUE", collection.parts[1]}};
        case TypeKind::Array:
        case TypeKind::Multiset:
            break;
        default:
            refuse(span, fmt::format("UNNEST wants an ARRAY, a MAP or a MULTISET, not {}",
                                     text_of(collection.or_null())));
    }
    const Type& item = collection.parts[0];
    if (item.kind != TypeKind::Row) return {{name_of_value, item}};
    std::vector<PlanColumn> columns;
    for (const Type::Field& field : item.fields) {
        columns.push_back(
            {field.name, field.type.or_null(field.type.is_nullable || item.is_nullable)});
    }
    return columns;
}

// Behind the columns of `left`, with names of their own.
Relation unnested(const Relation& left, const Unnest& unnest, const TableReference& reference,
                  bool keeps_rows_without, const Context& context) {
    if (unnest.of.size() != 1) refuse(reference.span, "UNNEST wants one collection");
    OuterColumns outer(left.scope, context);
    Bound collection = ExpressionBinder(left.scope, context.session, &outer).bind(unnest.of[0]);
    // UNNEST(…) AS x is a table x of a column x.
    std::string name_of_value = reference.alias ? reference.alias->text : "EXPR$0";
    std::vector<PlanColumn> items =
        columns_of_item(collection->type, name_of_value, unnest.of[0].span);
    if (unnest.with_ordinality) {
        items.push_back({"ORDINALITY", simple_type(TypeKind::Int).not_null()});
    }
    if (keeps_rows_without) {
        for (PlanColumn& item : items) item.type.is_nullable = true;
    }
    std::vector<PlanColumn> columns = left.plan->columns;
    columns.insert(columns.end(), items.begin(), items.end());
    PlanPtr plan =
        made(reference.span, std::move(columns),
             Unnested{left.plan, collection, unnest.with_ordinality, keeps_rows_without});
    Scope names = scope_of(*made(reference.span, items, ConstantRows{}), {});
    return {plan, with_alias({nullptr, std::move(names)}, reference).scope};
}

Relation relation_of(const Unnest& unnest, Span span, const Context& context) {
    Relation nothing{made(span, {}, ConstantRows{{{}}}), Scope()};
    return unnested(nothing, unnest, {span, unnest}, false, context);
}

// --- joins

class JoinBinder {
public:
    JoinBinder(const Join& join, Span span, const Context& context)
        : join_(join), span_(span), context_(context), left_(bind_from(*join.left, context)) {
        bool has_condition = join.on || join.is_natural || !join.using_columns.empty();
        bool wants_one = join.kind != Join::Kind::Cross && join.kind != Join::Kind::Comma;
        if (has_condition && !wants_one) refuse(span, "CROSS JOIN takes no condition");
        if (!has_condition && wants_one) {
            refuse(span, "a join wants ON or USING", "CROSS JOIN is the one without a condition");
        }
    }

    Relation run() {
        if (const auto* unnest = std::get_if<Unnest>(&right_node())) return with_items(*unnest);
        if (const auto* derived = std::get_if<DerivedTable>(&right_node());
            derived && derived->is_lateral) {
            return with_lateral(*derived);
        }
        if (const auto* table = std::get_if<NamedTable>(&right_node());
            table && table->at && std::holds_alternative<ColumnName>(table->at->point.node)) {
            return with_version(*table->at);
        }
        return with_table();
    }

private:
    const decltype(TableReference::node)& right_node() const { return join_.right->node; }

    JoinKind kind() const {
        switch (join_.kind) {
            case Join::Kind::Left:
                return JoinKind::Left;
            case Join::Kind::Right:
                return JoinKind::Right;
            case Join::Kind::Full:
                return JoinKind::Full;
            case Join::Kind::Inner:
            case Join::Kind::Cross:
            case Join::Kind::Comma:
                return JoinKind::Inner;
        }
        return JoinKind::Inner;
    }

    bool keeps_left(std::string_view what) const {
        if (kind() == JoinKind::Inner) return false;
        if (kind() == JoinKind::Left) return true;
        refuse(span_, fmt::format("{} cannot stand on the optional side of a join", what),
               "CROSS JOIN and LEFT JOIN … ON TRUE go with it");
    }

    // Columns of both sides under the names they have there.
    Scope both(const Scope& right, bool left_is_optional, bool right_is_optional) const {
        std::vector<ScopeColumn> columns = left_.scope.columns();
        refuse_twice(columns, right.columns());
        for (ScopeColumn& column : columns) column.type.is_nullable |= left_is_optional;
        for (ScopeColumn column : right.columns()) {
            column.type.is_nullable |= right_is_optional;
            columns.push_back(std::move(column));
        }
        return Scope(std::move(columns));
    }

    void refuse_twice(const std::vector<ScopeColumn>& left,
                      const std::vector<ScopeColumn>& right) const {
        for (const ScopeColumn& column : right) {
            bool is_known =
                !column.table.empty() && std::ranges::any_of(left, [&](const ScopeColumn& each) {
                    return each.table == column.table && each.home == column.home;
                });
            if (!is_known) continue;
            refuse(join_.right->span, fmt::format("there are two tables '{}'", column.table),
                   "AS gives one of them another name");
        }
    }

    Bound condition(const Scope& columns) const {
        if (!join_.on) return always_true(span_);
        OuterColumns outer(columns, context_);
        ExpressionBinder binder(columns, context_.session, &outer);
        return binder.condition(binder.bind(*join_.on), "ON");
    }

    Relation with_items(const Unnest& unnest) {
        bool keeps = keeps_left("UNNEST");
        Relation items = unnested(left_, unnest, *join_.right, keeps, context_);
        Scope scope = both(items.scope, false, keeps);
        Bound on = condition(scope);
        if (keeps && !is_always_true(on)) {
            refuse(on->span, "LEFT JOIN UNNEST goes with ON TRUE alone");
        }
        return {filtered(items.plan, on), std::move(scope)};
    }

    Relation with_lateral(const DerivedTable& derived) {
        bool keeps = keeps_left("LATERAL");
        LeftColumns outer(left_, context_);
        PlanPtr right = bind_query(*derived.query, context_.inside(&outer));
        Relation named = with_alias({right, scope_of(*right, {})}, *join_.right);
        Scope scope = both(named.scope, false, keeps);
        PlanPtr plan = joined_row_by_row(left_.plan, right, keeps, condition(scope));
        return {plan, std::move(scope)};
    }

    Relation with_version(const TimeTravel& at) {
        bool keeps = keeps_left("FOR SYSTEM_TIME AS OF a column");
        Relation right = bind_from(*join_.right, context_);
        Bound time = ExpressionBinder(left_.scope, context_.session).bind(at.point);
        const auto* column = std::get_if<InputColumn>(&time->node);
        if (!column || left_.plan->columns[column->place].time == TimeRole::None) {
            refuse(at.point.span, "FOR SYSTEM_TIME AS OF wants a time attribute of the left table",
                   "a column with a WATERMARK, or one of PROCTIME()");
        }
        Scope scope = both(right.scope, false, keeps);
        Bound on = condition(scope);
        PlanPtr shape = joined(kind(), left_.plan, right.plan, on);
        return {made(span_, shape->columns,
                     JoinVersion{kind(), left_.plan, right.plan, on, column->place}),
                std::move(scope)};
    }

    Relation with_table() {
        Relation right = bind_from(*join_.right, context_);
        bool left_is_optional = kind() == JoinKind::Right || kind() == JoinKind::Full;
        bool right_is_optional = kind() == JoinKind::Left || kind() == JoinKind::Full;
        // ON reads the rows before any of them is found to have no counterpart.
        Scope before = both(right.scope, false, false);
        std::vector<Identifier> shared = shared_columns(right.scope);
        Bound on = shared.empty() ? condition(before) : equal_columns(shared, right);
        PlanPtr plan = joined(kind(), left_.plan, right.plan, on);
        Relation relation{plan, both(right.scope, left_is_optional, right_is_optional)};
        return shared.empty() ? relation : merged(relation, shared);
    }

    std::vector<Identifier> shared_columns(const Scope& right) const {
        if (!join_.is_natural) return join_.using_columns;
        std::vector<Identifier> shared;
        for (const ScopeColumn& column : left_.scope.columns()) {
            if (right.has_column(column.name)) shared.push_back({column.name, span_});
        }
        return shared;
    }

    Bound equal_columns(const std::vector<Identifier>& shared, const Relation& right) const {
        Scope nothing;
        ExpressionBinder binder(nothing, context_.session);
        std::vector<Bound> equal;
        for (const Identifier& name : shared) {
            size_t first = left_.scope.resolve({name}).place;
            size_t second = right.scope.resolve({name}).place;
            equal.push_back(binder.compared(
                Operator::Equal, column_of(*left_.plan, first, name.span),
                shifted(column_of(*right.plan, second, name.span), left_.plan->columns.size()),
                name.span));
        }
        return equal.size() == 1 ? equal[0] : binder.junction(true, std::move(equal), span_);
    }

    // The shared columns come once and first; each of their own still goes by its table's name.
    Relation merged(const Relation& relation, const std::vector<Identifier>& shared) const {
        std::vector<ScopeColumn> columns = relation.scope.columns();
        std::vector<Bound> values;
        std::vector<ScopeColumn> named;
        std::vector<std::string> names;
        for (const Identifier& name : shared) {
            std::vector<Bound> both_of_them;
            for (size_t i = 0; i < columns.size(); ++i) {
                if (columns[i].name != name.text || columns[i].is_merged) continue;
                both_of_them.push_back(column_of(*relation.plan, i, name.span));
                columns[i].is_merged = true;
            }
            Bound value = merged_value(both_of_them, name.span);
            named.push_back({{}, name.text, value->type});
            values.push_back(std::move(value));
            names.push_back(name.text);
        }
        for (size_t i = 0; i < columns.size(); ++i) {
            values.push_back(column_of(*relation.plan, i, span_));
            named.push_back(columns[i]);
            names.push_back(columns[i].name);
        }
        return {projected(relation.plan, std::move(values), told_apart(std::move(names))),
                Scope(std::move(named))};
    }

    Bound merged_value(std::vector<Bound> both, Span span) const {
        if (kind() == JoinKind::Inner || kind() == JoinKind::Left) return both.front();
        if (kind() == JoinKind::Right) return both.back();
        Scope nothing;
        ExpressionBinder binder(nothing, context_.session);
        Type type = binder.common_of(both, span);
        for (Bound& each : both) each = binder.cast_to(each, type);
        return made(type, span, FirstKnown{std::move(both)});
    }

    const Join& join_;
    Span span_;
    const Context& context_;
    Relation left_;
};

Relation relation_of(const Join& join, Span span, const Context& context) {
    return JoinBinder(join, span, context).run();
}

}  // namespace

Relation bind_from(const TableReference& reference, const Context& context) {
    Relation relation =
        std::visit([&](const auto& node) { return relation_of(node, reference.span, context); },
                   reference.node);
    return with_alias(std::move(relation), reference);
}

}  // namespace tarn::sql
