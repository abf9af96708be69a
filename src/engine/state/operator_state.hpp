// What an operator remembers, as named tables. A keyed table begins with a column of packed keys;
// each worker takes up the keys that are its own, so a job may go on with another number of them.
//
// Of a keyed table that is large an operator may put the rows of those keys alone that have changed
// since it was last saved. merged() makes one whole state of such a series.
#pragma once

#include <arrow/record_batch.h>

#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/rows/key_table.hpp"

namespace tarn::engine {

// The keys of a job in 128 groups, and the groups in ranges, one for each worker.
struct KeyGroups {
    static constexpr int Count = 128;

    int begin = 0;
    int end = Count;

    static int group_of(std::string_view key);
    static int worker_of(std::string_view key, int workers);
    // Of the range of one worker among several.
    static KeyGroups of_worker(int worker, int workers);
    bool has(std::string_view key) const;
};

using StateRows = std::shared_ptr<arrow::RecordBatch>;

// Which of its keys an operator saves.
struct SavedKeys {
    std::vector<KeyNumber> numbers;
    // Of changes: these keys and those that are gone, in a column of their own. Null when all keys
    // are saved.
    StateRows changed = nullptr;
};

class OperatorState {
public:
    // Where changes are wanted operators may put all the same.
    enum class Extent { All, Changes };
    OperatorState() = default;
    explicit OperatorState(Extent extent) : extent_(extent) {}

    void put(const std::string& table, StateRows rows);
    // What of these keys is to be put by put_keyed(); they count as saved from now on.
    SavedKeys to_save(KeyTable& keys) const;
    void put_keyed(const std::string& table, const SavedKeys& keys, StateRows rows);
    // What another worker's operator remembers, too.
    void add(OperatorState other);

    // All rows of a table, as they were put.
    std::vector<StateRows> all(std::string_view table) const;
    // Those whose key, the first column, is in the groups.
    std::vector<StateRows> keyed(std::string_view table, const KeyGroups& groups) const;

    using Tables = std::map<std::string, std::vector<StateRows>, std::less<>>;
    const Tables& tables() const { return tables_; }

    // The keys of tables that hold changes: rows that an earlier state has of them are gone.
    const Tables& changed() const { return changed_; }
    void put_changed(const std::string& table, StateRows keys);

private:
    Extent extent_ = Extent::All;
    Tables tables_;
    Tables changed_;
};

// What there is after a state, the first one, and changes of it.
OperatorState merged(std::vector<OperatorState> oldest_first);

struct StateColumn {
    std::string name;
    std::shared_ptr<arrow::Array> values;
};

// At least one column; all have as many rows.
StateRows state_rows(const std::vector<StateColumn>& columns);

std::shared_ptr<arrow::Array> bytes_column(std::span<const std::string_view> values);
std::shared_ptr<arrow::Array> number_column(std::span<const int64_t> values);

// Back from columns that these made. The views are good for as long as the rows are.
std::vector<std::string_view> bytes_of(const StateRows& rows, int column);
std::vector<int64_t> numbers_of(const StateRows& rows, int column);

// How far an operator has come in time, whatever its keys: a table of that name with one number. Of
// what several workers have put the latest counts, or the earliest; `otherwise` where there is
// none.
void put_time(OperatorState& state, const std::string& table, int64_t time);
int64_t earliest_time(const OperatorState& state, std::string_view table, int64_t otherwise);
int64_t latest_time(const OperatorState& state, std::string_view table, int64_t otherwise);

}  // namespace tarn::engine
