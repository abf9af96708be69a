#include <algorithm>
#include <map>
#include <numeric>

#include "base/assert.hpp"
#include "sql/plan/steps.hpp"
#include "sql/plan/walk.hpp"
#include "sql/rewrite/conditions.hpp"
#include "sql/rewrite/passes.hpp"

namespace tarn::sql {
namespace {

// Which columns of a step are read by those above it.
using Wanted = std::vector<bool>;

constexpr size_t Gone = SIZE_MAX;

// A step with what is left of its columns, at least those that are wanted.
struct Narrow {
    PlanPtr plan;
    std::vector<size_t> places;  // of each column of the plan that it was made of, or Gone
};

// --- lists of columns

void want(Wanted& wanted, const std::vector<size_t>& places) {
    for (size_t place : places) wanted[place] = true;
}

void want(Wanted& wanted, const Bound& value) {
    want(wanted, places_read(value));
}

Wanted first_of(const Wanted& wanted, size_t count) {
    return {wanted.begin(), wanted.begin() + static_cast<ptrdiff_t>(count)};
}

std::vector<size_t> chosen(const Wanted& wanted) {
    std::vector<size_t> places;
    for (size_t i = 0; i < wanted.size(); ++i) {
        if (wanted[i]) places.push_back(i);
    }
    return places;
}

// New places of columns of which the wanted are left.
std::vector<size_t> places_of(const Wanted& wanted) {
    std::vector<size_t> places;
    size_t next = 0;
    for (bool is_wanted : wanted) places.push_back(is_wanted ? next++ : Gone);
    return places;
}

// Behind the columns of an input, `added` ones that a step adds.
std::vector<size_t> with_added(std::vector<size_t> places, size_t input_columns, size_t added) {
    for (size_t i = 0; i < added; ++i) places.push_back(input_columns + i);
    return places;
}

std::vector<size_t> at(const std::vector<size_t>& places, const std::vector<size_t>& old) {
    std::vector<size_t> now;
    for (size_t place : old) now.push_back(places[place]);
    return now;
}

// The columns that are left, in their new order.
std::vector<PlanColumn> left_of(const std::vector<PlanColumn>& columns,
                                const std::vector<size_t>& places) {
    std::vector<PlanColumn> left(columns.size() -
                                 static_cast<size_t>(std::ranges::count(places, Gone)));
    for (size_t i = 0; i < places.size(); ++i) {
        if (places[i] != Gone) left[places[i]] = columns[i];
    }
    return left;
}

// The step with the columns of its input that are left, and those that it adds.
template <typename Step>
Narrow over(const PlanPtr& plan, const Narrow& input, Step step) {
    size_t added = plan->columns.size() - input.places.size();
    std::vector<size_t> places = with_added(input.places, input.plan->columns.size(), added);
    step.input = input.plan;
    PlanPtr now = made(plan->span, left_of(plan->columns, places), std::move(step));
    return {std::move(now), std::move(places)};
}

Wanted right_of(const Wanted& wanted, size_t left_columns) {
    return {wanted.begin() + static_cast<ptrdiff_t>(left_columns), wanted.end()};
}

// SINGLE_VALUE is computed even for nobody: it fails where there are several rows.
bool is_computed(const AggregateCall& call, bool is_wanted) {
    return is_wanted || call.function->name == "SINGLE_VALUE";
}

// Both sides of a join: what is read above it, and by its condition.
struct Sides {
    Narrow left;
    Narrow right;
    std::vector<size_t> places;  // of the columns of both
};

// Goes over the plans twice: first to learn what all together read of each part, which may be
// several times in them, then to leave out the rest.
class Narrowing {
public:
    explicit Narrowing(const std::vector<PlanPtr>& plans) {
        for (const PlanPtr& plan : plans) whole(plan);
        all_is_known_ = true;
    }

