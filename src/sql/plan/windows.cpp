#include "sql/plan/windows.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "sql/plan/steps.hpp"
#include "sql/syntax/lexer.hpp"
#include "sql/values/readers.hpp"

namespace tarn::sql {
namespace {

// The names of the arguments, in the order in which they come.
struct Shape {
    std::string_view name;
    WindowKind kind;
    std::vector<std::string_view> parameters;
    size_t required;
};

const std::vector<Shape>& shapes() {
    static const std::vector<Shape> all = {
        {"TUMBLE", WindowKind::Tumble, {"data", "timecol", "size", "offset"}, 3},
        {"HOP", WindowKind::Hop, {"data", "timecol", "slide", "size", "offset"}, 4},
        {"CUMULATE", WindowKind::Cumulate, {"data", "timecol", "step", "size", "offset"}, 4},
        {"SESSION", WindowKind::Session, {"data", "timecol", "gap"}, 3},
    };
    return all;
}

std::string usage_of(const Shape& shape) {
    std::string text = fmt::format("{}(TABLE t, DESCRIPTOR(time)", shape.name);
    for (size_t i = 2; i < shape.parameters.size(); ++i) {
        text +=
            fmt::format(fmt::runtime(i < shape.required ? ", {}" : "[, {}]"), shape.parameters[i]);
    }
    return text + ")";
}

// The arguments in the order of the shape, null for those that are not there.
std::vector<const Expression*> in_order(const FunctionCall& call, const Shape& shape, Span span) {
    std::vector<const Expression*> arguments(shape.parameters.size());
    for (size_t i = 0; i < call.arguments.size(); ++i) {
        const Expression& argument = call.arguments[i];
        size_t place = i;
        const Expression* value = &argument;
        if (const auto* named = std::get_if<NamedArgument>(&argument.node)) {
            auto known = std::ranges::find(shape.parameters, upper(named->name.text), upper);
            place = static_cast<size_t>(known - shape.parameters.begin());
            value = named->value.get();
        }
        if (place >= arguments.size() || arguments[place]) {
            refuse(argument.span, fmt::format("{} has no place for this", shape.name),
                   usage_of(shape));
        }
        arguments[place] = value;
    }
    for (size_t i = 0; i < shape.required; ++i) {
        if (arguments[i]) continue;
        refuse(span, fmt::format("{} wants {}", shape.name, shape.parameters[i]), usage_of(shape));
    }
    return arguments;
}

size_t time_column(const Expression& expression, const Relation& relation) {
    const auto* call = std::get_if<FunctionCall>(&expression.node);
    bool is_descriptor = call && upper(call->name.back().text) == "DESCRIPTOR" &&
                         call->arguments.size() == 1 &&
                         std::holds_alternative<ColumnName>(call->arguments[0].node);
    if (!is_descriptor) refuse(expression.span, "the time of a window is DESCRIPTOR(column)");
    const Name& name = std::get<ColumnName>(call->arguments[0].node).parts;
    ResolvedName resolved = relation.scope.resolve(name);
    if (!resolved.fields.empty())
        refuse(span_of(name), "a window goes by a column, not by a field");
    return resolved.place;
}

// In an endless stream it must be a time attribute; who plans for one sees to that.
void want_time(const Plan& plan, size_t column, Span span) {
    const PlanColumn& time = plan.columns[column];
    if (is_timestamp(time.type)) return;
    refuse(span, fmt::format("a window goes by a TIMESTAMP, and '{}' is {}", time.name,
                             text_of(time.type.or_null())));
}

void want_multiple(int64_t size, int64_t part, std::string_view name, Span span) {
    if (part > 0 && size % part == 0) return;
    refuse(span, fmt::format("the size of a window is a multiple of its {}", name));
}

}  // namespace

int64_t milliseconds(const Expression& expression, const Context& context, std::string_view where) {
    Scope nothing;
    Bound value = ExpressionBinder(nothing, context.session).bind(expression);
    const Column* known = constant_of(value);
    if (value->type.kind != TypeKind::IntervalMillis || !known || known->is_null(0)) {
        refuse(expression.span, fmt::format("{} wants an interval of days to seconds", where),
               "as in INTERVAL '10' MINUTE");
    }
    return Reader<Millis>(*known)[0].count;
}

PlanPtr with_windows(const PlanPtr& input, Window window, bool is_legacy, Span span) {
    want_time(*input, window.time, span);
    if (window.size_ms <= 0) refuse(span, "a window has a length");
    bool has_step = window.kind == WindowKind::Hop || window.kind == WindowKind::Cumulate;
    if (has_step && window.step_ms <= 0) refuse(span, "the step of a window has a length");
    if (window.kind == WindowKind::Cumulate) {
        want_multiple(window.size_ms, window.step_ms, "step", span);
    }
    const PlanColumn& time = input->columns[window.time];
    std::vector<PlanColumn> columns = input->columns;
    Type bound = type_with(TypeKind::Timestamp, 3).not_null();
    columns.push_back({"window_start", bound});
    columns.push_back({"window_end", bound});
    Type end = type_with(time.type.kind, 3).or_null(is_legacy);
    columns.push_back({"window_time", end, time.time});
    return made(span, std::move(columns), AssignWindows{input, std::move(window), is_legacy});
}

Relation bind_window_table(const TableFunction& function, const Context& context) {
    const auto* call = std::get_if<FunctionCall>(&function.call.node);
    std::string name = call ? upper(call->name.back().text) : "";
    auto shape = std::ranges::find(shapes(), name, &Shape::name);
    if (shape == shapes().end()) {
        refuse(function.call.span, fmt::format("there is no table function '{}'", name),
               "there are TUMBLE, HOP, CUMULATE and SESSION");
    }
    auto arguments = in_order(*call, *shape, function.call.span);
    const auto* table = std::get_if<TableArgument>(&arguments[0]->node);
    const auto* subquery = std::get_if<Subquery>(&arguments[0]->node);
    if (!table && !subquery) {
        refuse(arguments[0]->span, fmt::format("{} wants TABLE t", name), usage_of(*shape));
    }
    PlanPtr input = bind_query(table ? *table->table : *subquery->query, context);
    Relation relation{input, scope_of(*input, {})};
    Window window{shape->kind, time_column(*arguments[1], relation), 0};
    bool has_step = shape->kind == WindowKind::Hop || shape->kind == WindowKind::Cumulate;
    if (has_step) window.step_ms = milliseconds(*arguments[2], context, name);
    window.size_ms = milliseconds(*arguments[has_step ? 3 : 2], context, name);
    bool has_offset = arguments.size() > shape->required && arguments[shape->required];
    if (has_offset) window.offset_ms = milliseconds(*arguments[shape->required], context, name);
    const std::vector<Expression> no_keys;
    for (const Expression& key : table ? table->partition_by : no_keys) {
        const auto* column = std::get_if<ColumnName>(&key.node);
        if (!column) refuse(key.span, "a session is PARTITION BY columns");
        if (shape->kind != WindowKind::Session) {
            refuse(key.span, fmt::format("{} has no PARTITION BY", name), "SESSION has it");
        }
        window.session_keys.push_back(relation.scope.resolve(column->parts).place);
    }
    PlanPtr plan = with_windows(input, std::move(window), false, function.call.span);
    return {plan, scope_of(*plan, {})};
}

std::optional<Window> group_window(const FunctionCall& call, const Relation& relation,
                                   const Context& context) {
    std::string name = upper(call.name.back().text);
    auto shape = std::ranges::find(shapes(), name, &Shape::name);
    if (shape == shapes().end() || shape->kind == WindowKind::Cumulate) return std::nullopt;
    bool is_hop = shape->kind == WindowKind::Hop;
    if (call.arguments.size() != (is_hop ? 3U : 2U)) {
        refuse(call.name.back().span, fmt::format("{} of GROUP BY takes a time and {}", name,
                                                  is_hop ? "two intervals" : "an interval"));
    }
    Bound time = ExpressionBinder(relation.scope, context.session).bind(call.arguments[0]);
    const auto* column = std::get_if<InputColumn>(&time->node);
    if (!column) refuse(time->span, "a window goes by a column");
    Window window{shape->kind, column->place, milliseconds(call.arguments.back(), context, name)};
    if (is_hop) window.step_ms = milliseconds(call.arguments[1], context, name);
    return window;
}

std::optional<WindowProperty> window_property(const FunctionCall& call) {
    static constexpr auto Properties = std::to_array<std::pair<std::string_view, size_t>>(
        {{"_START", 0}, {"_END", 1}, {"_ROWTIME", 2}, {"_PROCTIME", 2}});
    std::string name = upper(call.name.back().text);
    for (const auto& [ending, column] : Properties) {
        if (!name.ends_with(ending)) continue;
        std::string window = name.substr(0, name.size() - ending.size());
        bool is_known = window == "TUMBLE" || window == "HOP" || window == "SESSION";
        if (is_known) return WindowProperty{window, column, ending == "_PROCTIME"};
    }
    return std::nullopt;
}

}  // namespace tarn::sql
