#include "sql/stream/changelog.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sql/stream/contains.hpp"
#include "sql/stream/facts.hpp"

namespace tarn::sql {
namespace {

using namespace stream;

enum class Want { Same, Befores, NoBefores, Impossible };

// What an operator wants of each of its inputs when it is to give updates with or without the
// rows before them. Most take updates back from what they have, so they want what is replaced.
template <typename Step>
Want want(const Step&, bool, size_t) {
    return Want::Befores;
}

Want same_or_impossible(const StreamPlan& input, bool gives_befores) {
    bool has_updates = input.changes.afters;
    return !gives_befores && has_updates ? Want::Impossible : Want::Same;
}

// A row that no longer fits has to be taken back, and only the row before tells which.
Want want(const Calc& calc, bool gives_befores, size_t) {
    return calc.condition ? same_or_impossible(*calc.input, gives_befores) : Want::Same;
}
Want want(const RepeatRows& step, bool gives_befores, size_t) {
    return same_or_impossible(*step.input, gives_befores);
}

Want want(const RegularJoin& join, bool gives_befores, size_t input) {
    bool is_left = input == 0;
    const StreamPlan& side = is_left ? *join.left : *join.right;
    if (gives_befores) return Want::Befores;
    if (is_keyed_by_join(side, join.on, is_left)) return Want::Same;
    return same_or_impossible(side, gives_befores);
}

Want want(const Rank& rank, bool, size_t) {
    return rank.by == RankBy::Rises ? Want::NoBefores : Want::Befores;
}
Want want(const SortLimit& sort, bool, size_t) {
    return sort.by == RankBy::Rises ? Want::NoBefores : Want::Befores;
}
Want want(const TemporalJoin&, bool, size_t input) {
    return input == 0 ? Want::Same : Want::NoBefores;
}
Want want(const ChangelogNormalize&, bool, size_t) {
    return Want::NoBefores;
}
Want want(const WatermarkAssigner&, bool, size_t) {
    return Want::Same;
}
Want want(const Correlate&, bool, size_t) {
    return Want::Same;
}
Want want(const ExpandSets&, bool, size_t) {
    return Want::Same;
}
Want want(const WindowTableFunction&, bool, size_t) {
    return Want::Same;
}
Want want(const LookupJoin&, bool, size_t) {
    return Want::Same;
}
Want want(const Union&, bool, size_t) {
    return Want::Same;
}

StreamPlanPtr with_changes(const StreamPlan& plan, StreamPlan::Node node, bool befores) {
    auto copy = std::make_shared<StreamPlan>(plan);
    copy->node = std::move(node);
    copy->changes.befores = befores && plan.changes.afters;
    return copy;
}

StreamPlanPtr given(const StreamPlanPtr& plan, bool befores);

// Rows that only rise need no rows before them, if the input can be without.
template <typename Step>
StreamPlanPtr ranked(const StreamPlanPtr& plan, const Step& step, bool befores) {
    if (step.by == RankBy::Rises) {
        if (StreamPlanPtr input = given(step.input, false)) {
            return with_changes(*plan, with_inputs(plan->node, {input}), befores);
        }
    }
    Step copy = step;
    if (step.by == RankBy::Rises) copy.by = RankBy::Retractions;
    copy.input = given(step.input, true);
    return copy.input ? with_changes(*plan, std::move(copy), befores) : nullptr;
}

StreamPlanPtr source_given(const StreamPlanPtr& plan, bool befores) {
    const Changes& changes = plan->changes;
    if (!changes.afters || changes.befores == befores) return plan;
    if (!changes.befores) return nullptr;
    StreamPlan copy = *plan;
    copy.node = DropBefores{plan};
    copy.changes.befores = false;
    return std::make_shared<StreamPlan>(std::move(copy));
}

// Null when it cannot.
StreamPlanPtr given(const StreamPlanPtr& plan, bool befores) {
    if (std::holds_alternative<TableSource>(plan->node)) return source_given(plan, befores);
    if (const auto* rank = std::get_if<Rank>(&plan->node)) return ranked(plan, *rank, befores);
    if (const auto* sort = std::get_if<SortLimit>(&plan->node)) return ranked(plan, *sort, befores);
    std::vector<StreamPlanPtr> inputs = inputs_of(*plan);
    for (size_t i = 0; i < inputs.size(); ++i) {
        Want wanted =
            std::visit([&](const auto& step) { return want(step, befores, i); }, plan->node);
        if (wanted == Want::Impossible) return nullptr;
        inputs[i] = given(inputs[i], wanted == Want::Same ? befores : wanted == Want::Befores);
        if (!inputs[i]) return nullptr;
    }
    return with_changes(*plan, with_inputs(plan->node, std::move(inputs)), befores);
}

// --- sinks

UpsertKey key_of(const Sink& sink, const StreamPlan& input) {
    UpsertKey key;
    for (const std::string& name : sink.table->table.primary_key) {
        auto column = std::ranges::find(input.columns, name, &PlanColumn::name);
        if (column == input.columns.end()) return {};
        key.push_back(static_cast<size_t>(column - input.columns.begin()));
    }
    std::ranges::sort(key);
    return key;
}

StreamPlanPtr written(const StreamPlanPtr& plan, Sink sink) {
    const StreamPlan& input = *sink.input;
    UpsertKey key = key_of(sink, input);
    bool is_same_key = key.empty() || contains(input.upsert_keys, key);
    bool is_kept_apart = std::ranges::any_of(
        input.upsert_keys, [&](const UpsertKey& each) { return std::ranges::includes(key, each); });
    bool has_changes = !input.changes.is_insert_only();
    sink.upsert_materialize = has_changes && !key.empty() && !is_kept_apart;
    StreamPlanPtr rows;
    if (!sink.takes.befores && is_same_key) rows = given(sink.input, false);
    if (!rows) rows = given(sink.input, true);
    sink.input = rows;
    auto copy = std::make_shared<StreamPlan>(*plan);
    copy->changes = rows->changes;
    copy->node = std::move(sink);
    return copy;
}

}  // namespace

StreamPlanPtr with_befores_where_wanted(const StreamPlanPtr& plan) {
    StreamPlanPtr result;
    if (const auto* sink = std::get_if<Sink>(&plan->node)) {
        result = written(plan, *sink);
    } else {
        result = given(plan, false);
        if (!result) result = given(plan, true);
    }
    return result;
}

}  // namespace tarn::sql
