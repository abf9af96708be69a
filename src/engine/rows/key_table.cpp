#include "engine/rows/key_table.hpp"

#include <utility>

#include "base/assert.hpp"

namespace tarn::engine {

uint64_t hash_of(std::string_view key) {
    return std::hash<std::string_view>()(key);
}

KeyTable::Numbered KeyTable::add(std::string_view key) {
    uint64_t hash = hash_of(key);
    size_t slot = slot_of(key, hash);
    if (slots_[slot] != NoKey) return {slots_[slot], false};
    if ((size() + 1) * 4 > slots_.size() * 3) {
        grow();
        slot = slot_of(key, hash);
    }
    KeyNumber number;
    if (free_.empty()) {
        number = end();
        keys_.emplace_back(key);
        hashes_.push_back(hash);
        marks_.push_back(Used);
    } else {
        number = free_.back();
        free_.pop_back();
        keys_[number] = key;
        hashes_[number] = hash;
        marks_[number] |= Used;
    }
    slots_[slot] = number;
    key_bytes_ += key.size();
    touch(number);
    return {number, true};
}

std::vector<KeyNumber> KeyTable::add(const sql::PackedRows& keys) {
    std::vector<KeyNumber> numbers(keys.size());
    for (size_t row = 0; row < keys.size(); ++row) numbers[row] = add(keys[row]).number;
    return numbers;
}

KeyNumber KeyTable::find(std::string_view key) const {
    return slots_[slot_of(key, hash_of(key))];
}

void KeyTable::forget(KeyNumber number) {
    retire(number);
    release(number);
}

// Moves back what stands behind the gap and would not be found across it.
void KeyTable::retire(KeyNumber number) {
    TARN_ASSERT(has(number));
    size_t mask = slots_.size() - 1;
    size_t gap = home(hashes_[number]);
    while (slots_[gap] != number) gap = (gap + 1) & mask;
    for (size_t next = (gap + 1) & mask; slots_[next] != NoKey; next = (next + 1) & mask) {
        size_t wanted = home(hashes_[slots_[next]]);
        if (((next - wanted) & mask) < ((next - gap) & mask)) continue;
        slots_[gap] = slots_[next];
        gap = next;
    }
    slots_[gap] = NoKey;
    key_bytes_ -= keys_[number].size();
    std::string key = std::exchange(keys_[number], {});
    if (marks_[number] & Known) gone_.push_back(std::move(key));
    marks_[number] &= Touched;
}

KeyTable::Changes KeyTable::take_changes() {
    if (!tells_changes_) return {take_all(), {}};
    std::vector<KeyNumber> numbers;
    for (KeyNumber number : std::exchange(touched_, {})) {
        bool is_used = has(number);
        marks_[number] = is_used ? Used | Known : 0;
        if (is_used) numbers.push_back(number);
    }
    return {std::move(numbers), std::exchange(gone_, {})};
}

std::vector<KeyNumber> KeyTable::take_all() {
    tells_changes_ = true;
    for (KeyNumber number : std::exchange(touched_, {})) marks_[number] &= Used;
    gone_.clear();
    std::vector<KeyNumber> all = numbers();
    for (KeyNumber number : all) marks_[number] = Used | Known;
    return all;
}

std::vector<KeyNumber> KeyTable::numbers() const {
    std::vector<KeyNumber> numbers;
    numbers.reserve(size());
    for (KeyNumber number = 0; number < end(); ++number) {
        if (has(number)) numbers.push_back(number);
    }
    return numbers;
}

size_t KeyTable::sum(const std::function<size_t(KeyNumber)>& bytes_of) const {
    constexpr KeyNumber SampleMax = 1'000;
    size_t bytes = 0;
    size_t asked = 0;
    for (KeyNumber number = 0; number < end(); number += 1 + end() / SampleMax) {
        if (!has(number)) continue;
        bytes += bytes_of(number);
        ++asked;
    }
    return asked == 0 ? 0 : bytes * size() / asked;
}

// Where the key is, or would be.
size_t KeyTable::slot_of(std::string_view key, uint64_t hash) const {
    size_t slot = home(hash);
    while (slots_[slot] != NoKey) {
        KeyNumber number = slots_[slot];
        if (hashes_[number] == hash && keys_[number] == key) break;
        slot = (slot + 1) & (slots_.size() - 1);
    }
    return slot;
}

void KeyTable::grow() {
    slots_.assign(slots_.size() * 2, NoKey);
    for (KeyNumber number = 0; number < end(); ++number) {
        if (!has(number)) continue;
        size_t slot = home(hashes_[number]);
        while (slots_[slot] != NoKey) slot = (slot + 1) & (slots_.size() - 1);
        slots_[slot] = number;
    }
}

}  // namespace tarn::engine
