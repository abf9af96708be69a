// Rows in windows, and aggregates of groups and windows.
#include <fmt/format.h>

#include <algorithm>

#include "sql/plan/steps.hpp"
#include "sql/stream/contains.hpp"
#include "sql/stream/facts.hpp"
#include "sql/stream/operators.hpp"
#include "sql/stream/places.hpp"

namespace tarn::sql {
namespace {

using namespace stream;

// Where a column of windowed rows is one of the window itself.
constexpr size_t StartPlace = SIZE_MAX - 2;
constexpr size_t EndPlace = SIZE_MAX - 1;
constexpr size_t TimePlace = SIZE_MAX;

// Windowed rows as they were before they came into windows.
struct Unwindowed {
    StreamPlanPtr rows;
    Window window;               // by places there
    std::vector<size_t> places;  // of each column of the windowed rows

    bool is_of_window(size_t column) const { return places[column] >= StartPlace; }
    bool reads_window(const Bound& value) const {
        return std::ranges::any_of(places_read(value),
                                   [&](size_t place) { return is_of_window(place); });
    }
};

std::optional<Unwindowed> unwindowed(const StreamPlanPtr& plan);

std::optional<Unwindowed> before(const WindowTableFunction& step, const StreamPlan&) {
    Unwindowed found{step.input, step.window, {}};
    for (size_t i = 0; i < step.input->columns.size(); ++i) found.places.push_back(i);
    for (size_t place : {StartPlace, EndPlace, TimePlace}) found.places.push_back(place);
    return found;
}

// The same values of the rows before, and behind them the time and what else makes the windows.
std::optional<Unwindowed> before(const Calc& calc, const StreamPlan& plan) {
    auto below = unwindowed(calc.input);
    if (!below || (calc.condition && below->reads_window(calc.condition))) return std::nullopt;
    Unwindowed found{nullptr, below->window, {}};
    std::vector<Bound> values;
    std::vector<PlanColumn> columns;
    for (size_t i = 0; i < calc.values.size(); ++i) {
        auto place = column_place(calc.values[i]);
        if (place && below->is_of_window(*place)) {
            found.places.push_back(below->places[*place]);
            continue;
        }
        if (below->reads_window(calc.values[i])) return std::nullopt;
        found.places.push_back(values.size());
        values.push_back(at_places(calc.values[i], below->places));
        columns.push_back(plan.columns[i]);
    }
    auto placed = [&](size_t column) {
        auto known = std::ranges::find_if(
            values, [&](const Bound& value) { return column_place(value) == column; });
        auto place = static_cast<size_t>(known - values.begin());
        if (known != values.end()) return place;
        const PlanColumn& of_rows = below->rows->columns[column];
        values.push_back(made(of_rows.type, plan.span, InputColumn{column}));
        columns.push_back(of_rows);
        return place;
    };
    found.window.time = placed(below->window.time);
    for (size_t& key : found.window.session_keys) key = placed(key);
    Bound condition = calc.condition ? at_places(calc.condition, below->places) : nullptr;
    found.rows = calculated(below->rows, condition, std::move(values), std::move(columns));
    return found;
}

std::optional<Unwindowed> before(const ExpandSets& expand, const StreamPlan& plan) {
    auto below = unwindowed(expand.input);
    if (!below || !plan.window) return std::nullopt;
    ExpandSets moved{below->rows, {}};
    for (const Expand::Set& set : expand.sets) {
        Expand::Set kept{{}, set.id};
        for (size_t i = 0; i < set.has_key.size(); ++i) {
            if (below->is_of_window(i)) continue;
            if (below->places[i] != kept.has_key.size()) return std::nullopt;
            if (below->places[i] == below->window.time) return std::nullopt;
            kept.has_key.push_back(set.has_key[i]);
        }
        moved.sets.push_back(std::move(kept));
    }
    std::vector<PlanColumn> columns = below->rows->columns;
    for (size_t i = 0; i + 1 < plan.columns.size(); ++i) {
        if (!below->is_of_window(i)) columns[below->places[i]].type = plan.columns[i].type;
    }
    below->places.push_back(columns.size());
    columns.push_back(plan.columns.back());
    below->rows = operating(plan.span, std::move(columns), std::move(moved));
    return below;
}

template <typename Step>
std::optional<Unwindowed> before(const Step&, const StreamPlan&) {
    return std::nullopt;
}

std::optional<Unwindowed> unwindowed(const StreamPlanPtr& plan) {
    return std::visit([&](const auto& step) { return before(step, *plan); }, plan->node);
}

bool has_column(const std::vector<size_t>& columns, size_t column) {
    return contains(columns, column);
}

// The rows, and whether they were put into their windows already.
struct WindowedRows {
    StreamPlanPtr rows;
    Window window;
    std::optional<WindowPlaces> of_rows;
    std::vector<size_t> places;  // as above
};

WindowedRows as_they_are(const StreamPlanPtr& input) {
    const WindowColumns& known = *input->window;
    WindowedRows found{input, known.window, known.places, {}};
    for (size_t i = 0; i < input->columns.size(); ++i) found.places.push_back(i);
    found.places[known.places.start] = StartPlace;
    found.places[known.places.end] = EndPlace;
    if (known.places.time) found.places[*known.places.time] = TimePlace;
    return found;
}

bool reads_windows(const AggregateCall& call, const Unwindowed& rows) {
    bool is_in_filter = call.filter && rows.is_of_window(*call.filter);
    return is_in_filter || std::ranges::any_of(call.arguments, [&](size_t argument) {
               return rows.is_of_window(argument);
           });
}

// Rows that go into windows only to be counted there need not be copied for each of them.
WindowedRows windowed_rows(const AggregateRows& step, const StreamPlanPtr& input, bool is_legacy) {
    auto before = unwindowed(input);
    if (!before) return as_they_are(input);
    for (const AggregateCall& call : step.calls) {
        if (reads_windows(call, *before)) return as_they_are(input);
    }
    std::vector<size_t> keys;
    for (size_t key : step.keys) {
        if (!before->is_of_window(key)) keys.push_back(before->places[key]);
    }
    Window& window = before->window;
    if (window.kind == WindowKind::Session) {
        // A session of GROUP BY is one of its keys; one of a table function has its own.
        if (is_legacy) window.session_keys = keys;
        bool is_same = std::ranges::is_permutation(window.session_keys, keys);
        if (!is_same) return as_they_are(input);
    }
    return {before->rows, window, std::nullopt, before->places};
}

void want_whole_steps(const Window& window, Span span) {
    bool is_whole = window.kind != WindowKind::Hop || window.size_ms % window.step_ms == 0;
    if (is_whole) return;
    refuse(span,
           fmt::format("the size of these windows, {} ms, is no multiple of their slide, {} ms",
                       window.size_ms, window.step_ms),
           "the older GROUP BY HOP(…) takes any size");
}

StreamPlanPtr grouped_in_windows(const AggregateRows& step, const Plan& plan,
                                 const StreamPlanPtr& input) {
    const WindowColumns& known = *input->window;
    bool is_legacy = known.is_legacy;
    if (!is_legacy) want_whole_steps(known.window, input->span);
    WindowedRows rows = windowed_rows(step, input, is_legacy);
    WindowAggregate aggregate{rows.rows, rows.window, rows.of_rows, {}, step.calls, is_legacy};
    std::vector<PlanColumn> columns;
    std::vector<size_t> shown;
    size_t first = step.calls.size();
    for (size_t key : step.keys) first += rows.places[key] < StartPlace ? 1 : 0;
    for (size_t i = 0; i < step.keys.size(); ++i) {
        size_t place = rows.places[step.keys[i]];
        if (place >= StartPlace) {
            shown.push_back(first + (place - StartPlace));
            continue;
        }
        shown.push_back(aggregate.keys.size());
        aggregate.keys.push_back(place);
        columns.push_back(plan.columns[i]);
        columns.back().time = TimeRole::None;
    }
    for (size_t i = 0; i < step.calls.size(); ++i) {
        AggregateCall& call = aggregate.calls[i];
        if (!rows.of_rows) {
            for (size_t& argument : call.arguments) argument = rows.places[argument];
            if (call.filter) call.filter = rows.places[*call.filter];
        }
        shown.push_back(columns.size());
        columns.push_back(plan.columns[step.keys.size() + i]);
    }
    Type edge = type_with(TypeKind::Timestamp, 3).not_null();
    columns.push_back({"window_start", edge});
    columns.push_back({"window_end", edge});
    columns.push_back({"window_time", known.time.type, known.time.time});
    StreamPlanPtr windows = operating(plan.span, std::move(columns), std::move(aggregate));
    return with_columns_at(windows, shown, plan.columns);
}

// A row that is the only one of its group is what comes of it.
bool is_own_result(const AggregateCall& call, const StreamPlan& input) {
    std::string_view name = call.function->name;
    bool is_value = name == "MIN" || name == "MAX" || name == "SUM";
    return is_value && !call.filter &&
           input.columns[call.arguments[0]].type.or_null() == call.type.or_null();
}

bool is_one_row_each(const AggregateRows& step, const StreamPlan& input) {
    bool is_keyed = std::ranges::any_of(input.upsert_keys, [&](const UpsertKey& key) {
        return std::ranges::all_of(key, [&](size_t place) { return has_column(step.keys, place); });
    });
    // The key of rows that only come says what is valid now, so that it may come again.
    return is_keyed && !input.changes.is_insert_only() &&
           std::ranges::all_of(
               step.calls, [&](const AggregateCall& call) { return is_own_result(call, input); });
}

}  // namespace

StreamPlanPtr in_windows(const AssignWindows& step, const Plan& plan, const StreamPlanPtr& input) {
    const PlanColumn& time = input->columns[step.window.time];
    if (time.time == TimeRole::None) {
        refuse(plan.span,
               fmt::format("the windows of an endless stream go by a time attribute, and '{}' is "
                           "none",
                           time.name),
               "a column with a WATERMARK, or one AS PROCTIME(), which no join or computation "
               "has touched");
    }
    std::vector<PlanColumn> columns = input->columns;
    for (size_t i = columns.size(); i < plan.columns.size(); ++i) {
        columns.push_back(plan.columns[i]);
    }
    columns.back().time = time.time;
    return operating(plan.span, std::move(columns),
                     WindowTableFunction{input, step.window, step.is_legacy});
}

StreamPlanPtr grouped(const AggregateRows& step, const Plan& plan, const StreamPlanPtr& input) {
    bool has_windows = input->window && has_column(step.keys, input->window->places.start) &&
                       has_column(step.keys, input->window->places.end);
    if (has_windows) return grouped_in_windows(step, plan, input);
    if (is_one_row_each(step, *input)) {
        std::vector<size_t> places = step.keys;
        for (const AggregateCall& call : step.calls) places.push_back(call.arguments[0]);
        return with_columns_at(input, places, plan.columns);
    }
    std::vector<PlanColumn> columns = plan.columns;
    for (size_t i = 0; i < step.keys.size(); ++i) {
        columns[i].time = input->columns[step.keys[i]].time;
    }
    return operating(plan.span, std::move(columns), GroupAggregate{input, step.keys, step.calls});
}

}  // namespace tarn::sql
