#include "sql/stream/pushdown.hpp"

#include <algorithm>

#include "sql/plan/steps.hpp"
#include "sql/stream/contains.hpp"
#include "sql/stream/places.hpp"
#include "sql/values/readers.hpp"

namespace tarn::sql {
namespace {

using Conditions = std::vector<Bound>;

PlanPtr pushed(const PlanPtr& plan, const Conditions& conditions);

// The same step with other inputs; its columns stay.
PlanPtr above(const Plan& plan, decltype(Plan::node) node) {
    return made(plan.span, plan.columns, std::move(node));
}

PlanPtr kept(const PlanPtr& plan, const Conditions& conditions) {
    Bound all = all_of(conditions);
    return all ? filtered(plan, all) : plan;
}

bool is_never_true(const Bound& condition) {
    const Column* value = constant_of(condition);
    return value && (value->is_null(0) || !Reader<bool>(*value)[0]);
}

struct Parted {
    Conditions below;
    Conditions here;
};

template <typename GoesBelow>
Parted parted(const Conditions& conditions, GoesBelow goes_below) {
    Parted parts;
    for (const Bound& each : conditions) {
        bool goes = is_deterministic(each) && goes_below(each);
        (goes ? parts.below : parts.here).push_back(each);
    }
    return parts;
}

// Those that read the first columns alone, which are the columns of the input.
Parted of_input(const Conditions& conditions, const PlanPtr& input) {
    size_t width = input->columns.size();
    return parted(conditions, [&](const Bound& each) { return !reads_any_from(each, width); });
}

// --- what lets conditions pass

template <typename Step>
PlanPtr through(const Step& step, const Plan& plan, const Conditions& conditions) {
    auto copy = step;
    if constexpr (requires { copy.input; }) copy.input = pushed(step.input, {});
    return kept(above(plan, std::move(copy)), conditions);
}

PlanPtr through(const Filter& filter, const Plan&, const Conditions& conditions) {
    // What was asked first is asked first: it may keep rows away from what fails for them.
    Conditions all = conjuncts_of(filter.condition);
    all.insert(all.end(), conditions.begin(), conditions.end());
    std::erase_if(all, is_always_true);
    return pushed(filter.input, all);
}

// Conditions would double with each projection that they go through if they took what is computed
// more than once; what is random has one value in a row, and is taken from there.
bool is_read_once(const std::vector<Bound>& values, const std::vector<size_t>& places) {
    return std::ranges::all_of(places, [&](size_t place) {
        bool is_computed = !column_place(values[place]) && !constant_of(values[place]);
        return is_deterministic(values[place]) &&
               (!is_computed || std::ranges::count(places, place) == 1);
    });
}

PlanPtr through(const Project& project, const Plan& plan, const Conditions& conditions) {
    Parted parts = parted(conditions, [&](const Bound& each) {
        return is_read_once(project.values, places_read(each));
    });
    for (Bound& each : parts.below) each = with_values_of(each, project.values);
    PlanPtr input = pushed(project.input, parts.below);
    return kept(above(plan, Project{input, project.values}), parts.here);
}

PlanPtr through(const AggregateRows& aggregate, const Plan& plan, const Conditions& conditions) {
    size_t keys = aggregate.keys.size();
    // Without a key there is a row even of no rows.
    Parted parts = parted(conditions, [&](const Bound& each) {
        return keys > 0 && !reads_any_from(each, keys) && !places_read(each).empty();
    });
    for (Bound& each : parts.below) each = at_places(each, aggregate.keys);
    AggregateRows copy = aggregate;
    copy.input = pushed(aggregate.input, parts.below);
    return kept(above(plan, std::move(copy)), parts.here);
}

PlanPtr through(const AssignWindows& windows, const Plan& plan, const Conditions& conditions) {
    // Sessions are made of all rows.
    bool is_session = windows.window.kind == WindowKind::Session;
    Parted parts = is_session ? Parted{{}, conditions} : of_input(conditions, windows.input);
    AssignWindows copy = windows;
    copy.input = pushed(windows.input, parts.below);
    return kept(above(plan, std::move(copy)), parts.here);
}

PlanPtr through(const Unnested& unnested, const Plan& plan, const Conditions& conditions) {
    Parted parts = of_input(conditions, unnested.input);
    Unnested copy = unnested;
    copy.input = pushed(unnested.input, parts.below);
    return kept(above(plan, std::move(copy)), parts.here);
}

PlanPtr through(const OverRows& over, const Plan& plan, const Conditions& conditions) {
    // A partition goes as a whole or stays as a whole.
    Parted parts = parted(conditions, [&](const Bound& each) {
        auto read = places_read(each);
        return !read.empty() && std::ranges::all_of(read, [&](size_t place) {
            return contains(over.partition, place);
        });
    });
    OverRows copy = over;
    copy.input = pushed(over.input, parts.below);
    return kept(above(plan, std::move(copy)), parts.here);
}

PlanPtr through(const CombineRows& combination, const Plan& plan, const Conditions& conditions) {
    Parted parts = parted(conditions, [](const Bound&) { return true; });
    CombineRows copy = combination;
    for (PlanPtr& input : copy.inputs) input = pushed(input, parts.below);
    return kept(above(plan, std::move(copy)), parts.here);
}

PlanPtr through(const JoinVersion& join, const Plan& plan, const Conditions& conditions) {
    Parted parts = of_input(conditions, join.left);
    JoinVersion copy = join;
    copy.left = pushed(join.left, parts.below);
    copy.right = pushed(join.right, {});
    return kept(above(plan, std::move(copy)), parts.here);
}

// An order that nobody sees, without a limit, is none.
PlanPtr through(const SortRows& sort, const Plan& plan, const Conditions& conditions) {
    if (!sort.limit && sort.offset == 0) return pushed(sort.input, conditions);
    return kept(above(plan, SortRows{pushed(sort.input, {}), sort.keys, sort.offset, sort.limit}),
                conditions);
}

// --- joins

bool is_of_right(const Bound& bound, size_t width) {
    return reads_any_from(bound, width) && !reads_any_from(bound, 0, width);
}

// A comparison is not true of the NULLs that stand for a row that is not there.
bool refuses_missing(const Conditions& conditions, size_t first, size_t end) {
    return std::ranges::any_of(conditions, [&](const Bound& each) {
        auto comparison = comparison_of(each);
        if (!comparison) return false;
        auto is_column = [&](const Bound& side) {
            auto place = column_place(side);
            const auto* call = std::get_if<BoundCall>(&side->node);
            if (call && call->name == "CAST") place = column_place(call->arguments[0]);
            return place && *place >= first && *place < end;
        };
        return is_column(comparison->left) || is_column(comparison->right);
    });
}

JoinKind kind_with(const Conditions& conditions, JoinKind kind, size_t width) {
    bool has_left = refuses_missing(conditions, 0, width);
    bool has_right = refuses_missing(conditions, width, SIZE_MAX);
    if (kind == JoinKind::Left && has_right) return JoinKind::Inner;
    if (kind == JoinKind::Right && has_left) return JoinKind::Inner;
    if (kind != JoinKind::Full) return kind;
    if (has_left && has_right) return JoinKind::Inner;
    if (has_left) return JoinKind::Left;
    return has_right ? JoinKind::Right : kind;
}

PlanPtr through(const JoinRows& join, const Plan& plan, const Conditions& conditions) {
    size_t width = join.left->columns.size();
    JoinKind kind = kind_with(conditions, join.kind, width);
    bool is_inner = kind == JoinKind::Inner;
    bool may_drop_left =
        is_inner || kind == JoinKind::Left || kind == JoinKind::Semi || kind == JoinKind::Anti;
    bool may_drop_right = is_inner || kind == JoinKind::Right;
    Conditions left;
    Conditions right;
    Conditions on;
    Conditions here;
    auto place = [&](const Bound& each, bool is_above) {
        bool is_left = !reads_any_from(each, width);
        bool is_right = is_of_right(each, width);
        bool goes = is_deterministic(each);
        // What ON says of the side that stays whole only decides who has a counterpart.
        bool goes_left = is_above ? may_drop_left
                                  : is_inner || kind == JoinKind::Semi || kind == JoinKind::Right;
        bool goes_right =
            is_above ? may_drop_right : kind != JoinKind::Right && kind != JoinKind::Full;
        if (goes && is_left && goes_left) {
            left.push_back(each);
        } else if (goes && is_right && goes_right) {
            right.push_back(shifted(each, -static_cast<int64_t>(width)));
        } else {
            (is_above && !is_inner ? here : on).push_back(each);
        }
    };
    for (const Bound& each : conjuncts_of(join.condition)) {
        if (!is_always_true(each)) place(each, false);
    }
    for (const Bound& each : conditions) place(each, true);
    Bound condition = on.empty() ? always_true(join.condition->span) : all_of(on);
    PlanPtr left_input = pushed(join.left, left);
    PlanPtr right_input = pushed(join.right, right);
    return kept(above(plan, JoinRows{kind, left_input, right_input, condition}), here);
}

PlanPtr pushed(const PlanPtr& plan, const Conditions& conditions) {
    if (std::ranges::any_of(conditions, is_never_true)) return above(*plan, ConstantRows{});
    return std::visit([&](const auto& step) { return through(step, *plan, conditions); },
                      plan->node);
}

// --- the order of the result

// Whether only columns that it is sorted by are left out of it.
const SortRows* sort_below(const Plan& plan) {
    const auto* project = std::get_if<Project>(&plan.node);
    const auto* sort = project ? std::get_if<SortRows>(&project->input->node) : nullptr;
    if (!sort || project->values.size() >= project->input->columns.size()) return nullptr;
    for (size_t i = 0; i < project->values.size(); ++i) {
        if (column_place(project->values[i]) != i) return nullptr;
    }
    return sort;
}

PlanPtr with_order(const PlanPtr& plan) {
    auto sorted_again = [](const PlanPtr& rows, const SortRows& sort) {
        SortRows copy = sort;
        copy.input = pushed(sort.input, {});
        return above(*rows, std::move(copy));
    };
    if (const auto* sort = std::get_if<SortRows>(&plan->node)) return sorted_again(plan, *sort);
    if (const SortRows* sort = sort_below(*plan)) {
        const auto& project = std::get<Project>(plan->node);
        return above(*plan, Project{sorted_again(project.input, *sort), project.values});
    }
    return pushed(plan, {});
}

}  // namespace

PlanPtr with_conditions_below(const PlanPtr& plan) {
    const auto* write = std::get_if<WriteRows>(&plan->node);
    if (!write) return with_order(plan);
    WriteRows copy = *write;
    const auto* project = std::get_if<Project>(&write->input->node);
    copy.input = project
                     ? above(*write->input, Project{with_order(project->input), project->values})
                     : with_order(write->input);
    return above(*plan, std::move(copy));
}

}  // namespace tarn::sql
