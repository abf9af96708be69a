// OVER: rows around a row, and the first rows of each partition.
#include <fmt/format.h>

#include <algorithm>

#include "sql/expressions/literals.hpp"
#include "sql/stream/contains.hpp"
#include "sql/stream/facts.hpp"
#include "sql/stream/operators.hpp"
#include "sql/stream/places.hpp"
#include "sql/values/writers.hpp"

namespace tarn::sql {
namespace {

using namespace stream;
using enum FrameBound::Kind;

bool has_time(const StreamPlan& input, size_t column) {
    return input.columns[column].time != TimeRole::None;
}

// --- rows around a row

void want_time_order(const OverRows& step, const Plan& plan, const StreamPlan& input) {
    std::string_view hint =
        "a column with a WATERMARK is one; only ROW_NUMBER below WHERE number <= 10 takes any "
        "order";
    if (step.order.size() != 1) {
        refuse(
            plan.span, "OVER of an endless stream is ordered by one time attribute",
            step.order.empty() ? "add ORDER BY and a column with a WATERMARK" : std::string(hint));
    }
    const SortKey& key = step.order[0];
    if (!has_time(input, key.column)) {
        refuse(plan.span,
               fmt::format("OVER of an endless stream is ordered by a time attribute, and '{}' is "
                           "none",
                           input.columns[key.column].name),
               std::string(hint));
    }
    if (key.is_descending) {
        refuse(plan.span,
               "OVER of an endless stream goes with the time, and this order is "
               "against it",
               std::string(hint));
    }
}

void want_past_rows(const OverRows& step, Span span) {
    static constexpr auto OfWhole =
        std::to_array<std::string_view>({"LEAD", "NTILE", "PERCENT_RANK", "CUME_DIST"});
    for (const OverCall& call : step.calls) {
        if (!contains(OfWhole, call.name)) continue;
        refuse(span,
               fmt::format("{} looks at rows that an endless stream does not have yet", call.name),
               call.name == "LEAD" ? "LAG looks at those before" : "");
    }
    if (step.frame.to.kind == CurrentRow) return;
    refuse(span, "the frame of an OVER ends at the current row in an endless stream",
           "as in ROWS BETWEEN 2 PRECEDING AND CURRENT ROW");
}

bool is_same_edge(const Frame::Bound& left, const Frame::Bound& right) {
    return left.kind == right.kind && left.offset == right.offset;
}

bool is_same_window(const Over& below, const OverRows& step) {
    return below.partition == step.partition && below.time == step.order[0] &&
           below.frame.is_by_rows == step.frame.is_by_rows &&
           is_same_edge(below.frame.from, step.frame.from) &&
           is_same_edge(below.frame.to, step.frame.to);
}

bool reads_only(const std::vector<OverCall>& calls, size_t width) {
    return std::ranges::all_of(calls, [&](const OverCall& call) {
        return std::ranges::all_of(call.arguments, [&](size_t place) { return place < width; });
    });
}

std::vector<PlanColumn> with_calls(const StreamPlan& input, const Plan& plan) {
    std::vector<PlanColumn> columns = input.columns;
    for (size_t i = columns.size(); i < plan.columns.size(); ++i) {
        columns.push_back(plan.columns[i]);
    }
    return columns;
}

// Calls over the same rows are one step, even where arguments were computed between them: these
// are computed below then. Null where this is not so.
StreamPlanPtr with_arguments_below(const OverRows& step, const Plan& plan,
                                   const StreamPlanPtr& input) {
    const auto* calc = std::get_if<Calc>(&input->node);
    const auto* below = calc ? std::get_if<Over>(&calc->input->node) : nullptr;
    if (!below || calc->condition) return nullptr;
    size_t rows = below->input->columns.size();
    std::vector<Bound> values;
    std::vector<PlanColumn> columns = below->input->columns;
    for (size_t i = 0; i < rows; ++i) {
        values.push_back(made(columns[i].type, plan.span, InputColumn{i}));
    }
    std::vector<size_t> places;  // of the columns in what both calls give
    for (size_t i = 0; i < calc->values.size(); ++i) {
        auto place = column_place(calc->values[i]);
        if (!place && reads_any_from(calc->values[i], rows)) return nullptr;
        places.push_back(place.value_or(values.size()));
        if (place) continue;
        values.push_back(calc->values[i]);
        columns.push_back(input->columns[i]);
    }
    size_t added = values.size() - rows;
    for (size_t i = 0; i < places.size(); ++i) {
        bool is_of_call = column_place(calc->values[i]) && places[i] >= rows;
        if (is_of_call) places[i] += added;
    }
    OverRows moved = step;
    for (size_t& place : moved.partition) place = places[place];
    moved.order[0].column = places[moved.order[0].column];
    for (OverCall& call : moved.calls) {
        for (size_t& argument : call.arguments) argument = places[argument];
    }
    bool is_one = is_same_window(*below, moved) && reads_only(moved.calls, values.size());
    if (!is_one) return nullptr;
    Over both = *below;
    both.calls.insert(both.calls.end(), moved.calls.begin(), moved.calls.end());
    both.input = calculated(below->input, nullptr, std::move(values), columns);
    for (size_t i = rows; i < calc->input->columns.size(); ++i) {
        columns.push_back(calc->input->columns[i]);
    }
    std::vector<PlanColumn> shown = with_calls(*input, plan);
    for (size_t i = input->columns.size(); i < shown.size(); ++i) {
        places.push_back(columns.size());
        columns.push_back(shown[i]);
    }
    StreamPlanPtr calls = operating(plan.span, std::move(columns), std::move(both));
    return with_columns_at(calls, places, std::move(shown));
}

// --- the first rows

// The numbers from one to another, of which the other may stand in the row.
struct Range {
    int64_t first = 1;
    std::optional<int64_t> last = {};
    Bound last_of_row = nullptr;
    std::vector<Bound> others = {};  // conditions that say something else
    bool is_of_numbers = false;
};

void narrow(Range& range, const std::string& sign, const Bound& side, const Bound& condition) {
    auto value = whole_value(side);
    bool is_last = sign == "<" || sign == "<=" || sign == "=";
    bool is_first = sign == ">" || sign == ">=" || sign == "=";
    if (!value) {
        bool is_known = sign == "<=" && !range.last_of_row;
        if (is_known) range.last_of_row = side;
        if (!is_known) range.others.push_back(condition);
        range.is_of_numbers |= is_known;
        return;
    }
    range.is_of_numbers = true;
    int64_t last = sign == "<" ? *value - 1 : *value;
    int64_t first = sign == ">" ? *value + 1 : *value;
    if (is_last) range.last = std::min(range.last.value_or(last), last);
    if (is_first) range.first = std::max(range.first, first);
}

Range range_of(const std::vector<Bound>& conditions, size_t number) {
    Range range;
    for (const Bound& condition : conditions) {
        auto comparison = comparison_of(condition);
        if (comparison && column_place(comparison->right) == number) {
            comparison =
                Comparison{turned_sign(comparison->sign), comparison->right, comparison->left};
        }
        bool is_of_number = comparison && column_place(comparison->left) == number &&
                            !reads_any_from(comparison->right, number);
        if (is_of_number) {
            narrow(range, comparison->sign, comparison->right, condition);
        } else {
            range.others.push_back(condition);
        }
    }
    return range;
}

// With the number behind the columns, which is the same for all.
StreamPlanPtr with_one_number(const StreamPlanPtr& rows, const Plan& plan, int64_t number) {
    std::vector<Bound> values;
    for (size_t i = 0; i < rows->columns.size(); ++i) {
        values.push_back(made(rows->columns[i].type, plan.span, InputColumn{i}));
    }
    const Type& type = plan.columns.back().type;
    values.push_back(constant(type, constant_column<int64_t>(type, number), plan.span));
    return calculated(rows, nullptr, std::move(values), plan.columns);
}

struct Partition {
    std::optional<WindowPlaces> window;
    std::vector<size_t> others;
};

Partition parted_by(const OverRows& step, const StreamPlan& input) {
    Partition partition{{}, step.partition};
    if (!input.window) return partition;
    const WindowPlaces& places = input.window->places;
    auto has = [&](size_t place) { return contains(step.partition, place); };
    if (!has(places.start) || !has(places.end)) return partition;
    partition.window = places;
    std::erase_if(partition.others, [&](size_t place) {
        return place == places.start || place == places.end || place == places.time;
    });
    return partition;
}

StreamPlanPtr ranked_rows(const OverRows& step, const Plan& plan, const StreamPlanPtr& input,
                          const Range& range) {
    bool is_changing = !input->changes.is_insert_only();
    RankBy by = !is_changing                                     ? RankBy::Appends
                : only_rises(*input, step.partition, step.order) ? RankBy::Rises
                                                                 : RankBy::Retractions;
    bool has_one = !range.last_of_row && range.first == range.last;
    Rank rank{input,      step.partition,    step.order, range.first,
              range.last, range.last_of_row, !has_one,   by};
    if (has_one) {
        StreamPlanPtr rows = operating(plan.span, input->columns, std::move(rank));
        return with_one_number(rows, plan, range.first);
    }
    return operating(plan.span, with_calls(*input, plan), std::move(rank));
}

StreamPlanPtr rows_of_windows(const OverRows& step, const Plan& plan, const StreamPlanPtr& input,
                              const Partition& partition, const Range& range, bool by_time) {
    bool is_first_alone = range.first == 1 && range.last == 1;
    if (is_first_alone && by_time) {
        StreamPlanPtr rows =
            operating(plan.span, input->columns,
                      WindowDeduplicate{input, *partition.window, partition.others,
                                        step.order[0].column, step.order[0].is_descending});
        return with_one_number(rows, plan, 1);
    }
    return operating(plan.span, with_calls(*input, plan),
                     WindowRank{input, *partition.window, partition.others, step.order, range.first,
                                *range.last});
}

StreamPlanPtr numbered_rows(const OverRows& step, const Plan& plan, const StreamPlanPtr& input,
                            const Range& range) {
    bool by_time = step.order.size() == 1 && has_time(*input, step.order[0].column);
    Partition partition = parted_by(step, *input);
    if (partition.window && !range.last_of_row) {
        return rows_of_windows(step, plan, input, partition, range, by_time);
    }
    bool is_one = !range.last_of_row && range.first == 1 && range.last == 1;
    bool is_rowtime = by_time && input->columns[step.order[0].column].time == TimeRole::Rowtime;
    // Changing rows have their place in a rank by rowtime; by the clock they have none.
    bool is_stable = input->changes.is_insert_only() || !is_rowtime;
    if (!is_one || !by_time || !is_stable) return ranked_rows(step, plan, input, range);
    StreamPlanPtr rows = operating(plan.span, input->columns,
                                   Deduplicate{input, step.partition, step.order[0].column,
                                               is_rowtime, step.order[0].is_descending});
    return with_one_number(rows, plan, 1);
}

}  // namespace

StreamPlanPtr over(const OverRows& step, const Plan& plan, const StreamPlanPtr& input) {
    want_time_order(step, plan, *input);
    want_past_rows(step, plan.span);
    std::vector<PlanColumn> columns = with_calls(*input, plan);
    const auto* below = std::get_if<Over>(&input->node);
    if (below && is_same_window(*below, step) &&
        reads_only(step.calls, below->input->columns.size())) {
        Over both = *below;
        both.calls.insert(both.calls.end(), step.calls.begin(), step.calls.end());
        return operating(plan.span, std::move(columns), std::move(both));
    }
    if (StreamPlanPtr both = with_arguments_below(step, plan, input)) return both;
    return operating(plan.span, std::move(columns),
                     Over{input, step.partition, step.order[0], step.frame, step.calls});
}

StreamPlanPtr first_rows(const OverRows& step, const Plan& plan,
                         const std::vector<Bound>& conditions, const StreamPlanPtr& input) {
    if (step.calls.size() != 1) return nullptr;
    const std::string& name = step.calls[0].name;
    bool is_rank = name == "RANK" || name == "DENSE_RANK";
    if (name != "ROW_NUMBER" && !is_rank) return nullptr;
    Range range = range_of(conditions, plan.columns.size() - 1);
    if (!range.is_of_numbers) return nullptr;
    if (is_rank) {
        refuse(plan.span,
               fmt::format("the first rows of an endless stream are not found by {}", name),
               "ROW_NUMBER gives each row a number of its own");
    }
    if (!range.last && !range.last_of_row) {
        refuse(plan.span, "there is no end to the rows behind a number",
               "a condition such as number <= 10 keeps the first ones");
    }
    bool is_empty = range.last && *range.last < range.first;
    if (is_empty) return operating(plan.span, with_calls(*input, plan), Constants{});
    return where(numbered_rows(step, plan, input, range), range.others);
}

}  // namespace tarn::sql
