#include "engine/rows/key_table.hpp"

#include <functional>

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
        is_used_.push_back(1);
    } else {
        number = free_.back();
        free_.pop_back();
        keys_[number] = key;
        hashes_[number] = hash;
        is_used_[number] = 1;
    }
    slots_[slot] = number;
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
    std::string().swap(keys_[number]);
    is_used_[number] = 0;
}

std::vector<KeyNumber> KeyTable::numbers() const {
    std::vector<KeyNumber> numbers;
    numbers.reserve(size());
    for (KeyNumber number = 0; number < end(); ++number) {
        if (is_used_[number]) numbers.push_back(number);
    }
    return numbers;
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
        if (!is_used_[number]) continue;
        size_t slot = home(hashes_[number]);
        while (slots_[slot] != NoKey) slot = (slot + 1) & (slots_.size() - 1);
        slots_[slot] = number;
    }
}

}  // namespace tarn::engine
