#include "engine/pipeline/pipeline.hpp"

#include <algorithm>
#include <deque>

#include "engine/exchange/input_keys.hpp"
#include "engine/pipeline/operators.hpp"
#include "sql/bounded/steps.hpp"

namespace tarn::engine {

// An operator, and all that its rows go to.
class Pipeline::Node final : public Output {
public:
    // `behind` is shared by the operators of a worker.
    Node(std::string name, const sql::StreamPlan& plan, OperatorPtr made, const Clock& clock,
         std::chrono::nanoseconds& behind)
        : name_(std::move(name)),
          plan_(plan),
          operator_(std::move(made)),
          clock_(clock),
          behind_(behind),
          times_(std::max<size_t>(fed_inputs(plan).size(), 1)) {
        for (size_t i = 0; i < fed_inputs(plan).size(); ++i) inputs_.emplace_back(*this, i);
    }

    const std::string& name() const { return name_; }
    const sql::StreamPlan& plan() const { return plan_; }
    // Null of sources, whose rows pass through.
    Operator* step() const { return operator_.get(); }
    Receiver& input(size_t place) { return inputs_[place]; }
    const std::vector<Node*>& above() const { return above_; }

    void add_next(Receiver& next) { next_.push_back(&next); }
    // One of those that its rows come to, at once or by another worker.
    void add_above(Node& node) { above_.push_back(&node); }

    void take(const ChangeBatch& batch) override {
        tally_.add_rows_out(batch.size());
        for (Receiver* next : next_) next->take(batch);
    }
    void advance(EventTime watermark) override {
        tally_.set_watermark(watermark);
        for (Receiver* next : next_) next->advance(watermark);
    }
    void be_idle() override {
        for (Receiver* next : next_) next->be_idle();
    }
    void refuse(const ChangeBatch& rows, Refusal reason) override {
        tally_.add_refused(reason, rows.size());
        Input& input = inputs_[taking_];
        if (!kept_ || !input.kept_of) return;
        const auto& plan = *fed_inputs(plan_)[taking_];
        kept_->push_back({*input.kept_of, &plan_, &plan, rows, reason});
    }
    // Keeps what it refuses of an input, which is from this source.
    void keep_refused(size_t input, size_t source, std::vector<RefusedRows>& kept) {
        inputs_[input].kept_of = source;
        kept_ = &kept;
    }

    OperatorTally& tally() { return tally_; }

    void wake(int64_t now_ms) {
        Working working(*this);
        operator_->wake(now_ms, *this);
    }

    OperatorState save(OperatorState::Extent extent) {
        tally_.set_state_bytes(static_cast<int64_t>(operator_->state_bytes()));
        OperatorState state(extent);
        operator_->save(state);
        times_.save(state, "input times");
        return state;
    }
    void restore(const OperatorState& state) {
        operator_->restore(state);
        times_.restore(state, "input times");
    }

private:
    // While the operator is at work: its own time is what is left when those behind it have had
    // theirs.
    class Working {
    public:
        explicit Working(Node& node)
            : node_(node),
              outer_(std::exchange(node.behind_, std::chrono::nanoseconds(0))),
              began_(node.clock_.ticks()) {}
        ~Working() {
            std::chrono::nanoseconds all = node_.clock_.ticks() - began_;
            node_.tally_.add_busy(all - node_.behind_);
            node_.behind_ = outer_ + all;
        }
        Working(const Working&) = delete;
        Working& operator=(const Working&) = delete;

    private:
        Node& node_;
        std::chrono::nanoseconds outer_;
        Ticks began_;
    };

    class Input final : public Receiver {
    public:
        Input(Node& node, size_t place) : node_(node), place_(place) {}

        void take(const ChangeBatch& batch) override {
            node_.times_.be_active(place_);
            node_.taking_ = place_;
            node_.tally_.add_rows_in(batch.size());
            Working working(node_);
            node_.operator_->take(place_, batch, node_);
        }
        void advance(EventTime watermark) override {
            if (node_.times_.advance(place_, watermark)) node_.pass_on();
        }
        void be_idle() override {
            if (node_.times_.be_idle(place_)) node_.pass_on();
            if (node_.times_.are_idle()) node_.be_idle();
        }

        std::optional<size_t> kept_of;  // the source whose refused rows are kept

    private:
        Node& node_;
        size_t place_;
    };

    void pass_on() {
        Working working(*this);
        operator_->advance(times_.least(), *this);
    }

