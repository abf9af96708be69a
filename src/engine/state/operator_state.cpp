#include "engine/state/operator_state.hpp"

#include <arrow/array/builder_binary.h>
#include <arrow/array/builder_primitive.h>

#include <algorithm>
#include <iterator>
#include <optional>
#include <ranges>
#include <unordered_set>

#include "base/assert.hpp"
#include "columns/arrow_result.hpp"
#include "sql/values/column.hpp"

namespace tarn::engine {

using columns::or_throw;

namespace {

StateRows taken(const StateRows& rows, const std::vector<int64_t>& list) {
    if (static_cast<int64_t>(list.size()) == rows->num_rows()) return rows;
    arrow::ArrayVector columns;
    for (const auto& column : rows->columns()) {
        columns.push_back(sql::taken({column}, list).values);
    }
    return arrow::RecordBatch::Make(rows->schema(), static_cast<int64_t>(list.size()), columns);
}

}  // namespace

int KeyGroups::group_of(std::string_view key) {
    return static_cast<int>(hash_of(key) >> 57U);
}

KeyGroups KeyGroups::of_worker(int worker, int workers) {
    return {worker * Count / workers, (worker + 1) * Count / workers};
}

int KeyGroups::worker_of(std::string_view key, int workers) {
    // The last one whose range begins at or before the group.
    return (group_of(key) * workers + workers - 1) / Count;
}

bool KeyGroups::has(std::string_view key) const {
    int group = group_of(key);
    return begin <= group && group < end;
}

void OperatorState::put(const std::string& table, StateRows rows) {
    tables_[table].push_back(std::move(rows));
}

SavedKeys OperatorState::to_save(KeyTable& keys) const {
    if (extent_ == Extent::All) return {keys.take_all()};
    auto [numbers, gone] = keys.take_changes();
    std::vector<std::string_view> changed(gone.begin(), gone.end());
    for (KeyNumber number : numbers) changed.emplace_back(keys.key(number));
    return {std::move(numbers), state_rows({{"key", bytes_column(changed)}})};
}

void OperatorState::put_keyed(const std::string& table, const SavedKeys& keys, StateRows rows) {
    put(table, std::move(rows));
    if (keys.changed) put_changed(table, keys.changed);
}

void OperatorState::put_changed(const std::string& table, StateRows keys) {
    changed_[table].push_back(std::move(keys));
}

void OperatorState::add(OperatorState other) {
    for (auto& [table, rows] : other.tables_)
        std::ranges::move(rows, std::back_inserter(tables_[table]));
    for (auto& [table, keys] : other.changed_)
        std::ranges::move(keys, std::back_inserter(changed_[table]));
}

std::vector<StateRows> OperatorState::all(std::string_view table) const {
    auto found = tables_.find(table);
    return found == tables_.end() ? std::vector<StateRows>{} : found->second;
}

std::vector<StateRows> OperatorState::keyed(std::string_view table, const KeyGroups& groups) const {
    std::vector<StateRows> result;
    for (const StateRows& rows : all(table)) {
        std::vector<int64_t> own;
        std::vector<std::string_view> keys = bytes_of(rows, 0);
        for (size_t row = 0; row < keys.size(); ++row) {
            if (groups.has(keys[row])) own.push_back(static_cast<int64_t>(row));
        }
        if (!own.empty()) result.push_back(taken(rows, own));
    }
    return result;
}

namespace {

using KeySet = std::unordered_set<std::string_view>;

StateRows without(const StateRows& rows, const KeySet& keys) {
    std::vector<int64_t> rest;
    std::vector<std::string_view> of_rows = bytes_of(rows, 0);
    for (size_t row = 0; row < of_rows.size(); ++row) {
        if (!keys.contains(of_rows[row])) rest.push_back(static_cast<int64_t>(row));
    }
    return taken(rows, rest);
}

}  // namespace

// From the last to the first: what a later one says of a key is what counts.
OperatorState merged(std::vector<OperatorState> oldest_first) {
    OperatorState result;
    for (const auto& [table, last] : oldest_first.back().tables()) {
        KeySet later;
        std::vector<StateRows> found;
        for (size_t i = oldest_first.size(); i-- > 0;) {
            for (const StateRows& rows : oldest_first[i].all(table)) {
                StateRows rest = later.empty() ? rows : without(rows, later);
                if (rest->num_rows() > 0) found.push_back(std::move(rest));
            }
            auto changed = oldest_first[i].changed().find(table);
            if (changed == oldest_first[i].changed().end()) break;
            for (const StateRows& keys : changed->second) {
                for (std::string_view key : bytes_of(keys, 0)) later.insert(key);
            }
        }
        // Rows of a key are in one of them, so their order is as it was.
        for (StateRows& rows : found | std::views::reverse) result.put(table, std::move(rows));
    }
    return result;
}

StateRows state_rows(const std::vector<StateColumn>& columns) {
    TARN_ASSERT(!columns.empty());
    arrow::FieldVector fields;
    arrow::ArrayVector values;
    for (const StateColumn& column : columns) {
        fields.push_back(arrow::field(column.name, column.values->type()));
        values.push_back(column.values);
    }
    int64_t rows = values.front()->length();
    return arrow::RecordBatch::Make(arrow::schema(fields), rows, std::move(values));
}

// Of 64-bit offsets: the rows of a large state may have more bytes than 32 bits count. Arrow must
// not be given what points nowhere, be it empty.
std::shared_ptr<arrow::Array> bytes_column(std::span<const std::string_view> values) {
    int64_t bytes = 0;
    for (std::string_view value : values) bytes += std::ssize(value);
    arrow::LargeBinaryBuilder builder;
    or_throw(builder.Reserve(static_cast<int64_t>(values.size())));
    or_throw(builder.ReserveData(bytes));
    for (std::string_view value : values) {
        if (value.empty()) {
            builder.UnsafeAppendEmptyValue();
        } else {
            builder.UnsafeAppend(value);
        }
    }
    return or_throw(builder.Finish());
}

std::shared_ptr<arrow::Array> number_column(std::span<const int64_t> values) {
    arrow::Int64Builder builder;
    auto count = static_cast<int64_t>(values.size());
    if (count > 0) or_throw(builder.AppendValues(values.data(), count));
    return or_throw(builder.Finish());
}

std::vector<std::string_view> bytes_of(const StateRows& rows, int column) {
    const auto& values = static_cast<const arrow::LargeBinaryArray&>(*rows->column(column));
    std::vector<std::string_view> result;
    result.reserve(static_cast<size_t>(values.length()));
    for (int64_t row = 0; row < values.length(); ++row) result.push_back(values.GetView(row));
    return result;
}

std::vector<int64_t> numbers_of(const StateRows& rows, int column) {
    const auto& values = static_cast<const arrow::Int64Array&>(*rows->column(column));
    return {values.raw_values(), values.raw_values() + values.length()};
}

void put_time(OperatorState& state, const std::string& table, int64_t time) {
    state.put(table, state_rows({{"time", number_column({&time, 1})}}));
}

int64_t earliest_time(const OperatorState& state, std::string_view table, int64_t otherwise) {
    std::optional<int64_t> earliest;
    for (const StateRows& rows : state.all(table)) {
        for (int64_t time : numbers_of(rows, 0)) {
            earliest = std::min(earliest.value_or(time), time);
        }
    }
    return earliest.value_or(otherwise);
}

int64_t latest_time(const OperatorState& state, std::string_view table, int64_t otherwise) {
    int64_t latest = otherwise;
    for (const StateRows& rows : state.all(table)) {
        for (int64_t time : numbers_of(rows, 0)) latest = std::max(latest, time);
    }
    return latest;
}

}  // namespace tarn::engine
