#include "sql/stream/explain.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <map>
#include <set>

#include "sql/plan/plan_text.hpp"

namespace tarn::sql {
namespace {

// "symbol, window_start"
std::string names_of(const std::vector<size_t>& places, const StreamPlan& plan) {
    std::string names;
    for (size_t place : places) {
        names += (names.empty() ? "" : ", ") + plan.columns[place].name;
    }
    return names;
}

std::string detail(const stream::TableSource& source, const StreamPlan& plan) {
    std::vector<std::string> fields;
    for (const PlanColumn& column : plan.columns) fields.push_back(column.name);
    std::vector<std::string> filters;
    for (const Bound& filter : source.filters) filters.push_back(text_of(filter));
    std::string text = fmt::format("table=[{}], fields=[{}]", text_of(source.table->path),
                                   fmt::join(fields, ", "));
    if (filters.empty()) return text;
    return fmt::format("{}, filter=[{}]", text, fmt::join(filters, ", "));
}
std::string detail(const stream::Sink& sink, const StreamPlan&) {
    return fmt::format("table=[{}]", text_of(sink.table->path));
}
std::string detail(const stream::GroupAggregate& aggregate, const StreamPlan&) {
    return fmt::format("groupBy=[{}]", names_of(aggregate.keys, *aggregate.input));
}
std::string detail(const stream::WindowAggregate& aggregate, const StreamPlan&) {
    return fmt::format("groupBy=[{}], size=[{} ms]", names_of(aggregate.keys, *aggregate.input),
                       aggregate.window.size_ms);
}
std::string detail(const stream::Calc& calc, const StreamPlan& plan) {
    std::string select;
    for (size_t i = 0; i < calc.values.size(); ++i) {
        std::string value = text_of(calc.values[i]);
        select += fmt::format("{}{} AS {}", i == 0 ? "" : ", ", value, plan.columns[i].name);
    }
    std::string where = calc.condition ? fmt::format(", where=[{}]", text_of(calc.condition)) : "";
    return fmt::format("select=[{}]{}", select, where);
}
std::string detail(const stream::WatermarkAssigner& assigner, const StreamPlan& plan) {
    return fmt::format("rowtime=[{}], watermark=[{}]", plan.columns[assigner.column].name,
                       text_of(assigner.value));
}
std::string detail(const stream::Deduplicate& step, const StreamPlan&) {
    return fmt::format("key=[{}]", names_of(step.partition, *step.input));
}
std::string detail(const stream::Match& step, const StreamPlan&) {
    std::vector<std::string> names;
    for (const PlanColumn& column : step.input->columns) names.push_back(column.name);
    std::vector<size_t> order;
    for (const SortKey& key : step.order) order.push_back(key.column);
    return fmt::format("partitionBy=[{}], orderBy=[{}], pattern=[{}]",
                       names_of(step.partition, *step.input), names_of(order, *step.input),
                       text_of(step.pattern, names));
}
std::string detail(const stream::Rank& step, const StreamPlan&) {
    return fmt::format("partitionBy=[{}]", names_of(step.partition, *step.input));
}
template <typename Step>
std::string detail(const Step&, const StreamPlan&) {
    return "";
}

}  // namespace

std::string explained_operator(const StreamPlan& plan) {
    std::string name = name_of(plan);
    std::string details =
        std::visit([&](const auto& step) { return detail(step, plan); }, plan.node);
    OperatorState kept = state_of(plan);
    std::string text = name + "(";
    if (!details.empty()) text += details + ", ";
    text += fmt::format("changelogMode=[{}]", text_of(plan.changes));
    if (kept.by != OperatorState::Bounds::None) text += fmt::format(", state=[{}]", kept.text);
    return text + ")";
}

namespace {

class Trees {
public:
    explicit Trees(const std::vector<StreamPlanPtr>& plans) : plans_(plans) {
        for (const StreamPlanPtr& plan : plans) count_readers(*plan);
    }

    std::string text() {
        for (const StreamPlanPtr& plan : plans_) {
            if (!text_.empty()) text_ += "\n";
            add(*plan, "", "");
        }
        return std::move(text_);
    }

private:
    void count_readers(const StreamPlan& plan) {
        if (++readers_[&plan] > 1) return;
        for (const StreamPlanPtr& input : inputs_of(plan)) count_readers(*input);
    }

    void add(const StreamPlan& plan, const std::string& mark, const std::string& margin) {
        auto shown = numbers_.find(&plan);
        if (shown != numbers_.end()) {
            text_ += fmt::format("{}Reused(reference_id=[{}])\n", mark, shown->second);
            return;
        }
        text_ += mark + explained_operator(plan);
        if (readers_.at(&plan) > 1) {
            numbers_.emplace(&plan, numbers_.size() + 1);
            text_ += fmt::format("(reuse_id=[{}])", numbers_.size());
        }
        text_ += "\n";
        std::vector<StreamPlanPtr> inputs = inputs_of(plan);
        for (size_t i = 0; i < inputs.size(); ++i) {
            bool is_last = i + 1 == inputs.size();
            add(*inputs[i], margin + (is_last ? "+- " : ":- "), margin + (is_last ? "   " : ":  "));
        }
    }

    const std::vector<StreamPlanPtr>& plans_;
    std::map<const StreamPlan*, int> readers_;
    std::map<const StreamPlan*, size_t> numbers_;  // of those with several readers, once shown
    std::string text_;
};

// Each operator once, be it shared.
class EndlessStates {
public:
    void add(const StreamPlan& plan) {
        if (!met_.insert(&plan).second) return;
        OperatorState kept = state_of(plan);
        bool is_endless =
            kept.by == OperatorState::Bounds::Rows || kept.by == OperatorState::Bounds::Keys;
        if (is_endless) text_ += fmt::format("{} keeps {}\n", name_of(plan), kept.text);
        for (const StreamPlanPtr& input : inputs_of(plan)) add(*input);
    }

    const std::string& text() const { return text_; }

private:
    std::set<const StreamPlan*> met_;
    std::string text_;
};

}  // namespace

std::string explanation(const std::vector<PlanPtr>& plans,
                        const std::vector<StreamPlanPtr>& operators) {
    std::string text = "== Abstract Syntax Tree ==\n";
    for (size_t i = 0; i < plans.size(); ++i) text += (i == 0 ? "" : "\n") + text_of(*plans[i]);
    text += "\n== Optimized Physical Plan ==\n" + Trees(operators).text();
    EndlessStates endless;
    for (const StreamPlanPtr& plan : operators) endless.add(*plan);
    if (!endless.text().empty()) {
        text += "\n== State that grows without end ==\n" + endless.text() +
                "table.exec.state.ttl lets go of what has not changed for that long\n";
    }
    return text;
}

}  // namespace tarn::sql
