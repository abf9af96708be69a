// Calls of OVER with one frame, and what each partition has in it.
#pragma once

#include "engine/aggregation/pending_rows.hpp"
#include "engine/aggregation/rounds.hpp"
#include "engine/state/operator_state.hpp"
#include "sql/plan/plan.hpp"

namespace tarn::engine {

// From some rows, or milliseconds, before the current row up to it.
struct PastFrame {
    bool is_by_rows;
    std::optional<int64_t> preceding = {};  // none: from the first row on
};

class OverCalls {
public:
    OverCalls(PastFrame frame, const std::vector<sql::OverCall>& calls,
              const std::vector<sql::PlanColumn>& input);

    // A column for each call, with the values that it has at these rows, which follow on those
    // before.
    sql::Columns take(const TimedRows& rows);
    void forget(const std::vector<KeyNumber>& keys);

    std::vector<StateColumn> states(const std::vector<KeyNumber>& keys) const;
    // Of the columns from `first` on; gives where what else is kept begins.
    int restore(const std::vector<KeyNumber>& keys, const StateRows& rows, int first);

    size_t bytes() const;

private:
    struct FrameRow {
        int64_t time;
        std::string arguments;  // packed
    };
    // The rows of a partition that have not left its frame, from `begin` on.
    struct FrameRows {
        std::vector<FrameRow> rows = {};
        size_t begin = 0;
    };
    struct Step {
        int64_t number;
        int64_t time;
        size_t round;
    };
    // What the rows come to: steps, and the rows that leave the frame.
    struct Steps;

    Steps steps_of(const TimedRows& rows, const sql::PackedRows& arguments);
    void leave(FrameRows& frame, int64_t time, KeyNumber key, size_t round, Steps& steps) const;
    bool has_left(const FrameRows& frame, int64_t time) const;
    std::string frame_text(KeyNumber key) const;
    void restore_frame(KeyNumber key, std::string_view text);

    PastFrame frame_;
    std::vector<std::vector<size_t>> arguments_;  // of each call, among the columns below
    std::vector<size_t> columns_;                 // of the input, that any call reads
    std::vector<sql::Type> types_;
    std::vector<sql::AccumulatorPtr> accumulators_;
    std::vector<FrameRows> frames_;    // by key
    std::vector<int64_t> last_steps_;  // by key, counted through all batches
    int64_t first_step_ = 0;           // of this batch
};

}  // namespace tarn::engine
