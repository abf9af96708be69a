#include <algorithm>
#include <numeric>

#include "sql/plan/steps.hpp"
#include "sql/plan/walk.hpp"
#include "sql/rewrite/conditions.hpp"
#include "sql/rewrite/join_filters.hpp"
#include "sql/rewrite/passes.hpp"

namespace tarn::sql {
namespace {

using Conjuncts = std::vector<Bound>;

// The rows of a plan for which all of the conjuncts hold, each asked as early as it can be.
PlanPtr rows_where(const PlanPtr& plan, const Conjuncts& conjuncts);

std::vector<size_t> same_places(size_t count) {
    std::vector<size_t> places(count);
    std::iota(places.begin(), places.end(), size_t{0});
    return places;
}

bool reads_only(const Bound& condition, const std::vector<size_t>& places) {
    return std::ranges::all_of(places_read(condition), [&](size_t place) {
        return std::ranges::find(places, place) != places.end();
    });
}

bool reads_below(const Bound& condition, size_t end) {
    return std::ranges::all_of(places_read(condition), [&](size_t place) { return place < end; });
}

// What goes below a step and what stays above it.
struct Parting {
    Conjuncts below;
    Conjuncts above;
};

// `has_place` says whether the step's input has what a conjunct reads. One that can fail goes only
// where each row of the input leads to a row of the step, and not before one that stays above: that
// may be there to keep it from failing.
template <typename HasPlace>
Parting parted(const Conjuncts& conjuncts, bool keeps_rows, HasPlace has_place) {
    Parting parts;
    for (const Bound& each : conjuncts) {
        bool is_safe = !can_fail(each) || (keeps_rows && parts.above.empty());
        bool goes = is_safe && is_deterministic(each) && has_place(each);
        (goes ? parts.below : parts.above).push_back(each);
    }
    return parts;
}

// A column, a constant, or a cast or field of one: rather computed twice than late.
bool is_cheap(const Bound& value) {
    if (is_plain(value)) return true;
    const auto* call = std::get_if<BoundCall>(&value->node);
    bool is_small = call && (call->name == "CAST" || call->name.starts_with('.'));
    return is_small && may_move(value) && is_cheap(call->arguments[0]);
}

// Whether a column is one of those that windows add to rows.
bool is_of_window(const Plan& plan, size_t place) {
    if (const auto* project = std::get_if<Project>(&plan.node)) {
        const auto* column = std::get_if<InputColumn>(&project->values[place]->node);
        return column && is_of_window(*project->input, column->place);
    }
    if (const auto* filter = std::get_if<Filter>(&plan.node)) {
        return is_of_window(*filter->input, place);
    }
    const auto* windows = std::get_if<AssignWindows>(&plan.node);
    return windows && place >= windows->input->columns.size();
}

// --- step by step

// The step over its input where what goes below holds, and above it what stays. `places` are those
// of the step's columns in the input.
PlanPtr around(const PlanPtr& plan, const Parting& parts, const std::vector<size_t>& places) {
    PlanPtr input = inputs_of(*plan)[0];
    Conjuncts below;
    for (const Bound& each : parts.below) below.push_back(moved(each, places, *input));
    return filtered_by(with_inputs(plan, {rows_where(input, below)}), parts.above);
}

PlanPtr put(const Filter& filter, const PlanPtr&, const Conjuncts& conjuncts) {
    Conjuncts all = conjuncts_of(filter.condition);
    all.insert(all.end(), conjuncts.begin(), conjuncts.end());
    return rows_where(filter.input, all);
}

PlanPtr put(const Project& project, const PlanPtr& plan, const Conjuncts& conjuncts) {
    Parting parts = parted(conjuncts, true, [&](const Bound& each) {
        return std::ranges::all_of(places_read(each),
                                   [&](size_t place) { return is_cheap(project.values[place]); });
    });
    Conjuncts below;
    for (const Bound& each : parts.below) below.push_back(substituted(each, project.values));
    return filtered_by(with_inputs(plan, {rows_where(project.input, below)}), parts.above);
}

PlanPtr put(const JoinRows& join, const PlanPtr& plan, const Conjuncts& conjuncts) {
    JoinFilters parts = join_filters(join, conjuncts);
    Bound on = parts.on.empty() ? always_true(join.condition->span) : conjunction(parts.on);
    PlanPtr left = rows_where(join.left, parts.left);
    PlanPtr right = rows_where(join.right, parts.right);
    return filtered_by(made(plan->span, plan->columns, JoinRows{parts.kind, left, right, on}),
                       parts.above);
}

// Fewer right rows would let an earlier version take the place of one that is not wanted.
PlanPtr put(const JoinVersion& join, const PlanPtr& plan, const Conjuncts& conjuncts) {
    size_t width = join.left->columns.size();
    Parting parts = parted(conjuncts, false, [&](const Bound& each) {
        return !places_read(each).empty() && reads_below(each, width);
    });
    PlanPtr left = rows_where(join.left, parts.below);
    PlanPtr right = rows_where(join.right, {});
    return filtered_by(with_inputs(plan, {left, right}), parts.above);
}

PlanPtr put(const Unnested& step, const PlanPtr& plan, const Conjuncts& conjuncts) {
    size_t width = step.input->columns.size();
    auto has_place = [&](const Bound& each) { return reads_below(each, width); };
    return around(plan, parted(conjuncts, step.keeps_rows_without, has_place), same_places(width));
}

// A group is there with all of its rows or with none. Without keys there is a row of no rows too.
// Conditions of windows stay out of the step that aggregates them, which belongs right above.
PlanPtr put(const AggregateRows& step, const PlanPtr& plan, const Conjuncts& conjuncts) {
    Parting parts = parted(conjuncts, true, [&](const Bound& each) {
        std::vector<size_t> places = places_read(each);
        return !step.keys.empty() && std::ranges::all_of(places, [&](size_t place) {
            return place < step.keys.size() && !is_of_window(*step.input, step.keys[place]);
        });
    });
    return around(plan, parts, step.keys);
}

// The keys of the sets are NULL in some of its rows.
PlanPtr put(const Expand& step, const PlanPtr& plan, const Conjuncts& conjuncts) {
    size_t width = step.input->columns.size();
    size_t keys = step.sets.empty() ? width : step.sets.front().has_key.size();
    Parting parts = parted(conjuncts, true, [&](const Bound& each) {
        return std::ranges::all_of(places_read(each),
                                   [&](size_t place) { return place >= keys && place < width; });
    });
    return around(plan, parts, same_places(width));
}

// Rows keep sessions of their key open, be they wanted or not.
PlanPtr put(const AssignWindows& step, const PlanPtr& plan, const Conjuncts& conjuncts) {
    size_t width = step.input->columns.size();
    bool is_session = step.window.kind == WindowKind::Session;
    Parting parts = parted(conjuncts, false, [&](const Bound& each) {
        return is_session ? reads_only(each, step.window.session_keys) : reads_below(each, width);
    });
    return around(plan, parts, same_places(width));
}

// A partition is there with all of its rows or with none.
PlanPtr put(const OverRows& step, const PlanPtr& plan, const Conjuncts& conjuncts) {
    Parting parts = parted(conjuncts, true, [&](const Bound& each) {
        return !step.partition.empty() && reads_only(each, step.partition);
    });
    return around(plan, parts, same_places(step.input->columns.size()));
}

// As a partition of OVER.
PlanPtr put(const MatchRows& step, const PlanPtr& plan, const Conjuncts& conjuncts) {
    Parting parts = parted(conjuncts, true, [&](const Bound& each) {
        std::vector<size_t> places = places_read(each);
        return !step.partition.empty() && std::ranges::all_of(places, [&](size_t place) {
            return place < step.partition.size();
        });
    });
    return around(plan, parts, step.partition);
}

PlanPtr put(const CombineRows& combination, const PlanPtr& plan, const Conjuncts& conjuncts) {
    bool is_union = combination.kind == SetOperation::Kind::Union;
    Parting parts = parted(conjuncts, true, [&](const Bound&) { return is_union; });
    std::vector<size_t> places = same_places(plan->columns.size());
    std::vector<PlanPtr> inputs;
    for (const PlanPtr& input : combination.inputs) {
        Conjuncts below;
        for (const Bound& each : parts.below) below.push_back(moved(each, places, *input));
        inputs.push_back(rows_where(input, below));
    }
    return filtered_by(with_inputs(plan, inputs), parts.above);
}

// Those that a LIMIT leaves are other ones when it counts fewer.
PlanPtr put(const SortRows& sort, const PlanPtr& plan, const Conjuncts& conjuncts) {
    bool is_whole = !sort.limit && sort.offset == 0;
    return around(plan, parted(conjuncts, true, [&](const Bound&) { return is_whole; }),
                  same_places(plan->columns.size()));
}

// Nothing goes below a watermark: the time of a stream goes on with each row of its source, and
// without some of them it would go on later.
template <typename Step>
PlanPtr put(const Step&, const PlanPtr& plan, const Conjuncts& conjuncts) {
    std::vector<PlanPtr> inputs = inputs_of(*plan);
    for (PlanPtr& input : inputs) input = rows_where(input, {});
    return filtered_by(with_inputs(plan, inputs), conjuncts);
}

PlanPtr rows_where(const PlanPtr& plan, const Conjuncts& conjuncts) {
    return std::visit([&](const auto& step) { return put(step, plan, conjuncts); }, plan->node);
}

}  // namespace

PlanPtr with_filters_down(const PlanPtr& plan) {
    return rows_where(plan, {});
}

}  // namespace tarn::sql
