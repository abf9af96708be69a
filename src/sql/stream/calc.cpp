// Projections and filters, as few as possible.
#include <algorithm>
#include <map>

#include "sql/plan/steps.hpp"
#include "sql/stream/facts.hpp"
#include "sql/stream/operators.hpp"
#include "sql/stream/places.hpp"

namespace tarn::sql {
namespace {

using namespace stream;

TimeRole role_in(const Bound& value, const StreamPlan& input) {
    if (auto place = column_place(value)) return input.columns[*place].time;
    const auto* call = std::get_if<BoundCall>(&value->node);
    return call && call->name == "PROCTIME" ? TimeRole::Proctime : TimeRole::None;
}

// Nothing that takes time is computed twice for it.
bool can_merge(const Calc& below, const std::vector<Bound>& values) {
    std::map<size_t, int> reads;
    for (const Bound& value : values) {
        for (size_t place : places_read(value)) ++reads[place];
    }
    return std::ranges::all_of(reads, [&](const auto& read) {
        const Bound& value = below.values[read.first];
        return read.second == 1 || column_place(value) || constant_of(value);
    });
}

bool is_same(const StreamPlan& input, const std::vector<Bound>& values,
             const std::vector<PlanColumn>& columns) {
    if (values.size() != input.columns.size()) return false;
    for (size_t i = 0; i < values.size(); ++i) {
        if (column_place(values[i]) != i) return false;
        if (columns[i].name != input.columns[i].name) return false;
    }
    return true;
}

// A number that nobody reads is not counted: then fewer rows change.
StreamPlanPtr without_number(const StreamPlanPtr& input, const Bound& condition,
                             const std::vector<Bound>& values) {
    size_t number = input->columns.size() - 1;
    auto reads = [&](const Bound& value) { return value && reads_any_from(value, number); };
    if (reads(condition) || std::ranges::any_of(values, reads)) return input;
    auto without = [&](auto step) {
        step.with_number = false;
        std::vector<PlanColumn> columns = input->columns;
        columns.pop_back();
        return operating(input->span, std::move(columns), std::move(step));
    };
    const auto* rank = std::get_if<Rank>(&input->node);
    if (rank && rank->with_number) return without(*rank);
    const auto* of_window = std::get_if<WindowRank>(&input->node);
    return of_window && of_window->with_number ? without(*of_window) : input;
}

}  // namespace

StreamPlanPtr calculated(const StreamPlanPtr& input, const Bound& condition,
                         std::vector<Bound> values, std::vector<PlanColumn> columns) {
    if (!condition && is_same(*input, values, columns)) return input;
    const auto* below = std::get_if<Calc>(&input->node);
    if (below && !condition && can_merge(*below, values)) {
        for (Bound& value : values) value = with_values_of(value, below->values);
        return calculated(below->input, below->condition, std::move(values), std::move(columns));
    }
    for (size_t i = 0; i < values.size(); ++i) columns[i].time = role_in(values[i], *input);
    StreamPlanPtr rows = input->columns.empty() ? input : without_number(input, condition, values);
    return operating(condition ? condition->span : input->span, std::move(columns),
                     Calc{rows, condition, std::move(values)});
}

StreamPlanPtr with_columns_at(const StreamPlanPtr& input, const std::vector<size_t>& places,
                              std::vector<PlanColumn> columns) {
    std::vector<Bound> values;
    for (size_t place : places) {
        values.push_back(made(input->columns[place].type, input->span, InputColumn{place}));
    }
    return calculated(input, nullptr, std::move(values), std::move(columns));
}

StreamPlanPtr where(const StreamPlanPtr& input, const std::vector<Bound>& conditions) {
    if (conditions.empty()) return input;
    std::vector<Bound> values;
    for (size_t i = 0; i < input->columns.size(); ++i) {
        values.push_back(made(input->columns[i].type, input->span, InputColumn{i}));
    }
    return calculated(input, all_of(conditions), std::move(values), input->columns);
}

}  // namespace tarn::sql
