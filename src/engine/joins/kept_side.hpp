// The rows of one input of a join that are there now, in lists by their join keys. How much has to
// be remembered to find a row again depends on how rows go: those that only come are never looked
// for, others are found by a key of theirs or else by all of their columns, with a count.
#pragma once

#include <chrono>

#include "engine/joins/join_keys.hpp"
#include "engine/joins/row_arena.hpp"
#include "engine/rows/key_table.hpp"
#include "engine/state/operator_state.hpp"

namespace tarn::engine {

using EntryNumber = uint32_t;
inline constexpr EntryNumber NoEntry = UINT32_MAX;

class KeptSide {
public:
    enum class By { Arrival, JoinKey, UniqueKey, WholeRow };

    // Rows that nobody touches for that long are gone; zero for never.
    KeptSide(const sql::StreamPlan& plan, const JoinKeys& keys, std::chrono::milliseconds ttl);

    // As one needs them to add and to remove rows of a batch.
    struct Packed {
        sql::PackedRows rows;
        sql::PackedRows unique_keys;
        By by;

        std::string_view identity(size_t row) const {
            if (by == By::UniqueKey) return unique_keys[row];
            return by == By::WholeRow ? rows[row] : std::string_view();
        }
    };
    Packed packed(const ChangeBatch& batch) const;

    struct NewRow {
        KeyNumber key;
        std::string_view row;
        std::string_view identity;
        int64_t partners = 0;
        int64_t now_ms = 0;
    };
    // A row with the same unique key is replaced.
    void add(const NewRow& row);
    // NoEntry when it is not there.
    EntryNumber find(KeyNumber key, std::string_view identity) const;
    // One of its count.
    void remove(EntryNumber entry);

    // The rows of a key, the oldest first.
    EntryNumber first(KeyNumber key) const {
        return key < lists_.size() ? lists_[key].first : NoEntry;
    }
    EntryNumber next(EntryNumber entry) const { return entries_[entry].next; }
    bool has_rows(KeyNumber key) const { return first(key) != NoEntry; }

    std::string_view row(EntryNumber entry) const {
        return by_ == By::WholeRow ? identities_.key(entry) : entries_[entry].row;
    }
    int64_t count(EntryNumber entry) const { return entries_[entry].count; }
    // How many rows of the other input it has been joined to; outer joins count them.
    int64_t partners(EntryNumber entry) const { return entries_[entry].partners; }
    void set_partners(EntryNumber entry, int64_t partners, int64_t now_ms) {
        entries_[entry].partners = partners;
        entries_[entry].touched_ms = now_ms;
    }

    bool is_expired(EntryNumber entry, int64_t now_ms) const {
        return ttl_ms_ > 0 && entries_[entry].touched_ms + ttl_ms_ <= now_ms;
    }
    void forget_expired(int64_t now_ms);
    // Moves rows together where many are gone. Nobody may hold a view of a row.
    void tidy();

    const std::vector<sql::Type>& types() const { return types_; }
    size_t bytes() const;

    // The rows of these keys.
    StateRows save(const KeyTable& keys, const std::vector<KeyNumber>& numbers) const;
    void restore(const StateRows& rows, KeyTable& keys);

private:
    struct List {
        EntryNumber first = NoEntry;
        EntryNumber last = NoEntry;
    };
    struct Entry {
        std::string_view row;
        KeyNumber key = NoKey;  // NoKey when it is free
        EntryNumber previous = NoEntry;
        EntryNumber next = NoEntry;
        uint32_t count = 0;
        int64_t partners = 0;
        int64_t touched_ms = 0;
    };

    bool has_identities() const { return by_ == By::UniqueKey || by_ == By::WholeRow; }
    EntryNumber new_entry(std::string_view identity);
    void link(EntryNumber entry, KeyNumber key);
    void unlink(EntryNumber entry);
    void erase(EntryNumber entry);

    int64_t ttl_ms_;
    By by_ = By::WholeRow;
    std::vector<size_t> identity_places_;
    std::vector<sql::Type> types_;
    std::vector<List> lists_;  // by number of the join key
    std::vector<Entry> entries_;
    std::vector<EntryNumber> free_;  // where there are no identities
    KeyTable identities_;            // its numbers are those of the entries
    RowArena rows_;
};

}  // namespace tarn::engine
