// Joins: of windows, within a time, with versions, and those that keep all rows of both sides.
#include <fmt/format.h>

#include <algorithm>

#include "sql/plan/steps.hpp"
#include "sql/stream/contains.hpp"
#include "sql/stream/facts.hpp"
#include "sql/stream/join_condition.hpp"
#include "sql/stream/lookup_condition.hpp"
#include "sql/stream/operators.hpp"
#include "sql/stream/places.hpp"

namespace tarn::sql {
namespace {

using namespace stream;

bool is_one_sided(JoinKind kind) {
    return kind == JoinKind::Semi || kind == JoinKind::Anti;
}

// Columns of both sides; what is made of old rows and new ones is in no order of rowtime.
std::vector<PlanColumn> columns_of_both(const Plan& plan, const StreamPlan& left,
                                        const StreamPlan& right, bool keeps_rowtime) {
    std::vector<PlanColumn> columns = plan.columns;
    size_t width = left.columns.size();
    for (size_t i = 0; i < columns.size(); ++i) {
        TimeRole role = i < width ? left.columns[i].time : right.columns[i - width].time;
        columns[i].time = role == TimeRole::Rowtime && !keeps_rowtime ? TimeRole::None : role;
    }
    return columns;
}

// --- windows

const JoinKey* key_between(const JoinOn& on, size_t left, size_t right) {
    auto found = std::ranges::find_if(on.keys, [&](const JoinKey& key) {
        return key.left == left && key.right == right && !key.nulls_are_equal;
    });
    return found == on.keys.end() ? nullptr : &*found;
}

bool are_alike(const WindowColumns& left, const WindowColumns& right) {
    const Window& a = left.window;
    const Window& b = right.window;
    return a.kind == b.kind && a.size_ms == b.size_ms && a.step_ms == b.step_ms &&
           a.offset_ms == b.offset_ms && left.time.time == right.time.time;
}

StreamPlanPtr window_join(const JoinSides& sides, const Plan& plan) {
    const auto& left = sides.left->window;
    const auto& right = sides.right->window;
    if (!left || !right || !are_alike(*left, *right)) return nullptr;
    if (!key_between(sides.on, left->places.start, right->places.start)) return nullptr;
    if (!key_between(sides.on, left->places.end, right->places.end)) return nullptr;
    JoinOn on = sides.on;
    std::erase_if(on.keys, [&](const JoinKey& key) {
        return (key.left == left->places.start && key.right == right->places.start) ||
               (key.left == left->places.end && key.right == right->places.end);
    });
    return operating(plan.span, columns_of_both(plan, *sides.left, *sides.right, true),
                     WindowJoin{sides.left, sides.right, on, left->places, right->places});
}

// --- bounds of time

StreamPlanPtr interval_join(const JoinSides& sides, const Plan& plan) {
    if (is_one_sided(sides.on.kind)) return nullptr;
    auto bounds = time_bounds_of(sides);
    if (!bounds) return nullptr;
    bool is_rowtime = sides.left->columns[bounds->left_time].time == TimeRole::Rowtime;
    return operating(plan.span, columns_of_both(plan, *sides.left, *sides.right, true),
                     IntervalJoin{sides.left, sides.right, bounds->on, bounds->left_time,
                                  bounds->right_time, bounds->from_ms, bounds->to_ms, is_rowtime});
}

StreamPlanPtr regular_join(const JoinSides& sides, const Plan& plan) {
    return operating(plan.span, columns_of_both(plan, *sides.left, *sides.right, false),
                     RegularJoin{sides.left, sides.right, sides.on});
}

StreamPlanPtr any_join(const JoinSides& sides, const Plan& plan) {
    if (StreamPlanPtr join = window_join(sides, plan)) return join;
    if (StreamPlanPtr join = interval_join(sides, plan)) return join;
    return regular_join(sides, plan);
}

// --- versions

StreamPlanPtr lookup_join(const JoinSides& sides, const Plan& plan) {
    LookupCondition found = lookup_condition(sides, plan.span);
    return operating(plan.span, columns_of_both(plan, *sides.left, *sides.right, true),
                     LookupJoin{sides.left, sides.right, found.asked_by, found.rest});
}

StreamPlanPtr temporal_join(const JoinSides& sides, const Plan& plan, size_t time) {
    const StreamPlan& right = *sides.right;
    auto of_versions = std::ranges::find(right.columns, TimeRole::Rowtime, &PlanColumn::time);
    if (of_versions == right.columns.end()) {
        refuse(plan.span,
               "the table of versions has no rowtime, so nobody knows when each was "
               "valid",
               "it takes a column with a WATERMARK");
    }
    auto key = std::ranges::find_if(right.upsert_keys, [&](const UpsertKey& each) {
        return std::ranges::all_of(
            each, [&](size_t column) { return contains(sides.on.keys, column, &JoinKey::right); });
    });
    if (key == right.upsert_keys.end()) {
        refuse(plan.span, "a join with versions compares all columns of their PRIMARY KEY with =",
               "PRIMARY KEY (…) NOT ENFORCED of the table of versions names them");
    }
    size_t right_time = static_cast<size_t>(of_versions - right.columns.begin());
    return operating(plan.span, columns_of_both(plan, *sides.left, *sides.right, true),
                     TemporalJoin{sides.left, sides.right, sides.on, time, right_time, *key});
}

// Columns that were put behind those of a side for the join are none of the result.
StreamPlanPtr without_added(const StreamPlanPtr& join, const Plan& plan, const JoinSides& sides) {
    size_t left_width = sides.left->columns.size();
    std::vector<size_t> places;
    for (size_t i = 0; i < sides.left_width; ++i) places.push_back(i);
    for (size_t i = sides.left_width; i < plan.columns.size(); ++i) {
        places.push_back(i - sides.left_width + left_width);
    }
    return with_columns_at(join, places, plan.columns);
}

// As the join gives it, before added columns go.
Plan widened(const Plan& plan, const JoinSides& sides) {
    bool is_left_optional = sides.on.kind == JoinKind::Right || sides.on.kind == JoinKind::Full;
    bool is_right_optional = sides.on.kind == JoinKind::Left || sides.on.kind == JoinKind::Full;
    std::vector<PlanColumn> columns = sides.left->columns;
    for (PlanColumn& column : columns) column.type.is_nullable |= is_left_optional;
    for (PlanColumn column : sides.right->columns) {
        if (is_one_sided(sides.on.kind)) break;
        column.type.is_nullable |= is_right_optional;
        columns.push_back(std::move(column));
    }
    return Plan{plan.span, std::move(columns), plan.node};
}

}  // namespace

StreamPlanPtr joined_stream(const JoinRows& step, const Plan& plan, const StreamPlanPtr& left,
                            const StreamPlanPtr& right) {
    JoinSides sides = sides_of(step.kind, left, right, step.condition);
    return without_added(any_join(sides, widened(plan, sides)), plan, sides);
}

StreamPlanPtr joined_version(const JoinVersion& step, const Plan& plan, const StreamPlanPtr& left,
                             const StreamPlanPtr& right) {
    JoinSides sides = sides_of(step.kind, left, right, step.condition);
    Plan wide = widened(plan, sides);
    bool is_rowtime = left->columns[step.time].time == TimeRole::Rowtime;
    bool is_proctime = left->columns[step.time].time == TimeRole::Proctime;
    if (!is_rowtime && !is_proctime) {
        refuse(plan.span,
               fmt::format("'{}' is no time attribute any more below this join",
                           left->columns[step.time].name),
               "a join without bounds of time gives its rows in no order of time");
    }
    StreamPlanPtr join =
        is_rowtime ? temporal_join(sides, wide, step.time) : lookup_join(sides, wide);
    return without_added(join, plan, sides);
}

}  // namespace tarn::sql
