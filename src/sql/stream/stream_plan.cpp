#include "sql/stream/stream_plan.hpp"

#include <fmt/format.h>

namespace tarn::sql {
namespace {

using namespace stream;

// --- inputs

template <typename Step>
std::vector<StreamPlanPtr> inputs(const Step& step) {
    if constexpr (requires { step.left; }) {
        return {step.left, step.right};
    } else if constexpr (requires { step.inputs; }) {
        return step.inputs;
    } else if constexpr (requires { step.input; }) {
        return {step.input};
    } else {
        return {};
    }
}

template <typename Step>
void set_inputs(Step& step, std::vector<StreamPlanPtr>& inputs) {
    if constexpr (requires { step.left; }) {
        step.left = std::move(inputs[0]);
        step.right = std::move(inputs[1]);
    } else if constexpr (requires { step.inputs; }) {
        step.inputs = std::move(inputs);
    } else if constexpr (requires { step.input; }) {
        step.input = std::move(inputs[0]);
    }
}

// --- names

std::string_view word_of(JoinKind kind) {
    switch (kind) {
        case JoinKind::Inner:
            return "InnerJoin";
        case JoinKind::Left:
            return "LeftOuterJoin";
        case JoinKind::Right:
            return "RightOuterJoin";
        case JoinKind::Full:
            return "FullOuterJoin";
        case JoinKind::Semi:
            return "LeftSemiJoin";
        case JoinKind::Anti:
            return "LeftAntiJoin";
    }
    return "";
}

std::string name(const TableSource&) {
    return "Source";
}
std::string name(const DropBefores&) {
    return "DropUpdateBefore";
}
std::string name(const ChangelogNormalize&) {
    return "ChangelogNormalize";
}
std::string name(const WatermarkAssigner&) {
    return "WatermarkAssigner";
}
std::string name(const Calc&) {
    return "Calc";
}
std::string name(const Constants&) {
    return "Values";
}
std::string name(const Correlate& step) {
    return step.keeps_rows_without ? "Correlate:LEFT" : "Correlate:INNER";
}
std::string name(const RepeatRows&) {
    return "Correlate:INNER";
}
std::string name(const ExpandSets&) {
    return "Expand";
}
std::string name(const GroupAggregate&) {
    return "GroupAggregate";
}
std::string name(const WindowAggregate& step) {
    return step.is_legacy ? "GroupWindowAggregate" : "WindowAggregate";
}
std::string name(const WindowTableFunction&) {
    return "WindowTableFunction";
}
std::string name(const Over&) {
    return "OverAggregate";
}
std::string name(const Match&) {
    return "Match";
}
std::string name(const Rank&) {
    return "Rank";
}
std::string name(const Deduplicate& step) {
    return step.keeps_last ? "Deduplicate:LastRow" : "Deduplicate:FirstRow";
}
std::string name(const WindowRank&) {
    return "WindowRank";
}
std::string name(const WindowDeduplicate& step) {
    return step.keeps_last ? "WindowDeduplicate:LastRow" : "WindowDeduplicate:FirstRow";
}
std::string name(const RegularJoin& join) {
    return fmt::format("Join:{}", word_of(join.on.kind));
}
std::string name(const IntervalJoin& join) {
    return fmt::format("IntervalJoin:{}", word_of(join.on.kind));
}
std::string name(const WindowJoin& join) {
    return fmt::format("WindowJoin:{}", word_of(join.on.kind));
}
std::string name(const TemporalJoin& join) {
    return fmt::format("TemporalJoin:{}", word_of(join.on.kind));
}
std::string name(const LookupJoin& join) {
    return fmt::format("LookupJoin:{}", word_of(join.on.kind));
}
std::string name(const Union&) {
    return "Union";
}
std::string name(const TemporalSort&) {
    return "TemporalSort";
}
std::string name(const SortLimit&) {
    return "SortLimit";
}
std::string name(const Limit&) {
    return "Limit";
}
std::string name(const Sink& sink) {
    return sink.upsert_materialize ? "Sink:UpsertMaterialize" : "Sink";
}

bool is_shown(const StreamPlan& plan) {
    return !std::holds_alternative<Calc>(plan.node) &&
           !std::holds_alternative<DropBefores>(plan.node) &&
           !std::holds_alternative<WatermarkAssigner>(plan.node);
}

// --- state

using Bounds = OperatorState::Bounds;

OperatorState state(const ChangelogNormalize&) {
    return {Bounds::Keys, "the last row of each key"};
}
OperatorState state(const GroupAggregate& step) {
    if (step.keys.empty()) return {Bounds::OneRow, "one row"};
    return {Bounds::Keys, "one row of each key"};
}
OperatorState state(const WindowAggregate&) {
    return {Bounds::TimeAndKeys, "one row of each key in each open window"};
}
OperatorState state(const Over& over) {
    bool is_ended = over.frame.from.kind == FrameBound::Kind::UnboundedPreceding;
    if (is_ended) return {Bounds::Keys, "the sums of each partition"};
    return {Bounds::TimeAndKeys, "the rows of each partition's frame"};
}
OperatorState state(const Match& match) {
    if (match.pattern.within_ms) {
        return {Bounds::TimeAndKeys, "the rows that matches have begun with"};
    }
    // As in Flink, state.ttl lets go of none of them.
    return {Bounds::Keys,
            "the rows that matches have begun with, for which only WITHIN sets a time"};
}
OperatorState state(const Rank& rank) {
    if (rank.by == RankBy::Retractions) return {Bounds::Rows, "all rows of each partition"};
    return {Bounds::Keys, "the first rows of each partition"};
}
OperatorState state(const SortLimit& sort) {
    if (sort.by == RankBy::Retractions) return {Bounds::Rows, "all rows"};
    return {Bounds::OneRow, "the rows within the LIMIT"};
}
OperatorState state(const Deduplicate&) {
    return {Bounds::Keys, "one row of each key"};
}
OperatorState state(const WindowRank&) {
    return {Bounds::TimeAndKeys, "the first rows of each open window"};
}
OperatorState state(const WindowDeduplicate&) {
    return {Bounds::TimeAndKeys, "one row of each key in each open window"};
}
OperatorState state(const RegularJoin&) {
    return {Bounds::Rows, "all rows of both sides"};
}
OperatorState state(const IntervalJoin&) {
    return {Bounds::TimeAndKeys, "the rows of both sides within the time"};
}
OperatorState state(const WindowJoin&) {
    return {Bounds::TimeAndKeys, "the rows of both sides in open windows"};
}
OperatorState state(const TemporalJoin&) {
    return {Bounds::Keys, "the versions of each key that may still be asked for"};
}
OperatorState state(const TemporalSort&) {
    return {Bounds::TimeAndKeys, "the rows that the watermark has not passed"};
}
OperatorState state(const Limit&) {
    return {Bounds::OneRow, "a count"};
}
OperatorState state(const Sink& sink) {
    if (sink.upsert_materialize) return {Bounds::Rows, "all rows of each key of the table"};
    return {Bounds::None, ""};
}
template <typename Step>
OperatorState state(const Step&) {
    return {Bounds::None, ""};
}

}  // namespace

std::string text_of(Changes changes) {
    std::string text;
    auto add = [&](bool has, std::string_view word) {
        if (has) text += fmt::format("{}{}", text.empty() ? "" : ",", word);
    };
    add(changes.inserts, "I");
    add(changes.befores, "UB");
    add(changes.afters, "UA");
    add(changes.deletes, "D");
    return text;
}

std::vector<StreamPlanPtr> inputs_of(const StreamPlan& plan) {
    return std::visit([](const auto& step) { return inputs(step); }, plan.node);
}

StreamPlan::Node with_inputs(StreamPlan::Node node, std::vector<StreamPlanPtr> inputs) {
    std::visit([&](auto& step) { set_inputs(step, inputs); }, node);
    return node;
}

std::string name_of(const StreamPlan& plan) {
    return std::visit([](const auto& step) { return name(step); }, plan.node);
}

std::string operators_text(const StreamPlan& plan) {
    std::string below;
    for (const StreamPlanPtr& input : inputs_of(plan)) {
        below += (below.empty() ? "" : ", ") + operators_text(*input);
    }
    if (!is_shown(plan)) return below;
    std::string own = fmt::format("{}[{}]", name_of(plan), text_of(plan.changes));
    return below.empty() ? own : fmt::format("{}({})", own, below);
}

OperatorState state_of(const StreamPlan& plan) {
    return std::visit([](const auto& step) { return state(step); }, plan.node);
}

}  // namespace tarn::sql
