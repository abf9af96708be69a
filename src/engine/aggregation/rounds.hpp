// Rows of a batch in rounds. A round has the values of no group twice, so they are those after each
// row, or after each step of whatever kind, and many rows are accumulated at once.
#pragma once

#include "engine/rows/key_table.hpp"
#include "sql/aggregates/aggregate.hpp"
#include "sql/expressions/row_lists.hpp"

namespace tarn::engine {

// A row that is to be added or taken back, or a step whose value is wanted, and in which round.
struct InRound {
    int64_t row;
    KeyNumber group;
    size_t round;
};

// Such rows, round by round.
struct RoundRows {
    sql::RowList rows;
    std::vector<KeyNumber> groups;
    std::vector<size_t> ends;  // of each round

    std::span<const KeyNumber> groups_of(size_t round) const {
        return std::span(groups).subspan(begin(round), ends[round] - begin(round));
    }
    size_t begin(size_t round) const { return round == 0 ? 0 : ends[round - 1]; }
};

RoundRows in_rounds(const std::vector<InRound>& rows, size_t rounds);

struct Rounds {
    RoundRows retracted;
    RoundRows added;
    RoundRows values;
    sql::RowList value_of_step;  // which of the values each step has

    Rounds() = default;
    Rounds(const std::vector<InRound>& retracted_rows, const std::vector<InRound>& added_rows,
           const std::vector<InRound>& steps);
};

// Rows and the arguments that they have, in the same order.
struct RoundArguments {
    const RoundRows& rows;
    sql::Columns arguments;
};

// Those of the batch's rows.
RoundArguments arguments_of(const RoundRows& rows, sql::Columns arguments, int64_t batch_rows);

// A value for each of the steps, after all that their rounds take back and add.
sql::Column values_by_round(sql::Accumulator& accumulator, const RoundArguments& retracted,
                            const RoundArguments& added, const RoundRows& values);

}  // namespace tarn::engine
