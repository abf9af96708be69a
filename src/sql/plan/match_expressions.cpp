#include "sql/plan/match_expressions.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/suggest.hpp"
#include "sql/plan/select_binder.hpp"
#include "sql/syntax/lexer.hpp"

namespace tarn::sql {
namespace {

// While rows are still being found, the places of what stands behind them are these.
constexpr size_t FirstAggregate = size_t{1} << 40;
constexpr size_t TimeOfMatch = size_t{1} << 41;

bool is_one_of(std::string_view name, std::initializer_list<std::string_view> names) {
    return std::ranges::find(names, name) != names.end();
}

std::vector<std::string> variable_names(const std::vector<PatternVariable>& variables) {
    std::vector<std::string> names;
    for (const PatternVariable& each : variables) names.push_back(each.name);
    return names;
}

}  // namespace

MatchExpressions::MatchExpressions(const Scope& columns,
                                   const std::vector<PatternVariable>& variables,
                                   std::optional<size_t> own, const Context& context)
    : columns_(columns), variables_(variables), own_(own), context_(context) {}

Bound MatchExpressions::bind(const Expression& expression) {
    return binder().bind(expression);
}

Bound MatchExpressions::placed(const Bound& value) const {
    size_t of_rows = reads_.rows.size() * columns_.columns().size();
    return with_columns(value, [&](size_t place, const Bound& column) -> Bound {
        if (place < FirstAggregate) return nullptr;
        size_t now = place >= TimeOfMatch ? of_rows + reads_.aggregates.size() + place - TimeOfMatch
                                          : of_rows + place - FirstAggregate;
        return made(column->type, column->span, InputColumn{now});
    });
}

Bound MatchExpressions::meaning_of(const Expression& expression) {
    if (const auto* name = std::get_if<ColumnName>(&expression.node)) {
        return meaning_of_name(name->parts, expression.span);
    }
    const auto* call = std::get_if<FunctionCall>(&expression.node);
    return call ? meaning_of_call(*call, expression.span) : nullptr;
}

// --- columns

std::optional<size_t> MatchExpressions::variable_named(const std::string& name) const {
    auto found = std::ranges::find(variables_, name, &PatternVariable::name);
    if (found == variables_.end()) return std::nullopt;
    return static_cast<size_t>(found - variables_.begin());
}

// price, A.price, A.position.x; null for words that are no columns, as CURRENT_DATE.
Bound MatchExpressions::meaning_of_name(const Name& name, Span span) {
    std::optional<size_t> variable;
    if (name.size() > 1) variable = variable_named(name[0].text);
    Name column(name.begin() + (variable ? 1 : 0), name.end());
    if (!variable && !columns_.knows(column)) {
        if (name.size() == 1) return nullptr;
        refuse(name[0].span, fmt::format("'{}' is no variable of the pattern", name[0].text),
               name_hint(name[0].text, variable_names(variables_)));
    }
    ResolvedName found = columns_.resolve(column);
    note_variable(variable, span);
    Bound value = row_column(variable, found.place, span);
    for (const Identifier& field : found.fields) value = binder().field_of(value, field);
    return value;
}

void MatchExpressions::note_variable(std::optional<size_t> variable, Span span) {
    if (inside_.of == Inside::Of::Nothing) return;
    bool is_other = inside_.has_column && inside_.variable != variable;
    if (is_other) {
        refuse(span, "these columns are not all of one variable",
               "FIRST, LAST and aggregates go over the rows of one");
    }
    inside_.has_column = true;
    inside_.variable = variable;
}

Bound MatchExpressions::row_column(std::optional<size_t> variable, size_t column, Span span) {
    Type type = columns_.columns()[column].type;
    if (inside_.of == Inside::Of::Aggregate) return made(type, span, InputColumn{column});
    MatchedRow row{variable, inside_.is_from_first, inside_.offset};
    auto known = std::ranges::find(reads_.rows, row);
    auto place = static_cast<size_t>(known - reads_.rows.begin());
    if (known == reads_.rows.end()) reads_.rows.push_back(row);
    return made(type.or_null(type.is_nullable || !is_there(row)), span,
                InputColumn{place * columns_.columns().size() + column});
}

// Whether each match has such a row: the one that DEFINE looks at, and in MEASURES those that the
// pattern wants. Flink takes all of them to be there.
bool MatchExpressions::is_there(const MatchedRow& row) const {
    if (own_) {
        bool is_own = !row.variable || row.variable == own_;
        return is_own && !row.is_from_first && row.offset == 0;
    }
    return row.offset < (row.variable ? variables_[*row.variable].fewest : 1);
}

// --- calls

Bound MatchExpressions::meaning_of_call(const FunctionCall& call, Span span) {
    if (call.name.size() != 1) return nullptr;
    std::string name = upper(call.name[0].text);
    if (call.over) refuse(span, "OVER has no place in MATCH_RECOGNIZE");
    if (is_one_of(name, {"FIRST", "LAST", "PREV", "NEXT"})) return navigated(name, call, span);
    if (is_one_of(name, {"CLASSIFIER", "MATCH_NUMBER"})) {
        refuse(span, fmt::format("{} is not supported", name));
    }
    if (name == "MATCH_ROWTIME") return time_of_match(call, span);
    if (name == "MATCH_PROCTIME") {
        FunctionCall now = call;
        now.name[0].text = "PROCTIME";
        Scope nothing;
        return ExpressionBinder(nothing, context_.session).bind({span, std::move(now)});
    }
    return find_aggregate(name) ? aggregated(name, call, span) : nullptr;
}

Bound MatchExpressions::navigated(const std::string& name, const FunctionCall& call, Span span) {
    bool is_physical = name == "PREV" || name == "NEXT";
    bool fits = call.arguments.size() == 1 || call.arguments.size() == 2;
    if (!fits) {
        refuse(span, fmt::format("{} takes a value and how many rows", name),
               fmt::format("as in {}(A.price, 1)", name));
    }
    if (inside_.of != Inside::Of::Nothing) {
        refuse(span, fmt::format("{} has no place in another FIRST, LAST or aggregate", name));
    }
    int64_t offset = is_physical ? 1 : 0;
    if (call.arguments.size() == 2) offset = whole_number(call.arguments[1], context_, name);
    if (is_physical && (offset != 0 || !own_)) {
        refuse(span, fmt::format("{} is not supported, as in Flink", name),
               "LAST(A.price, 1) is the row of A before the last one");
    }
    if (offset < 0) refuse(call.arguments[1].span, "the number of rows is not negative");
    inside_ = {.of = Inside::Of::Row, .is_from_first = name == "FIRST", .offset = offset};
    Bound value = bind(call.arguments[0]);
    bool has_column = inside_.has_column;
    inside_ = {};
    if (!has_column) refuse(span, fmt::format("{} wants a column", name));
    return value;
}

// With a column it is of that column's type.
Bound MatchExpressions::time_of_match(const FunctionCall& call, Span span) {
    Type type = type_with(TypeKind::Timestamp, 3).not_null();
    if (call.arguments.size() > 1) refuse(span, "MATCH_ROWTIME takes one column at most");
    if (call.arguments.size() == 1) {
        const auto* name = std::get_if<ColumnName>(&call.arguments[0].node);
        if (!name) refuse(call.arguments[0].span, "MATCH_ROWTIME takes a column");
        const ScopeColumn& column = columns_.columns()[columns_.resolve(name->parts).place];
        if (column.time != TimeRole::Rowtime) {
            refuse(call.arguments[0].span,
                   fmt::format("'{}' is no column with a watermark", column.name));
        }
        type = column.type;
    }
    bool is_moment = type.kind == TypeKind::TimestampLtz;
    return made(type, span, InputColumn{TimeOfMatch + (is_moment ? 1 : 0)});
}

std::vector<Bound> MatchExpressions::aggregate_arguments(const std::string& name,
                                                         const FunctionCall& call) {
    std::vector<Bound> arguments;
    for (const Expression& each : call.arguments) {
        const auto* star = std::get_if<Star>(&each.node);
        if (!star) {
            arguments.push_back(bind(each));
            continue;
        }
        if (name != "COUNT" || call.arguments.size() != 1) {
            refuse(each.span, "only COUNT takes *");
        }
        if (!star->of.empty()) {
            inside_.variable = variable_named(star->of[0].text);
            bool is_known = star->of.size() == 1 && inside_.variable;
            if (!is_known) {
                refuse(each.span, "this is no variable of the pattern",
                       name_hint(star->of[0].text, variable_names(variables_)));
            }
        }
        inside_.has_column = true;
    }
    return arguments;
}

Bound MatchExpressions::aggregated(const std::string& name, const FunctionCall& call, Span span) {
    if (inside_.of != Inside::Of::Nothing) {
        refuse(span, fmt::format("{} has no place in FIRST, LAST or another aggregate", name));
    }
    if (call.is_distinct) refuse(span, "MATCH_RECOGNIZE has no DISTINCT, as in Flink");
    if (call.filter) refuse(span, "MATCH_RECOGNIZE has no FILTER");
    if (!call.within_group.empty()) refuse(span, "WITHIN GROUP is not supported");
    inside_ = {.of = Inside::Of::Aggregate};
    std::vector<Bound> arguments = aggregate_arguments(name, call);
    Inside was = std::exchange(inside_, {});
    if (!was.has_column) refuse(span, fmt::format("{} wants a column", name));
    const Aggregate* function = find_aggregate(name);
    AggregateSignature signature = signature_of(*function, call, span, arguments);
    for (size_t i = 0; i < arguments.size(); ++i) {
        arguments[i] = binder().cast_to(arguments[i], signature.arguments[i]);
    }
    Type type = signature.result.or_null(signature.result.is_nullable || signature.is_null_of_none);
    reads_.aggregates.push_back(
        {was.variable, function, signature, std::move(arguments), type, words_of(call)});
    return made(type, span, InputColumn{FirstAggregate + reads_.aggregates.size() - 1});
}

}  // namespace tarn::sql
