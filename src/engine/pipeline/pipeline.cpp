#include "engine/pipeline/pipeline.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/assert.hpp"
#include "engine/pipeline/operators.hpp"
#include "sql/bounded/steps.hpp"

namespace tarn::engine {

// An operator, and all that its rows go to.
class Pipeline::Node final : public Output {
public:
    Node(std::string name, const sql::StreamPlan& plan, OperatorPtr made)
        : name_(std::move(name)),
          plan_(plan),
          operator_(std::move(made)),
          input_times_(std::max<size_t>(sql::inputs_of(plan).size(), 1), NoTimeYet) {}

    const std::string& name() const { return name_; }
    const sql::StreamPlan& plan() const { return plan_; }
    // Null of sources, whose rows pass through.
    Operator* step() const { return operator_.get(); }
    const std::vector<std::pair<Node*, size_t>>& next() const { return next_; }

    void add_next(Node& node, size_t input) { next_.emplace_back(&node, input); }
    void add_end(Output& end) { ends_.push_back(&end); }

    void receive(size_t input, const ChangeBatch& batch) {
        operator_ ? operator_->take(input, batch, *this) : take(batch);
    }
    void receive(size_t input, EventTime watermark) {
        EventTime before = std::ranges::min(input_times_);
        input_times_[input] = std::max(input_times_[input], watermark);
        EventTime now = std::ranges::min(input_times_);
        if (now == before) return;
        operator_ ? operator_->advance(now, *this) : advance(now);
    }

    void take(const ChangeBatch& batch) override {
        for (auto [node, input] : next_) node->receive(input, batch);
        for (Output* end : ends_) end->take(batch);
    }
    void advance(EventTime watermark) override {
        for (auto [node, input] : next_) node->receive(input, watermark);
        for (Output* end : ends_) end->advance(watermark);
    }
    void refuse(const ChangeBatch& rows, Refusal reason) override {
        refused_[static_cast<size_t>(reason)] += rows.size();
    }

    const std::array<int64_t, 2>& refused() const { return refused_; }

