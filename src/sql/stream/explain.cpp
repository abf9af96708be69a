#include "sql/stream/explain.hpp"

#include <fmt/format.h>

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

std::string detail(const stream::TableSource& source, const StreamPlan&) {
    return fmt::format("table=[{}]", text_of(source.table->path));
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
std::string detail(const stream::Rank& step, const StreamPlan&) {
    return fmt::format("partitionBy=[{}]", names_of(step.partition, *step.input));
}
template <typename Step>
std::string detail(const Step&, const StreamPlan&) {
    return "";
}

std::string line_of(const StreamPlan& plan) {
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

class Tree {
public:
    std::string text_of(const StreamPlan& plan) {
        add(plan, "", "");
        return std::move(text_);
    }

private:
    void add(const StreamPlan& plan, const std::string& mark, const std::string& margin) {
        text_ += mark + line_of(plan) + "\n";
        std::vector<StreamPlanPtr> inputs = inputs_of(plan);
        for (size_t i = 0; i < inputs.size(); ++i) {
            bool is_last = i + 1 == inputs.size();
            add(*inputs[i], margin + (is_last ? "+- " : ":- "), margin + (is_last ? "   " : ":  "));
        }
    }

    std::string text_;
};

void add_endless(const StreamPlan& plan, std::string& text) {
    OperatorState kept = state_of(plan);
    bool is_endless =
        kept.by == OperatorState::Bounds::Rows || kept.by == OperatorState::Bounds::Keys;
    if (is_endless) text += fmt::format("{} keeps {}\n", name_of(plan), kept.text);
    for (const StreamPlanPtr& input : inputs_of(plan)) add_endless(*input, text);
}

}  // namespace

std::string explanation(const Plan& plan, const StreamPlan& operators) {
    std::string text = "== Abstract Syntax Tree ==\n" + text_of(plan);
    text += "\n== Optimized Physical Plan ==\n" + Tree().text_of(operators);
    std::string endless;
    add_endless(operators, endless);
    if (!endless.empty()) {
        text += "\n== State that grows without end ==\n" + endless +
                "table.exec.state.ttl lets go of what has not changed for that long\n";
    }
    return text;
}

}  // namespace tarn::sql
