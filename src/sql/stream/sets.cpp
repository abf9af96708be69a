// UNION, INTERSECT and EXCEPT, and the order and number of rows.
#include <fmt/format.h>

#include <algorithm>

#include "sql/expressions/literals.hpp"
#include "sql/plan/steps.hpp"
#include "sql/stream/facts.hpp"
#include "sql/stream/operators.hpp"
#include "sql/stream/places.hpp"
#include "sql/values/writers.hpp"

namespace tarn::sql {
namespace {

using namespace stream;

std::vector<size_t> all_places(size_t count) {
    std::vector<size_t> places;
    for (size_t i = 0; i < count; ++i) places.push_back(i);
    return places;
}

StreamPlanPtr united(const Plan& plan, const std::vector<StreamPlanPtr>& inputs) {
    std::vector<PlanColumn> columns = plan.columns;
    columns.resize(inputs[0]->columns.size(), {});
    for (size_t i = 0; i < columns.size(); ++i) {
        if (i >= plan.columns.size()) columns[i] = inputs[0]->columns[i];
        bool is_same = std::ranges::all_of(inputs, [&](const StreamPlanPtr& input) {
            return input->columns[i].time == inputs[0]->columns[i].time;
        });
        columns[i].time = is_same ? inputs[0]->columns[i].time : TimeRole::None;
    }
    return operating(plan.span, std::move(columns), Union{inputs});
}

// Each row once that the other side has, or has not.
StreamPlanPtr distinct_of_both(const Plan& plan, const StreamPlanPtr& left,
                               const StreamPlanPtr& right, bool is_intersect) {
    JoinOn on{is_intersect ? JoinKind::Semi : JoinKind::Anti, {}, nullptr};
    for (size_t i : all_places(plan.columns.size())) on.keys.push_back({i, i, true});
    std::vector<PlanColumn> columns = plan.columns;
    for (PlanColumn& column : columns) column.time = TimeRole::None;
    StreamPlanPtr kept = operating(plan.span, columns, RegularJoin{left, right, on});
    return operating(plan.span, columns, GroupAggregate{kept, all_places(columns.size()), {}});
}

// Behind the columns whether a row is of the left, and whether it is of the right.
StreamPlanPtr marked(const StreamPlanPtr& input, bool is_left) {
    std::vector<Bound> values;
    std::vector<PlanColumn> columns = input->columns;
    for (size_t i : all_places(columns.size())) {
        values.push_back(made(columns[i].type, input->span, InputColumn{i}));
    }
    Type type = simple_type(TypeKind::Boolean).not_null();
    for (bool is_true : {is_left, !is_left}) {
        values.push_back(constant(type, constant_column(type, is_true), input->span));
        columns.push_back({fmt::format("$m{}", columns.size()), type});
    }
    return calculated(input, nullptr, std::move(values), std::move(columns));
}

StreamPlanPtr all_of_both(const Plan& plan, const StreamPlanPtr& left, const StreamPlanPtr& right,
                          bool is_intersect) {
    size_t width = plan.columns.size();
    StreamPlanPtr rows = united(plan, {marked(left, true), marked(right, false)});
    GroupAggregate counted{rows, all_places(width), {}};
    std::vector<PlanColumn> columns = plan.columns;
    for (PlanColumn& column : columns) column.time = TimeRole::None;
    const Aggregate* count = find_aggregate("COUNT");
    for (size_t filter : {width, width + 1}) {
        AggregateSignature signature = *count->resolve({});
        Type type = signature.result;
        columns.push_back({fmt::format("$c{}", columns.size()), type});
        counted.calls.push_back(
            {.function = count, .signature = signature, .type = type, .filter = filter});
    }
    StreamPlanPtr counts = operating(plan.span, columns, std::move(counted));
    columns.resize(width, {});
    return operating(plan.span, std::move(columns), RepeatRows{counts, is_intersect});
}

RankBy ranked_by(const StreamPlan& input, const std::vector<SortKey>& order) {
    if (input.changes.is_insert_only()) return RankBy::Appends;
    return only_rises(input, {}, order) ? RankBy::Rises : RankBy::Retractions;
}

}  // namespace

StreamPlanPtr combined_stream(const CombineRows& step, const Plan& plan,
                              const std::vector<StreamPlanPtr>& inputs) {
    if (step.kind == SetOperation::Kind::Union) return united(plan, inputs);
    bool is_intersect = step.kind == SetOperation::Kind::Intersect;
    return step.is_all ? all_of_both(plan, inputs[0], inputs[1], is_intersect)
                       : distinct_of_both(plan, inputs[0], inputs[1], is_intersect);
}

StreamPlanPtr sorted_stream(const SortRows& step, const Plan& plan, const StreamPlanPtr& input) {
    if (!step.limit && step.offset > 0) {
        refuse(plan.span, "OFFSET wants a LIMIT in an endless stream");
    }
    if (step.limit == 0) return operating(plan.span, input->columns, Constants{});
    if (step.keys.empty()) {
        return operating(plan.span, input->columns, Limit{input, step.offset, *step.limit});
    }
    if (step.limit) {
        return operating(
            plan.span, input->columns,
            SortLimit{input, step.keys, step.offset, *step.limit, ranked_by(*input, step.keys)});
    }
    const SortKey& first = step.keys[0];
    const PlanColumn& column = input->columns[first.column];
    if (column.time == TimeRole::None || first.is_descending) {
        refuse(plan.span, "an endless stream is sorted by a time attribute, the earliest first",
               "with a LIMIT it is sorted by anything, and the first rows are kept");
    }
    return operating(plan.span, input->columns,
                     TemporalSort{input, step.keys, column.time == TimeRole::Rowtime});
}

}  // namespace tarn::sql
