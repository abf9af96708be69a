#include "engine/aggregation/groups.hpp"

#include <algorithm>

namespace tarn::engine {

using enum GroupStep::Kind;

GroupRows Groups::take(const ChangeBatch& batch, const sql::PackedRows& keys, int64_t now_ms) {
    GroupRows result;
    result.rows.reserve(keys.size());
    result.groups.reserve(keys.size());
    for (int64_t row = 0; row < batch.size(); ++row) {
        bool adds = !rules_.counts_rows || is_addition(batch.kind(row));
        KeyTable::Numbered found = find(keys[static_cast<size_t>(row)], adds, now_ms);
        if (found.number == NoKey) continue;
        touched_ms_[found.number] = now_ms;
        keys_.touch(found.number);
        count(result, found, row, adds);
    }
    first_step_ += batch.size();
    if (rules_.collapses && rules_.counts_rows) settle(result);
    return result;
}

// As with Flink, no group begins with a row that is taken back.
KeyTable::Numbered Groups::find(std::string_view key, bool adds, int64_t now_ms) {
    KeyTable::Numbered found = adds ? keys_.add(key) : KeyTable::Numbered{keys_.find(key), false};
    bool is_known = !found.is_new && found.number != NoKey;
    if (is_known && has_expired(found.number, now_ms)) {
        retire(found.number);
        found = adds ? keys_.add(key) : KeyTable::Numbered{NoKey, false};
    }
    if (found.is_new) begin(found.number, now_ms);
    return found;
}

void Groups::count(GroupRows& result, KeyTable::Numbered found, int64_t row, bool adds) {
    KeyNumber group = found.number;
    int64_t& rows = row_counts_[group];
    if (!adds && rows == 0) return;  // an end that is not settled yet
    if (rules_.counts_rows) rows += adds ? 1 : -1;
    result.rows.push_back(row);
    result.groups.push_back(group);
    bool has_step = last_steps_[group] >= first_step_;
    if (has_step && rules_.collapses) return;
    GroupStep step{found.is_new ? Begins : GoesOn, group, row};
    if (has_step) step.before = last_steps_[group] - first_step_;
    last_steps_[group] = first_step_ + static_cast<int64_t>(result.steps.size());
    if (!adds && rows == 0 && !rules_.collapses) {
        step.kind = Ends;
        retire(group);
    }
    result.steps.push_back(step);
}

// Groups that have no row at the end of the batch have ended, and those that began in it have never
// been there.
void Groups::settle(GroupRows& result) {
    for (GroupStep& step : result.steps) {
        if (row_counts_[step.group] > 0) continue;
        retire(step.group);
        if (step.kind == GoesOn) step.kind = Ends;
    }
    std::erase_if(result.steps, [&](const GroupStep& step) {
        return step.kind == Begins && row_counts_[step.group] == 0;
    });
}

void Groups::begin(KeyNumber group, int64_t now_ms) {
    if (group >= row_counts_.size()) {
        row_counts_.resize(group + 1);
        touched_ms_.resize(group + 1);
        last_steps_.resize(group + 1);
    }
    row_counts_[group] = 0;
    last_steps_[group] = -1;
    touched_ms_[group] = now_ms;
    if (rules_.ttl_ms > 0 && !expires_at_ms_) expires_at_ms_ = now_ms + rules_.ttl_ms;
}

void Groups::retire(KeyNumber group) {
    keys_.retire(group);
    retired_.push_back(group);
}

// All of them are looked at, so this is not done more often than once in a time to live.
void Groups::expire(int64_t now_ms) {
    for (KeyNumber group : keys_.numbers()) {
        if (has_expired(group, now_ms)) retire(group);
    }
    expires_at_ms_.reset();
    if (!keys_.numbers().empty()) expires_at_ms_ = now_ms + rules_.ttl_ms;
}

std::vector<KeyNumber> Groups::release() {
    for (KeyNumber group : retired_) keys_.release(group);
    return std::exchange(retired_, {});
}

std::vector<StateColumn> Groups::states(const std::vector<KeyNumber>& groups) const {
    std::vector<std::string_view> keys;
    std::vector<int64_t> rows;
    std::vector<int64_t> touched;
    for (KeyNumber group : groups) {
        keys.push_back(keys_.key(group));
        rows.push_back(row_counts_[group]);
        touched.push_back(touched_ms_[group]);
    }
    return {{"key", bytes_column(keys)},
            {"rows", number_column(rows)},
            {"touched", number_column(touched)}};
}

std::vector<KeyNumber> Groups::restore(const StateRows& rows) {
    std::vector<int64_t> row_counts = numbers_of(rows, 1);
    std::vector<int64_t> touched = numbers_of(rows, 2);
    std::vector<KeyNumber> groups;
    for (std::string_view key : bytes_of(rows, 0)) {
        size_t i = groups.size();
        KeyNumber group = keys_.add(key).number;
        begin(group, touched[i]);
        row_counts_[group] = row_counts[i];
        groups.push_back(group);
    }
    return groups;
}

size_t Groups::bytes() const {
    constexpr size_t BytesOfEach = 3 * sizeof(int64_t);
    return keys_.bytes() + row_counts_.size() * BytesOfEach;
}

}  // namespace tarn::engine
