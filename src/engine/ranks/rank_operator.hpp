// The first rows of each key, or of all rows.
#pragma once

#include "engine/operators/operator.hpp"
#include "engine/ranks/first_rows.hpp"
#include "engine/state/key_times.hpp"
#include "sql/stream/stream_plan.hpp"

namespace tarn::engine {

struct RankRows {
    std::vector<size_t> partition;
    std::vector<sql::SortKey> order;
    int64_t first = 1;
    int64_t last = INT64_MAX;
    sql::Bound last_of_row = nullptr;  // null for none; that of the first row of a key counts
    bool with_number = false;
    sql::stream::RankBy by = sql::stream::RankBy::Appends;
    std::vector<size_t> row_key = {};  // where rows replace each other
};

class RankOperator final : public Operator {
public:
    // The changes of the plan are those that are wanted.
    RankOperator(RankRows step, const sql::StreamPlanPtr& input, const sql::StreamPlan& plan,
                 const JobContext& job);

    void take(size_t input, const ChangeBatch& batch, Output& output) override;
    void save(OperatorState& state) override;
    void restore(const OperatorState& state) override;
    size_t state_bytes() const override;

private:
    struct Rows;  // of a batch, as bytes

    FirstRows& first_rows_of(std::string_view key, int64_t last, int64_t now_ms);
    void take_row(FirstRows& first, const Rows& rows, int64_t row, int64_t now_ms);
    void forget_old(int64_t now_ms);
    void restore_key(std::string_view key, int64_t written_ms, int64_t last);

    RankRows step_;
    FirstRows::Rules rules_;
    RankedChanges changes_;
    const JobContext& job_;
    KeyTable keys_;
    KeyTimes times_;
    std::vector<FirstRows> by_key_;
    KeyNumber current_ = NoKey;
};

}  // namespace tarn::engine