    PlanPtr whole(const PlanPtr& plan) {
        return narrow(plan, Wanted(plan->columns.size(), true)).plan;
    }

private:
    Narrow narrow(const PlanPtr& plan, const Wanted& wanted) {
        TARN_ASSERT(wanted.size() == plan->columns.size());
        auto known = narrow_.find(plan.get());
        if (known != narrow_.end()) return known->second;
        Wanted& by_all = wanted_[plan.get()];
        by_all.resize(wanted.size());
        for (size_t i = 0; i < wanted.size(); ++i) by_all[i] = by_all[i] || wanted[i];
        Narrow found =
            std::visit([&](const auto& step) { return narrow(step, plan, by_all); }, plan->node);
        if (all_is_known_) narrow_.emplace(plan.get(), found);
        return found;
    }

    // With the wanted columns alone, for steps that keep rows or make more of them.
    Narrow exactly(const PlanPtr& plan, const Wanted& wanted) {
        Narrow input = narrow(plan, wanted);
        std::vector<size_t> places = chosen(wanted);
        if (places.size() == input.plan->columns.size()) return input;
        std::vector<Bound> values;
        std::vector<std::string> names;
        for (size_t place : places) {
            values.push_back(column_of(*input.plan, input.places[place], plan->span));
            names.push_back(plan->columns[place].name);
        }
        return {projected(input.plan, std::move(values), names), places_of(wanted)};
    }

    // --- step by step

    static Narrow narrow(const Scan& scan, const PlanPtr& plan, const Wanted& wanted) {
        if (std::ranges::find(wanted, false) == wanted.end() || !scan.filters.empty()) {
            std::vector<size_t> all(wanted.size());
            std::iota(all.begin(), all.end(), size_t{0});
            return {plan, std::move(all)};
        }
        Scan read = scan;
        std::vector<size_t> places = chosen(wanted);
        read.columns = scan.columns ? at(*scan.columns, places) : places;
        std::vector<PlanColumn> columns = left_of(plan->columns, places_of(wanted));
        return {made(plan->span, std::move(columns), std::move(read)), places_of(wanted)};
    }

    static Narrow narrow(const ConstantRows& step, const PlanPtr& plan, const Wanted& wanted) {
        ConstantRows rows;
        for (const auto& row : step.rows) {
            std::vector<Bound> values;
            for (size_t place : chosen(wanted)) values.push_back(row[place]);
            rows.rows.push_back(std::move(values));
        }
        std::vector<PlanColumn> columns = left_of(plan->columns, places_of(wanted));
        return {made(plan->span, std::move(columns), std::move(rows)), places_of(wanted)};
    }

    // Its time goes on, be it read or not.
    Narrow narrow(const AssignWatermark& step, const PlanPtr& plan, Wanted wanted) {
        wanted[step.column] = true;
        want(wanted, step.value);
        Narrow input = narrow(step.input, wanted);
        return over(
            plan, input,
            AssignWatermark{{}, input.places[step.column], at_places(step.value, input.places)});
    }

    Narrow narrow(const Project& step, const PlanPtr& plan, const Wanted& wanted) {
        Wanted below(step.input->columns.size(), false);
        for (size_t place : chosen(wanted)) want(below, step.values[place]);
        Narrow input = narrow(step.input, below);
        std::vector<Bound> values;
        for (size_t place : chosen(wanted))
            values.push_back(at_places(step.values[place], input.places));
        std::vector<PlanColumn> columns = left_of(plan->columns, places_of(wanted));
        return {made(plan->span, std::move(columns), Project{input.plan, std::move(values)}),
                places_of(wanted)};
    }

    Narrow narrow(const Filter& step, const PlanPtr& plan, Wanted wanted) {
        want(wanted, step.condition);
        Narrow input = narrow(step.input, wanted);
        return over(plan, input, Filter{{}, at_places(step.condition, input.places)});
    }