    OperatorState save() const {
        OperatorState state;
        operator_->save(state);
        state.put("input times", state_rows({{"time", number_column(input_times_)}}));
        return state;
    }
    void restore(const OperatorState& state) {
        operator_->restore(state);
        for (const StateRows& rows : state.all("input times")) {
            std::vector<int64_t> times = numbers_of(rows, 0);
            TARN_ASSERT(times.size() == input_times_.size());
            input_times_ = std::move(times);
        }
    }

private:
    std::string name_;
    const sql::StreamPlan& plan_;
    OperatorPtr operator_;
    std::vector<EventTime> input_times_;
    std::vector<std::pair<Node*, size_t>> next_;
    std::vector<Output*> ends_;
    std::array<int64_t, 2> refused_{};
};

namespace {

bool reads_watermark(const sql::StreamPlan& plan) {
    const auto* calc = std::get_if<sql::stream::Calc>(&plan.node);
    if (!calc) return false;
    auto reads = [](const sql::Bound& value) {
        return value && sql::has_part(value, [](const sql::BoundExpression& part) {
                   const auto* call = std::get_if<sql::BoundCall>(&part.node);
                   return call && call->name == "CURRENT_WATERMARK";
               });
    };
    return reads(calc->condition) || std::ranges::any_of(calc->values, reads);
}

}  // namespace

Pipeline::Pipeline(const std::vector<PipelineEnd>& ends, const JobContext& job)
    : ends_(ends), job_(job) {
    for (const PipelineEnd& end : ends_) node_of(*end.plan).add_end(*end.output);
    auto reads = [](const auto& node) { return reads_watermark(node->plan()); };
    if (!std::ranges::any_of(nodes_, reads)) return;
    for (const auto& node : nodes_) {
        if (auto* assigner = assigner_in(*node)) assigner->pass_on_each_step();
    }
}

Pipeline::~Pipeline() = default;

Pipeline::Node& Pipeline::node_of(const sql::StreamPlan& plan) {
    if (auto known = by_plan_.find(&plan); known != by_plan_.end()) return *known->second;
    std::vector<Node*> inputs;
    for (const sql::StreamPlanPtr& input : sql::inputs_of(plan)) {
        inputs.push_back(&node_of(*input));
    }
    std::string name = fmt::format("{} {}", nodes_.size(), sql::name_of(plan));
    nodes_.push_back(std::make_unique<Node>(std::move(name), plan, operator_of(plan, job_)));
    Node& node = *nodes_.back();
    by_plan_.emplace(&plan, &node);
    for (size_t i = 0; i < inputs.size(); ++i) inputs[i]->add_next(node, i);
    if (const auto* source = std::get_if<sql::stream::TableSource>(&plan.node)) {
        sources_.push_back(source);
        source_nodes_.push_back(&node);
    }
    return node;
}

WatermarkAssigner* Pipeline::assigner_in(Node& node) {
    bool is_one = std::holds_alternative<sql::stream::WatermarkAssigner>(node.plan().node);
    return is_one ? static_cast<WatermarkAssigner*>(node.step()) : nullptr;
}

// What counts the time of a source, above operators that only look at its rows; null for none.
Pipeline::Node* Pipeline::assigner_above(Node& node) {
    for (auto [next, input] : node.next()) {
        if (Node* found = assigner_in(*next) ? next : assigner_above(*next)) return found;
    }
    return nullptr;
}

void Pipeline::start() {
    for (const auto& node : nodes_) {
        const auto* constants = std::get_if<sql::stream::Constants>(&node->plan().node);
        if (!constants) continue;
        sql::Plan columns{node->plan().span, node->plan().columns, {}};
        sql::Session session = job_.session();
        ChangeBatch rows{sql::rows_of(sql::ConstantRows{constants->rows}, {columns, session})};
        if (rows.size() > 0) node->take(rows);
        node->advance(EndOfTime);
    }
}

void Pipeline::expect(size_t source, std::span<const int32_t> partitions) {
    Node* node = assigner_above(*source_nodes_[source]);
    if (node) assigner_in(*node)->expect(partitions);
}

void Pipeline::set_idle(size_t source, int32_t partition) {
    Node* node = assigner_above(*source_nodes_[source]);
    if (node) assigner_in(*node)->set_idle(partition, *node);
}

void Pipeline::take(size_t source, const ChangeBatch& batch) {
    if (batch.size() > 0) source_nodes_[source]->take(batch);
}

void Pipeline::end(size_t source) {
    source_nodes_[source]->advance(EndOfTime);
}

std::optional<int64_t> Pipeline::wakes_at_ms() const {
    std::optional<int64_t> first;
    for (const auto& node : nodes_) {
        auto wakes = node->step() ? node->step()->wakes_at_ms() : std::nullopt;
        if (wakes && (!first || *wakes < *first)) first = wakes;
    }
    return first;
}

void Pipeline::wake() {
    int64_t now = job_.now_ms();
    for (const auto& node : nodes_) {
        auto wakes = node->step() ? node->step()->wakes_at_ms() : std::nullopt;
        if (wakes && *wakes <= now) node->step()->wake(now, *node);
    }
}

Pipeline::State Pipeline::save() const {
    State state;
    for (const auto& node : nodes_) {
        if (node->step()) state.emplace(node->name(), node->save());
    }
    return state;
}

void Pipeline::restore(const State& state) {
    for (const auto& node : nodes_) {
        auto saved = state.find(node->name());
        if (saved != state.end()) node->restore(saved->second);
    }
}

std::array<int64_t, 2> Pipeline::refused() const {
    std::array<int64_t, 2> sum{};
    for (const auto& node : nodes_) {
        for (size_t i = 0; i < sum.size(); ++i) sum[i] += node->refused()[i];
    }
    return sum;
}

}  // namespace tarn::engine
