// Which rows of the other side each row of a batch is joined to. Rows of one batch never meet each
// other, so that pairs are found for many rows at once, and the rest of a join's condition is
// computed for all of them together.
#pragma once

#include "engine/joins/kept_side.hpp"
#include "sql/expressions/row_lists.hpp"

namespace tarn::engine {

// So many pairs are tested at once, so that a join without keys does not hold them all.
inline constexpr size_t PairsAtOnce = 1 << 16;

// Pairs of a row of the batch and one of the other side, in the order of the batch's rows.
struct Matches {
    sql::RowList rows = {};
    std::vector<std::string_view> others = {};
    std::vector<EntryNumber> entries = {};  // of the others, where they are entries of a side
    sql::Columns columns = {};              // of the others, where they were needed already
    int64_t end = 0;                        // rows of the batch below it have all theirs

    size_t size() const { return rows.size(); }
    void add(int64_t row, EntryNumber entry, std::string_view other) {
        rows.push_back(row);
        entries.push_back(entry);
        others.push_back(other);
    }
};

class JoinTest {
public:
    JoinTest(const sql::stream::JoinOn& on, size_t left_columns)
        : rest_(on.rest), width_(left_columns) {}

    bool is_needed() const { return rest_ != nullptr; }
    // The pairs that pass.
    Matches passed(Matches pairs, const ChangeBatch& batch, JoinInput input,
                   const std::vector<sql::Type>& other_types, const sql::Session& session) const;

private:
    sql::Bound rest_;
    size_t width_;
};

// Rows that a join gives: each of a row of the batch, a row of the other side, or both.
class JoinedRows {
public:
    static constexpr int64_t None = sql::NoRow;

    // `pair` is the number of a match; None for columns of NULL.
    void add(Change change, int64_t row, int64_t pair) {
        rows_.push_back(row);
        pairs_.push_back(pair);
        kinds_.push_back(change);
    }
    bool is_empty() const { return kinds_.empty(); }

    // Columns of the left input, then those of the right one.
    ChangeBatch both(const ChangeBatch& batch, JoinInput input, const Matches& matches,
                     const std::vector<sql::Type>& other_types) const;
    // Columns of the batch alone.
    ChangeBatch own(const ChangeBatch& batch) const;
    // Columns of the other side alone.
    ChangeBatch others(const Matches& matches, const std::vector<sql::Type>& other_types) const;

private:
    ChangeBatch with_kinds(sql::Batch rows) const;

    sql::RowList rows_;
    sql::RowList pairs_;
    std::vector<Change> kinds_;
};

}  // namespace tarn::engine
