// Rows that wait until time has come to them.
#pragma once

#include <deque>
#include <functional>

#include "engine/rows/change_batch.hpp"
#include "engine/state/operator_state.hpp"

namespace tarn::engine {

struct TimedRows {
    sql::Batch rows;
    std::vector<int64_t> times;
    std::vector<KeyNumber> keys;
};

class PendingRows {
public:
    void add(TimedRows rows);
    // Those with a time up to this, in the order of their times, and at one time as they came.
    TimedRows take_until(int64_t time);

    bool is_empty() const { return waiting_.empty(); }
    // Of the first that waits.
    int64_t first_time() const { return waiting_.front().time; }
    // As a table of rows by their keys; taken up, each finds the number of its key anew.
    void save(OperatorState& state, const KeyTable& keys) const;
    void restore(const OperatorState& state, const KeyGroups& groups,
                 const std::vector<sql::Type>& types,
                 const std::function<KeyNumber(std::string_view)>& number_of);

    size_t bytes() const;

private:
    // A row is found by how many came before it.
    struct Waiting {
        int64_t time;
        uint64_t number;
        KeyNumber key;

        bool operator>(const Waiting& other) const {
            return std::pair(time, number) > std::pair(other.time, other.number);
        }
    };
    struct Kept {
        uint64_t first_number;
        sql::Batch rows;
        int64_t waiting;
    };

    // All of them, as if their time had come.
    TimedRows all() const;
    TimedRows gathered(const std::vector<Waiting>& rows) const;
    size_t place_of(uint64_t number) const;

    std::vector<Waiting> waiting_;  // a heap with the first on top
    std::deque<Kept> batches_;
    uint64_t next_number_ = 0;
};

}  // namespace tarn::engine