    std::string name_;
    const sql::StreamPlan& plan_;
    OperatorPtr operator_;
    const Clock& clock_;
    std::chrono::nanoseconds& behind_;
    InputTimes times_;
    std::deque<Input> inputs_;
    std::vector<Receiver*> next_;
    std::vector<Node*> above_;
    size_t taking_ = 0;  // the input whose rows it has now
    OperatorTally tally_;
    std::vector<RefusedRows>* kept_ = nullptr;
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

bool comes_from(const sql::StreamPlan& plan, const sql::stream::TableSource& source) {
    if (std::get_if<sql::stream::TableSource>(&plan.node) == &source) return true;
    return std::ranges::any_of(fed_inputs(plan), [&](const sql::StreamPlanPtr& input) {
        return comes_from(*input, source);
    });
}

}  // namespace

Pipeline::Pipeline(const std::vector<PipelineEnd>& ends, const JobContext& job, WorkerPlace place)
    : ends_(ends), job_(job), place_(place) {
    for (const PipelineEnd& end : ends_) {
        Node& node = node_of(*end.plan);
        node.add_next(end.is_on_one_worker ? exchanged({}, *end.output) : *end.output);
    }
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
    for (const sql::StreamPlanPtr& input : fed_inputs(plan)) {
        inputs.push_back(&node_of(*input));
    }
    nodes_.push_back(std::make_unique<Node>(names_.of_operator(plan), plan, operator_of(plan, job_),
                                            job_.clock, behind_));
    Node& node = *nodes_.back();
    by_plan_.emplace(&plan, &node);
    for (size_t i = 0; i < inputs.size(); ++i) {
        auto key = keys_of_input(plan, i);
        inputs[i]->add_next(key ? exchanged(*std::move(key), node.input(i)) : node.input(i));
        inputs[i]->add_above(node);
    }
    if (const auto* source = std::get_if<sql::stream::TableSource>(&plan.node)) {
        sources_.push_back(source);
        source_parts_.push_back(names_.of_source(*source));
        source_nodes_.push_back(&node);
    }
    return node;
}

Receiver& Pipeline::exchanged(std::vector<size_t> key, Receiver& next) {
    if (place_.workers() == 1) return next;
    exchanges_.push_back(std::make_unique<Exchange>(exchanges_.size(), place_.worker, *place_.mail,
                                                    std::move(key), next));
    return *exchanges_.back();
}

bool Pipeline::take_mail() {
    if (place_.workers() == 1) return false;
    return place_.mail->deliver(place_.worker, [this](const Message& message) {
        exchanges_[message.exchange]->receive(message);
    });
}

WatermarkAssigner* Pipeline::assigner_in(Node& node) {
    bool is_one = std::holds_alternative<sql::stream::WatermarkAssigner>(node.plan().node);
    return is_one ? static_cast<WatermarkAssigner*>(node.step()) : nullptr;
}

// What counts the time of a source, above operators that only look at its rows; null for none.
Pipeline::Node* Pipeline::assigner_above(Node& node) {
    for (Node* next : node.above()) {
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
        bool has_rows = place_.worker == 0 && rows.size() > 0;
        if (has_rows) node->take(rows);
        node->advance(EndOfTime);
    }
}

void Pipeline::expect(size_t source, std::span<const int32_t> partitions) {
    Node* node = assigner_above(*source_nodes_[source]);
    if (!node) return;
    assigner_in(*node)->expect(partitions);
    if (partitions.empty()) node->be_idle();
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
        if (wakes && *wakes <= now) node->wake(now);
    }
}

Pipeline::State Pipeline::save(OperatorState::Extent extent) {
    State state;
    for (const auto& node : nodes_) {
        if (node->step()) state.emplace(node->name(), node->save(extent));
    }
    return state;
}

std::vector<std::string> Pipeline::operator_parts() const {
    std::vector<std::string> names;
    for (const auto& node : nodes_) {
        if (node->step()) names.push_back(node->name());
    }
    return names;
}

void Pipeline::restore(const State& state) {
    for (const auto& node : nodes_) {
        auto saved = state.find(node->name());
        if (saved != state.end()) node->restore(saved->second);
    }
    // Exchanges have not heard of the time.
    for (const auto& node : nodes_) {
        if (auto* assigner = assigner_in(*node)) assigner->pass_on(*node);
    }
}

void merge(Pipeline::State& into, Pipeline::State from) {
    for (auto& [name, operator_state] : from) into[name].add(std::move(operator_state));
}

std::array<int64_t, 2> Pipeline::refused() const {
    std::array<int64_t, 2> sum{};
    for (const auto& node : nodes_) {
        for (Refusal reason : {Refusal::Late, Refusal::NullTime}) {
            sum[static_cast<size_t>(reason)] += node->tally().refused(reason);
        }
    }
    return sum;
}

std::vector<OperatorCounts> Pipeline::counts() const {
    std::vector<OperatorCounts> all;
    for (const auto& node : nodes_) all.push_back(node->tally().counts());
    return all;
}

void Pipeline::add_busy(size_t source, std::chrono::nanoseconds time) {
    source_nodes_[source]->tally().add_busy(time);
}

void Pipeline::keep_refused(size_t source) {
    for (const auto& node : nodes_) {
        const auto& inputs = fed_inputs(node->plan());
        for (size_t i = 0; i < inputs.size(); ++i) {
            if (!comes_from(*inputs[i], *sources_[source])) continue;
            node->keep_refused(i, source, refused_);
        }
    }
}

}  // namespace tarn::engine
