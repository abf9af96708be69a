// The first rows of one key, and what changes among them when a row comes or goes: exactly the
// changes of Flink's Top-N functions, in their order. Where the numbers count, each row that moves
// is an update of its number; where they do not, a row takes the place of another that is gone.
#pragma once

#include "engine/ranks/ordered_rows.hpp"
#include "engine/ranks/ranked_changes.hpp"

namespace tarn::engine {

class FirstRows {
public:
    struct Rules {
        bool by_number;   // whether rows that move change
        bool keeps_rest;  // the rows behind the last one, since they may move up
    };

    explicit FirstRows(int64_t last = 0) : last_(last) {}

    // Of a new row; of one that is behind all that counts nothing remains.
    bool add(std::string_view sort_key, OrderedRows::Row row, Rules rules, RankedChanges& changes);
    // Of the row with that key, which hardly ever moves back, or of a new one.
    bool put(std::string_view sort_key, OrderedRows::Row row, Rules rules, RankedChanges& changes);
    void remove(std::string_view sort_key, std::string_view row, Rules rules,
                RankedChanges& changes);

    // From a saved state: behind all others, and no change.
    void restore(std::string_view sort_key, OrderedRows::Row row) {
        rows_.add(sort_key, std::move(row));
    }

    int64_t last() const { return last_; }
    OrderedRows& rows() { return rows_; }
    const OrderedRows& rows() const { return rows_; }

private:
    using Place = OrderedRows::Place;

    bool is_full() const { return rows_.size() >= last_; }
    // Moves what stands at the place by one number, from the rank on.
    void shift_down(Place place, RankedChanges& changes);
    void remove(Place place, Rules rules, RankedChanges& changes);
    void replace(Place known, OrderedRows::Row row, Rules rules, RankedChanges& changes);
    // Or to where it is.
    void move_up(Place known, std::string_view sort_key, OrderedRows::Row row, Rules rules,
                 RankedChanges& changes);

    int64_t last_;
    OrderedRows rows_;
};

}  // namespace tarn::engine
