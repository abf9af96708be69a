// LIMIT without an order: the rows that come first.
#include <algorithm>

#include "engine/ranks/rank_operator.hpp"
#include "engine/ranks/rank_operators.hpp"

namespace tarn::engine {
namespace {

// Of rows that stay it needs to know no more than how many there were.
class LimitOperator final : public Operator {
public:
    LimitOperator(int64_t offset, int64_t end, const JobContext& job)
        : offset_(offset), end_(end), job_(job) {}

    void take(size_t, const ChangeBatch& batch, Output& output) override {
        int64_t from = std::clamp<int64_t>(offset_ - seen_, 0, batch.size());
        int64_t to = std::clamp<int64_t>(end_ - seen_, 0, batch.size());
        seen_ = std::min(seen_ + batch.size(), end_);
        if (from == 0 && to == batch.size()) return output.take(batch);
        if (from < to) output.take(slice(batch, from, to - from));
    }

    void save(OperatorState& state) override {
        // Under the key that all rows share, so that one worker alone goes on with it.
        std::string_view key;
        state.put("seen", state_rows({{"key", bytes_column({&key, 1})},
                                      {"rows", number_column({&seen_, 1})}}));
    }
    void restore(const OperatorState& state) override {
        for (const StateRows& rows : state.keyed("seen", job_.keys))
            for (int64_t seen : numbers_of(rows, 1)) seen_ = std::max(seen_, seen);
    }

private:
    int64_t offset_;
    int64_t end_;
    const JobContext& job_;
    int64_t seen_ = 0;
};

}  // namespace

OperatorPtr made(const sql::stream::Limit& step, const sql::StreamPlan& plan,
                 const JobContext& job) {
    int64_t end = step.offset + std::min(step.limit, INT64_MAX - step.offset);
    if (step.input->changes.is_insert_only()) {
        return std::make_unique<LimitOperator>(step.offset, end, job);
    }
    RankRows rows{.partition = {}, .order = {}, .first = step.offset + 1, .last = end};
    rows.by = sql::stream::RankBy::Retractions;
    return std::make_unique<RankOperator>(std::move(rows), step.input, plan, job);
}

}  // namespace tarn::engine
