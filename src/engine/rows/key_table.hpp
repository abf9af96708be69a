// Numbers for keys, from 0 up, so that state may lie in vectors: equal keys have the same number
// for as long as they are remembered, and the numbers of forgotten ones are given to others.
//
// It also knows which keys are new, touched or gone since it was last asked, so that what has not
// changed need not be saved again.
//
// Open addressing with linear probing; keys of up to 15 bytes lie in the table's own vectors.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sql/values/packed_rows.hpp"

namespace tarn::engine {

using KeyNumber = uint32_t;
inline constexpr KeyNumber NoKey = UINT32_MAX;

uint64_t hash_of(std::string_view key);

class KeyTable {
public:
    struct Numbered {
        KeyNumber number;
        bool is_new;
    };

    Numbered add(std::string_view key);
    // The numbers of all of them, in order.
    std::vector<KeyNumber> add(const sql::PackedRows& keys);
    // NoKey when it is not there.
    KeyNumber find(std::string_view key) const;
    void forget(KeyNumber number);
    // The same in two steps: nobody else is given the number before it is released.
    void retire(KeyNumber number);
    void release(KeyNumber number) { free_.push_back(number); }

    // Of one that is remembered.
    const std::string& key(KeyNumber number) const { return keys_[number]; }
    bool has(KeyNumber number) const { return number < keys_.size() && marks_[number] & Used; }

    // Retired ones count until they are released.
    size_t size() const { return keys_.size() - free_.size(); }
    // All numbers are below.
    KeyNumber end() const { return static_cast<KeyNumber>(keys_.size()); }
    // Those of all keys that are remembered, rising.
    std::vector<KeyNumber> numbers() const;

    // What is kept under the number has changed. Of a new one that goes without saying.
    void touch(KeyNumber number) {
        if (!tells_changes_ || marks_[number] & Touched) return;
        marks_[number] |= Touched;
        touched_.push_back(number);
    }
    struct Changes {
        std::vector<KeyNumber> numbers;  // new or touched
        std::vector<std::string> gone;   // keys that were there
    };
    // Since this or the other was last called; all keys the first time.
    Changes take_changes();
    std::vector<KeyNumber> take_all();

    // Of the keys themselves and what there is for each number.
    size_t bytes() const { return key_bytes_ + keys_.size() * BytesOfEach; }
    // What all numbers have together, roughly: a sample of them is asked.
    size_t sum(const std::function<size_t(KeyNumber)>& bytes_of) const;

private:
    // Of a number: whether it is in use, is among those that were touched, and its key was there
    // when changes were last asked for.
    enum Mark : uint8_t { Used = 1, Touched = 2, Known = 4 };
    static constexpr size_t BytesOfEach = sizeof(std::string) + 24;

    size_t home(uint64_t hash) const { return hash & (slots_.size() - 1); }
    size_t slot_of(std::string_view key, uint64_t hash) const;
    void grow();

    std::vector<KeyNumber> slots_ = std::vector<KeyNumber>(16, NoKey);  // a power of two of them
    std::vector<std::string> keys_;                                     // by number
    std::vector<uint64_t> hashes_;
    std::vector<uint8_t> marks_;
    std::vector<KeyNumber> free_;
    size_t key_bytes_ = 0;
    bool tells_changes_ = false;      // somebody asks for them
    std::vector<KeyNumber> touched_;  // some may be free by now
    std::vector<std::string> gone_;
};

}  // namespace tarn::engine