    Sides sides(Wanted left, Wanted right, const PlanPtr& left_plan, const PlanPtr& right_plan,
                const Bound& condition) {
        for (size_t place : places_read(condition)) {
            bool is_left = place < left.size();
            (is_left ? left : right)[is_left ? place : place - left.size()] = true;
        }
        Sides both{exactly(left_plan, left), exactly(right_plan, right), {}};
        both.places = both.left.places;
        size_t width = both.left.plan->columns.size();
        for (size_t place : both.right.places) {
            both.places.push_back(place == Gone ? Gone : place + width);
        }
        return both;
    }

    Narrow narrow(const JoinRows& step, const PlanPtr& plan, const Wanted& wanted) {
        size_t width = step.left->columns.size();
        bool is_of_left = step.kind == JoinKind::Semi || step.kind == JoinKind::Anti;
        Wanted right =
            is_of_left ? Wanted(step.right->columns.size(), false) : right_of(wanted, width);
        Sides both = sides(first_of(wanted, width), right, step.left, step.right, step.condition);
        Bound condition = at_places(step.condition, both.places);
        std::vector<size_t> places = is_of_left ? both.left.places : both.places;
        return {made(plan->span, left_of(plan->columns, places),
                     JoinRows{step.kind, both.left.plan, both.right.plan, std::move(condition)}),
                places};
    }

    // The right side tells by its times which version is which.
    Narrow narrow(const JoinVersion& step, const PlanPtr& plan, const Wanted& wanted) {
        size_t width = step.left->columns.size();
        Wanted left = first_of(wanted, width);
        Wanted right = right_of(wanted, width);
        left[step.time] = true;
        for (size_t i = 0; i < right.size(); ++i) {
            if (step.right->columns[i].time != TimeRole::None) right[i] = true;
        }
        Sides both =
            sides(std::move(left), std::move(right), step.left, step.right, step.condition);
        Bound condition = at_places(step.condition, both.places);
        return {made(plan->span, left_of(plan->columns, both.places),
                     JoinVersion{step.kind, both.left.plan, both.right.plan, std::move(condition),
                                 both.left.places[step.time]}),
                both.places};
    }

    Narrow narrow(const Unnested& step, const PlanPtr& plan, const Wanted& wanted) {
        Wanted below = first_of(wanted, step.input->columns.size());
        want(below, step.collection);
        Narrow input = exactly(step.input, below);
        Unnested items = step;
        items.collection = at_places(step.collection, input.places);
        return over(plan, input, std::move(items));
    }

    Narrow narrow(const AggregateRows& step, const PlanPtr& plan, Wanted wanted) {
        size_t keys = step.keys.size();
        for (size_t i = 0; i < wanted.size(); ++i) {
            wanted[i] = i < keys || is_computed(step.calls[i - keys], wanted[i]);
        }
        Wanted below(step.input->columns.size(), false);
        want(below, step.keys);
        std::vector<AggregateCall> calls;
        for (size_t i = 0; i < step.calls.size(); ++i) {
            if (!wanted[keys + i]) continue;
            calls.push_back(step.calls[i]);
            want(below, step.calls[i].arguments);
            if (step.calls[i].filter) below[*step.calls[i].filter] = true;
        }
        Narrow input = narrow(step.input, below);
        for (AggregateCall& call : calls) {
            call.arguments = at(input.places, call.arguments);
            if (call.filter) call.filter = input.places[*call.filter];
        }
        std::vector<PlanColumn> columns = left_of(plan->columns, places_of(wanted));
        return {made(plan->span, std::move(columns),
                     AggregateRows{input.plan, at(input.places, step.keys), std::move(calls)}),
                places_of(wanted)};
    }

    // The keys of the sets are told by their places, which are the first.
    Narrow narrow(const Expand& step, const PlanPtr& plan, const Wanted& wanted) {
        Wanted below = first_of(wanted, step.input->columns.size());
        size_t keys = step.sets.empty() ? 0 : step.sets.front().has_key.size();
        std::fill_n(below.begin(), keys, true);
        return over(plan, exactly(step.input, below), step);
    }

