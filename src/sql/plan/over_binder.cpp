// The part of the binder of SELECT that knows OVER.
#include <fmt/format.h>

#include <algorithm>

#include "sql/aggregates/distinct_accumulator.hpp"
#include "sql/expressions/json_calls.hpp"
#include "sql/plan/query_functions.hpp"
#include "sql/plan/select_binder.hpp"
#include "sql/plan/steps.hpp"
#include "sql/syntax/lexer.hpp"
#include "sql/values/readers.hpp"

namespace tarn::sql {
namespace {

using enum FrameBound::Kind;

WindowSpec resolved_spec(const WindowSpec& spec, const std::vector<NamedWindow>& windows,
                         Span span) {
    if (!spec.base) return spec;
    auto named = std::ranges::find_if(
        windows, [&](const NamedWindow& each) { return each.name.text == spec.base->text; });
    if (named == windows.end()) {
        refuse(spec.base->span, fmt::format("there is no window '{}'", spec.base->text));
    }
    WindowSpec base = resolved_spec(named->spec, windows, span);
    if (!spec.partition_by.empty()) {
        refuse(span, "a window made of another one has no PARTITION BY of its own");
    }
    if (!spec.order_by.empty()) base.order_by = spec.order_by;
    if (spec.frame) base.frame = spec.frame;
    return base;
}

// Without a frame: all of the partition, or with an order all rows up to this one and its peers.
Frame default_frame(bool has_order) {
    return {false, {UnboundedPreceding}, {has_order ? CurrentRow : UnboundedFollowing}};
}

}  // namespace

std::vector<std::string> SelectBinder::further_functions() const {
    std::vector<std::string> names;
    for (const Aggregate& each : all_aggregates()) names.emplace_back(each.name);
    for (const RowFunction& each : row_functions()) names.emplace_back(each.name);
    return names;
}

void SelectBinder::number_rows() {
    for (const Expression* each : overs_) bind_over(*each);
}

void SelectBinder::bind_over(const Expression& expression) {
    const auto& call = std::get<FunctionCall>(expression.node);
    Span span = expression.span;
    std::string name = upper(call.name.back().text);
    WindowSpec spec = resolved_spec(*call.over, select_.windows, span);
    if (call.filter) refuse(span, "FILTER does not go with OVER");
    where_ = "OVER";

    std::vector<Bound> values;
    for (const Expression& each : spec.partition_by) values.push_back(binder().bind(each));
    for (const SortItem& each : spec.order_by) values.push_back(binder().bind(each.by));
    std::vector<Bound> arguments;
    bool is_of_rows =
        call.arguments.size() == 1 && std::holds_alternative<Star>(call.arguments[0].node);
    if (!is_of_rows) {
        for (const Expression& each : json_arguments(call)) {
            arguments.push_back(binder().bind(each));
        }
    }
    OverCall over = over_call(name, call, arguments, span);
    for (const Bound& argument : arguments) values.push_back(argument);
    auto [rows, places] = with_values(relation_.plan, values);

    OverRows step{rows, {}, {}, default_frame(!spec.order_by.empty()), {}};
    size_t next = 0;
    while (step.partition.size() < spec.partition_by.size()) {
        step.partition.push_back(places[next++]);
    }
    for (const SortItem& item : spec.order_by) {
        step.order.push_back(sort_key_of(item, places[next++]));
    }
    over.arguments.assign(places.begin() + static_cast<std::ptrdiff_t>(next), places.end());
    bool wants_order = !over.function && name != "ROW_NUMBER" && name != "LAG" && name != "LEAD";
    if (wants_order && step.order.empty()) {
        refuse(span, fmt::format("{} wants an ORDER BY in OVER", name));
    }
    // As in Flink, a frame of rows without an order is all of them.
    bool has_frame = spec.frame && !(spec.frame->is_by_rows && step.order.empty());
    if (has_frame) {
        if (!over.function) refuse(span, fmt::format("{} takes no frame", name));
        step.frame = bound_frame(*spec.frame, rows->columns, step.order, span);
        // A frame of some size may have no row.
        bool may_be_empty = spec.frame->from.offset || (spec.frame->to && spec.frame->to->offset);
        over.type.is_nullable |= may_be_empty && over.signature.is_null_of_none;
    }
    // A call without arguments of its own in the same window is one more of the step below.
    std::vector<PlanColumn> columns = rows->columns;
    columns.push_back({fmt::format("$w{}", columns.size()), over.type});
    step.calls.push_back(std::move(over));
    relation_.plan = made(span, std::move(columns), std::move(step));
    size_t place = relation_.plan->columns.size() - 1;
    values_[{span.begin, span.end}] = column_of(*relation_.plan, place, span);
}

OverCall SelectBinder::over_call(const std::string& name, const FunctionCall& call,
                                 std::vector<Bound>& arguments, Span span) {
    if (const RowFunction* known = find_row_function(name)) {
        bool fits = arguments.size() >= known->fewest && arguments.size() <= known->most;
        if (!fits || call.is_distinct || call.nulls != FunctionCall::Nulls::AsTheyCome) {
            refuse_arguments(name, known->usage, span, arguments);
        }
        OverCall over{.name = name, .type = simple_type(known->type).not_null(), .span = span};
        if (known->type != TypeKind::Null) return over;
        // The default takes the place of a row that is not there.
        over.type = arguments[0]->type;
        bool has_default = arguments.size() == 3;
        if (has_default) arguments[2] = binder().cast_to(arguments[2], over.type);
        over.type.is_nullable |= !has_default || arguments[2]->type.is_nullable;
        return over;
    }
    const Aggregate* function = find_aggregate(name);
    if (!function) refuse(span, fmt::format("{} does not go with OVER", name));
    AggregateSignature signature = signature_of(*function, call, span, arguments);
    for (size_t i = 0; i < arguments.size(); ++i) {
        arguments[i] = binder().cast_to(arguments[i], signature.arguments[i]);
    }
    Type type = signature.result;
    return {.name = name,
            .function = function,
            .signature = call.is_distinct ? distinct(signature) : signature,
            .type = std::move(type),
            .words = words_of(call),
            .is_distinct = call.is_distinct,
            .span = span};
}

Frame SelectBinder::bound_frame(const WindowFrame& frame, const std::vector<PlanColumn>& columns,
                                const std::vector<SortKey>& order, Span span) {
    auto size = [&](const Expression& offset) {
        if (frame.is_by_rows) return whole_number(offset, context_, "ROWS");
        if (order.size() != 1) {
            refuse(span, "a RANGE of some size goes with one column in ORDER BY");
        }
        const Type& type = columns[order[0].column].type;
        bool is_of_time = is_timestamp(type) || type.kind == TypeKind::Date;
        if (!is_of_time && !is_numeric(type)) {
            refuse(span, fmt::format("RANGE goes by a number or a time, not by {}",
                                     text_of(type.or_null())));
        }
        return is_of_time ? milliseconds(offset, context_, "RANGE")
                          : whole_number(offset, context_, "RANGE");
    };
    auto bound = [&](const FrameBound& edge) -> Frame::Bound {
        if (!edge.offset) return {edge.kind};
        int64_t offset = size(*edge.offset);
        if (offset < 0) refuse(edge.offset->span, "the size of a frame is not negative");
        return {edge.kind, offset};
    };
    Frame made{frame.is_by_rows, bound(frame.from), {CurrentRow}};
    if (frame.to) made.to = bound(*frame.to);
    if (made.from.kind > made.to.kind) refuse(span, "the frame ends before it begins");
    return made;
}

}  // namespace tarn::sql
