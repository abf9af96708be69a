#include <algorithm>
#include <map>

#include "sql/plan/walk.hpp"
#include "sql/rewrite/conditions.hpp"
#include "sql/rewrite/passes.hpp"

namespace tarn::sql {
namespace {

bool is_same(const Bound& left, const Bound& right) {
    return are_same(left, right);
}
bool is_same(const PlanColumn& left, const PlanColumn& right) {
    return left.name == right.name && left.type == right.type && left.time == right.time;
}
bool is_same(const Option& left, const Option& right) {
    return left.key == right.key && left.value == right.value;
}
bool is_same(const std::vector<Bound>& left, const std::vector<Bound>& right) {
    return std::ranges::equal(left, right, are_same);
}
bool is_same(const Expand::Set& left, const Expand::Set& right) {
    return left.has_key == right.has_key && left.id == right.id;
}
bool is_same(const AggregateCall& left, const AggregateCall& right) {
    return left.function == right.function && left.arguments == right.arguments &&
           left.type == right.type && left.words == right.words &&
           left.is_distinct == right.is_distinct && left.filter == right.filter;
}
bool is_same(const OverCall& left, const OverCall& right) {
    return left.name == right.name && left.function == right.function &&
           left.arguments == right.arguments && left.type == right.type &&
           left.words == right.words && left.is_distinct == right.is_distinct;
}

template <typename All>
bool are_all_same(const All& left, const All& right) {
    return std::ranges::equal(left, right,
                              [](const auto& a, const auto& b) { return is_same(a, b); });
}

bool is_same(const std::optional<Version>& left, const std::optional<Version>& right) {
    if (!left || !right) return !left && !right;
    return left->by == right->by && are_same(left->point, right->point);
}
bool is_same(const Window& left, const Window& right) {
    return left.kind == right.kind && left.time == right.time && left.size_ms == right.size_ms &&
           left.step_ms == right.step_ms && left.offset_ms == right.offset_ms &&
           left.session_keys == right.session_keys;
}
bool is_same(const Frame::Bound& left, const Frame::Bound& right) {
    return left.kind == right.kind && left.offset == right.offset;
}
bool is_same(const Frame& left, const Frame& right) {
    return left.is_by_rows == right.is_by_rows && is_same(left.from, right.from) &&
           is_same(left.to, right.to);
}

// --- steps over inputs that are the same, as their one expression or the list of them is known to
// be

template <typename Step>
bool does_same(const Step&, const Step&) {
    return true;
}
bool does_same(const Scan& left, const Scan& right) {
    return left.table->path == right.table->path && are_all_same(left.options, right.options) &&
           is_same(left.at, right.at) && left.columns == right.columns &&
           are_all_same(left.filters, right.filters) && left.fields == right.fields;
}
bool does_same(const AssignWatermark& left, const AssignWatermark& right) {
    return left.column == right.column;
}
bool does_same(const ConstantRows& left, const ConstantRows& right) {
    return are_all_same(left.rows, right.rows);
}
bool does_same(const JoinRows& left, const JoinRows& right) {
    return left.kind == right.kind;
}
bool does_same(const JoinVersion& left, const JoinVersion& right) {
    return left.kind == right.kind && left.time == right.time;
}
bool does_same(const Unnested& left, const Unnested& right) {
    return left.with_ordinality == right.with_ordinality &&
           left.keeps_rows_without == right.keeps_rows_without;
}
bool does_same(const AggregateRows& left, const AggregateRows& right) {
    return left.keys == right.keys && are_all_same(left.calls, right.calls);
}
bool does_same(const Expand& left, const Expand& right) {
    return are_all_same(left.sets, right.sets);
}
bool does_same(const AssignWindows& left, const AssignWindows& right) {
    return is_same(left.window, right.window) && left.is_legacy == right.is_legacy;
}
bool does_same(const OverRows& left, const OverRows& right) {
    return left.partition == right.partition && left.order == right.order &&
           is_same(left.frame, right.frame) && are_all_same(left.calls, right.calls);
}
bool is_repeatable(const MatchPattern& pattern) {
    auto is_so = [](const Bound& value) { return is_deterministic(value); };
    return std::ranges::all_of(pattern.measures, is_so) &&
           std::ranges::all_of(pattern.variables, [&](const PatternVariable& each) {
               return !each.condition || is_so(each.condition);
           });
}
// Its text says all of it.
bool does_same(const MatchRows& left, const MatchRows& right) {
    return left.partition == right.partition && left.order == right.order &&
           is_repeatable(left.pattern) && text_of(left.pattern) == text_of(right.pattern);
}
bool does_same(const CombineRows& left, const CombineRows& right) {
    return left.kind == right.kind && left.is_all == right.is_all;
}
bool does_same(const SortRows& left, const SortRows& right) {
    return left.keys == right.keys && left.offset == right.offset && left.limit == right.limit;
}
// Who writes twice writes twice.
bool does_same(const WriteRows&, const WriteRows&) {
    return false;
}

bool are_same_step(const Plan& left, const Plan& right) {
    return are_all_same(left.columns, right.columns) &&
           are_all_same(expressions_of(left), expressions_of(right)) &&
           std::visit(
               [&](const auto& step) {
                   return does_same(step, std::get<std::decay_t<decltype(step)>>(right.node));
               },
               left.node);
}

// Random numbers that are drawn once are not those of two. The time of the clock is, wherever it
// is asked for.
bool draws(const Bound& value) {
    return has_part(value, [](const BoundExpression& part) {
        const auto* call = std::get_if<BoundCall>(&part.node);
        return call && !call->is_deterministic && call->name != "PROCTIME";
    });
}

// The steps that were met, so that the next one of the same is found among them. As their inputs
// are shared before, those are compared by identity.
class KnownSteps {
public:
    PlanPtr shared(const PlanPtr& plan) {
        std::vector<PlanPtr> inputs = inputs_of(*plan);
        for (PlanPtr& input : inputs) input = shared(input);
        PlanPtr now = with_inputs(plan, inputs);
        std::vector<Bound> values = expressions_of(*now);
        if (std::ranges::any_of(values, draws)) return std::make_shared<Plan>(*now);
        std::vector<PlanPtr>& alike = known_[{now->node.index(), std::move(inputs)}];
        for (const PlanPtr& each : alike) {
            if (are_same_step(*each, *now)) return each;
        }
        alike.push_back(now);
        return now;
    }

private:
    std::map<std::pair<size_t, std::vector<PlanPtr>>, std::vector<PlanPtr>> known_;
};

}  // namespace

std::vector<PlanPtr> with_shared_parts(const std::vector<PlanPtr>& plans) {
    KnownSteps known;
    std::vector<PlanPtr> all;
    for (const PlanPtr& plan : plans) all.push_back(known.shared(plan));
    return all;
}

}  // namespace tarn::sql