    Narrow narrow(const AssignWindows& step, const PlanPtr& plan, const Wanted& wanted) {
        Wanted below = first_of(wanted, step.input->columns.size());
        below[step.window.time] = true;
        want(below, step.window.session_keys);
        Narrow input = exactly(step.input, below);
        AssignWindows windows = step;
        windows.window.time = input.places[step.window.time];
        windows.window.session_keys = at(input.places, step.window.session_keys);
        return over(plan, input, std::move(windows));
    }

    Narrow narrow(const OverRows& step, const PlanPtr& plan, const Wanted& wanted) {
        size_t width = step.input->columns.size();
        Wanted below = first_of(wanted, width);
        Wanted calls = right_of(wanted, width);
        // Rows are put in no order for nothing.
        if (std::ranges::find(calls, true) == calls.end()) {
            Narrow input = narrow(step.input, below);
            input.places.resize(plan->columns.size(), Gone);
            return input;
        }
        want(below, step.partition);
        for (const SortKey& key : step.order) below[key.column] = true;
        for (size_t call : chosen(calls)) want(below, step.calls[call].arguments);
        Narrow input = exactly(step.input, below);
        OverRows over_rows = step;
        over_rows.input = input.plan;
        over_rows.partition = at(input.places, step.partition);
        for (SortKey& key : over_rows.order) key.column = input.places[key.column];
        over_rows.calls.clear();
        for (size_t call : chosen(calls)) {
            over_rows.calls.push_back(step.calls[call]);
            over_rows.calls.back().arguments = at(input.places, step.calls[call].arguments);
        }
        std::vector<size_t> places = input.places;
        for (size_t place : places_of(calls)) {
            places.push_back(place == Gone ? Gone : input.plan->columns.size() + place);
        }
        return {made(plan->span, left_of(plan->columns, places), std::move(over_rows)), places};
    }

    // Its binder has left out what it does not read.
    Narrow narrow(const MatchRows& step, const PlanPtr& plan, const Wanted&) {
        PlanPtr input = whole(step.input);
        MatchRows match = step;
        match.input = input;
        PlanPtr now = made(plan->span, plan->columns, std::move(match));
        return {std::move(now), places_of(Wanted(plan->columns.size(), true))};
    }

    // INTERSECT and EXCEPT compare whole rows.
    Narrow narrow(const CombineRows& step, const PlanPtr& plan, Wanted wanted) {
        if (step.kind != SetOperation::Kind::Union) wanted.assign(wanted.size(), true);
        std::vector<PlanPtr> inputs;
        for (const PlanPtr& input : step.inputs) inputs.push_back(exactly(input, wanted).plan);
        std::vector<PlanColumn> columns = left_of(plan->columns, places_of(wanted));
        return {made(plan->span, std::move(columns),
                     CombineRows{step.kind, step.is_all, std::move(inputs)}),
                places_of(wanted)};
    }

    Narrow narrow(const SortRows& step, const PlanPtr& plan, Wanted wanted) {
        for (const SortKey& key : step.keys) wanted[key.column] = true;
        Narrow input = exactly(step.input, wanted);
        SortRows sort = step;
        for (SortKey& key : sort.keys) key.column = input.places[key.column];
        return over(plan, input, std::move(sort));
    }

    Narrow narrow(const WriteRows& step, const PlanPtr& plan, const Wanted&) {
        Narrow input = exactly(step.input, Wanted(step.input->columns.size(), true));
        return over(plan, input, step);
    }

    bool all_is_known_ = false;
    std::map<const Plan*, Wanted> wanted_;
    std::map<const Plan*, Narrow> narrow_;
};

}  // namespace

std::vector<PlanPtr> without_unread_columns(const std::vector<PlanPtr>& plans) {
    Narrowing narrowing(plans);
    std::vector<PlanPtr> all;
    for (const PlanPtr& plan : plans) all.push_back(narrowing.whole(plan));
    return all;
}

}  // namespace tarn::sql
