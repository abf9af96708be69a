// The rows of a batch in rounds. A round has no group twice, so the values of its groups after it
// are those after each of its rows, and many rows are aggregated at once.
#pragma once

#include "engine/aggregation/groups.hpp"

namespace tarn::engine {

struct Round {
    // Of the rows in their new order; those that are added come first.
    size_t begin;
    size_t added_end;
    size_t end;
    // Of the values.
    size_t first_value;
    size_t values_end;
};

struct Rounds {
    // In the order of the rounds: rows of the batch, and the group of each.
    sql::RowList rows;
    std::vector<KeyNumber> groups;
    std::vector<Round> rounds;
    // Whose values are wanted after each round; a value for each step.
    std::vector<KeyNumber> value_groups;
    std::vector<int64_t> value_of_step;
};

// A step for each row makes as many rounds as the group with most rows needs; where rows collapse
// there is one, and groups may well be in it twice.
Rounds rounds_of(const GroupRows& rows, const ChangeBatch& batch);

// Without the rows for which the condition is not TRUE; the values stay.
Rounds filtered(const Rounds& rounds, const sql::Column& condition);

}  // namespace tarn::engine
