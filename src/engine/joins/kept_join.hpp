// What all joins share that keep the rows of both sides: which rows are there, and for each batch
// which of them its rows meet. What a row brings about is for those that are made of it.
#pragma once

#include <array>

#include "engine/joins/matches.hpp"
#include "engine/operators/operator.hpp"

namespace tarn::engine {

class KeptJoin : public Operator {
public:
    KeptJoin(const sql::stream::RegularJoin& step, const JobContext& job);

    void take(size_t input, const ChangeBatch& batch, Output& output) override;
    std::optional<int64_t> wakes_at_ms() const override { return expires_at_ms_; }
    void wake(int64_t now_ms, Output& output) override;

    void save(OperatorState& state) override;
    void restore(const OperatorState& state) override;
    size_t state_bytes() const override;

protected:
    // Rows of a batch with all that they meet.
    struct Round {
        JoinInput input;
        const ChangeBatch& batch;
        const Matches& matches;
        KeptSide& own;
        KeptSide& other;
        int64_t now_ms;
        JoinedRows joined = {};
    };
    // The matches of one row.
    struct Meets {
        size_t begin;
        size_t end;

        bool is_empty() const { return begin == end; }
    };

    virtual void add(Round& round, int64_t row, Meets meets) = 0;
    virtual void remove(Round& round, int64_t row, Meets meets) = 0;
    // The row takes the place of the one before it, which has its key, and which nobody took back.
    virtual void replace(Round& round, int64_t row, Meets old, Meets meets) = 0;
    virtual ChangeBatch result(const Round& round) const = 0;

    // How many rows of the other side those are.
    static int64_t partners(const Round& round, Meets meets);

private:
    struct Rows;

    const KeptSide& side(JoinInput input) const { return sides_[static_cast<size_t>(input)]; }
    KeptSide& side(JoinInput input) { return sides_[static_cast<size_t>(input)]; }
    ChangeBatch with_replaced(JoinInput input, const ChangeBatch& batch) const;
    Matches candidates(const Rows& rows, const KeptSide& other, int64_t begin) const;
    void play(const Rows& rows, Round& round, int64_t begin, int64_t end);
    void keep(const Rows& rows, Round& round, int64_t row, Meets meets);
    void drop(const Rows& rows, Round& round, int64_t row);
    void forget_empty(const std::vector<KeyNumber>& numbers);

    const JobContext& job_;
    std::array<JoinKeys, 2> keys_of_;
    std::array<KeptSide, 2> sides_;
    std::array<bool, 2> brings_befores_;  // or has nothing to replace
    JoinTest test_;
    KeyTable keys_;
    std::optional<int64_t> expires_at_ms_;
};

}  // namespace tarn::engine
