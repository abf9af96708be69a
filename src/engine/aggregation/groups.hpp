// Which groups there are, and what the rows of a batch do to them: a group begins with its first
// row and, where rows are also taken back, ends with its last. Groups are numbered; while a batch
// is worked on, a group that begins under the key of one that ended has another number than that.
#pragma once

#include "engine/rows/change_batch.hpp"
#include "engine/rows/key_table.hpp"
#include "engine/state/operator_state.hpp"

namespace tarn::engine {

// From one state of a group to the next.
struct GroupStep {
    enum class Kind : uint8_t { Begins, GoesOn, Ends };

    Kind kind;
    KeyNumber group;
    int64_t row;                  // of the batch: one with the group's key
    int64_t before = sql::NoRow;  // the step before of the same group in this batch
};

struct GroupRows {
    // The rows of the batch that count, and their groups: not those that were to be taken back from
    // groups that are not there.
    sql::RowList rows;
    std::vector<KeyNumber> groups;
    // One for each of these rows, or where they collapse one for each group.
    std::vector<GroupStep> steps;
};

struct GroupRules {
    bool counts_rows = false;  // for they are also taken back
    bool collapses = false;    // all that a batch does to a group is one step
    int64_t ttl_ms = 0;        // how long a group is kept without a row; 0 for ever
};

class Groups {
public:
    explicit Groups(GroupRules rules) : rules_(rules) {}

    GroupRows take(const ChangeBatch& batch, const sql::PackedRows& keys, int64_t now_ms);
    // Ends groups whose time is over.
    void expire(int64_t now_ms);
    // The groups that have ended since the last time; others may get their numbers now.
    std::vector<KeyNumber> release();

    // When to look for groups whose time is over.
    std::optional<int64_t> expires_at_ms() const { return expires_at_ms_; }

    std::vector<KeyNumber> numbers() const { return keys_.numbers(); }
    SavedKeys to_save(const OperatorState& state) { return state.to_save(keys_); }
    // What is kept of groups besides their values.
    static constexpr int StateWidth = 3;
    std::vector<StateColumn> states(const std::vector<KeyNumber>& groups) const;
    // The groups of rows that begin with such columns.
    std::vector<KeyNumber> restore(const StateRows& rows);

    size_t bytes() const;

private:
    KeyTable::Numbered find(std::string_view key, bool adds, int64_t now_ms);
    void count(GroupRows& result, KeyTable::Numbered found, int64_t row, bool adds);
    void settle(GroupRows& result);
    void begin(KeyNumber group, int64_t now_ms);
    void retire(KeyNumber group);
    bool has_expired(KeyNumber group, int64_t now_ms) const {
        return rules_.ttl_ms > 0 && touched_ms_[group] + rules_.ttl_ms <= now_ms;
    }

    GroupRules rules_;
    KeyTable keys_;
    // By group:
    std::vector<int64_t> row_counts_;
    std::vector<int64_t> touched_ms_;
    std::vector<int64_t> last_steps_;  // counted through all batches
    int64_t first_step_ = 0;           // of this batch
    std::vector<KeyNumber> retired_;
    std::optional<int64_t> expires_at_ms_;
};

}  // namespace tarn::engine
