#include "engine/joins/kept_side.hpp"

#include <algorithm>

#include "base/assert.hpp"
#include "engine/operators/column_types.hpp"

namespace tarn::engine {
namespace {

bool has_all(const std::vector<size_t>& columns, const std::vector<size_t>& wanted) {
    return std::ranges::all_of(
        wanted, [&](size_t column) { return std::ranges::find(columns, column) != columns.end(); });
}

}  // namespace

KeptSide::KeptSide(const sql::StreamPlan& plan, const JoinKeys& keys, std::chrono::milliseconds ttl)
    : ttl_ms_(ttl.count()), types_(types_of(plan.columns)) {
    auto is_part_of_join_key = [&](const sql::UpsertKey& key) {
        return has_all(keys.places(), key);
    };
    if (plan.changes.is_insert_only() && plan.upsert_keys.empty()) {
        by_ = By::Arrival;
    } else if (std::ranges::any_of(plan.upsert_keys, is_part_of_join_key)) {
        by_ = By::JoinKey;
    } else if (!plan.upsert_keys.empty()) {
        by_ = By::UniqueKey;
        identity_places_ = keys.places();
        const auto& shortest =
            *std::ranges::min_element(plan.upsert_keys, {}, &std::vector<size_t>::size);
        identity_places_.insert(identity_places_.end(), shortest.begin(), shortest.end());
    }
}

KeptSide::Packed KeptSide::packed(const ChangeBatch& batch) const {
    Packed result{engine::packed(batch), {}, by_};
    if (by_ == By::UniqueKey) result.unique_keys = engine::packed(batch, identity_places_);
    return result;
}

EntryNumber KeptSide::find(KeyNumber key, std::string_view identity) const {
    if (has_identities()) return identities_.find(identity);
    return by_ == By::JoinKey ? first(key) : NoEntry;
}

void KeptSide::add(const NewRow& row) {
    EntryNumber number = find(row.key, row.identity);
    if (number != NoEntry && is_expired(number, row.now_ms)) {
        erase(number);
        number = NoEntry;
    }
    if (number == NoEntry) {
        number = new_entry(row.identity);
        link(number, row.key);
    }
    Entry& entry = entries_[number];
    if (by_ != By::WholeRow) {
        rows_.drop(entry.row);
        entry.row = rows_.add(row.row);
    }
    entry.count = by_ == By::WholeRow ? entry.count + 1 : 1;
    entry.partners = row.partners;
    entry.touched_ms = row.now_ms;
}

void KeptSide::remove(EntryNumber entry) {
    if (entries_[entry].count > 1) {
        --entries_[entry].count;
    } else {
        erase(entry);
    }
}

EntryNumber KeptSide::new_entry(std::string_view identity) {
    EntryNumber number;
    if (has_identities()) {
        number = identities_.add(identity).number;
    } else if (!free_.empty()) {
        number = free_.back();
        free_.pop_back();
    } else {
        number = static_cast<EntryNumber>(entries_.size());
    }
    if (number == entries_.size()) entries_.emplace_back();
    return number;
}

void KeptSide::link(EntryNumber number, KeyNumber key) {
    if (key >= lists_.size()) lists_.resize(std::max<size_t>(key + 1, lists_.size() * 2));
    List& list = lists_[key];
    Entry& entry = entries_[number];
    entry.key = key;
    entry.previous = list.last;
    entry.next = NoEntry;
    (list.last == NoEntry ? list.first : entries_[list.last].next) = number;
    list.last = number;
}

void KeptSide::unlink(EntryNumber number) {
    const Entry& entry = entries_[number];
    List& list = lists_[entry.key];
    (entry.previous == NoEntry ? list.first : entries_[entry.previous].next) = entry.next;
    (entry.next == NoEntry ? list.last : entries_[entry.next].previous) = entry.previous;
}

void KeptSide::erase(EntryNumber number) {
    unlink(number);
    rows_.drop(entries_[number].row);
    entries_[number] = {};
    if (has_identities()) {
        identities_.forget(number);
    } else {
        free_.push_back(number);
    }
}

void KeptSide::forget_expired(int64_t now_ms) {
    for (EntryNumber number = 0; number < entries_.size(); ++number) {
        if (entries_[number].key != NoKey && is_expired(number, now_ms)) erase(number);
    }
}

void KeptSide::tidy() {
    if (!rows_.is_worth_moving()) return;
    RowArena moved;
    for (Entry& entry : entries_) entry.row = moved.add(entry.row);
    rows_ = std::move(moved);
}

size_t KeptSide::bytes() const {
    size_t identities = has_identities() ? identities_.size() * 64 : 0;
    return rows_.bytes() + entries_.size() * sizeof(Entry) + lists_.size() * sizeof(List) +
           identities;
}

StateRows KeptSide::save(const KeyTable& keys, const std::vector<KeyNumber>& saved) const {
    std::vector<std::string_view> key_bytes;
    std::vector<std::string_view> rows;
    std::vector<int64_t> counts;
    std::vector<int64_t> partners;
    std::vector<int64_t> touched;
    for (KeyNumber key : saved) {
        for (EntryNumber entry = first(key); entry != NoEntry; entry = next(entry)) {
            key_bytes.push_back(keys.key(key));
            rows.push_back(row(entry));
            counts.push_back(entries_[entry].count);
            partners.push_back(entries_[entry].partners);
            touched.push_back(entries_[entry].touched_ms);
        }
    }
    return state_rows({{"key", bytes_column(key_bytes)},
                       {"row", bytes_column(rows)},
                       {"count", number_column(counts)},
                       {"partners", number_column(partners)},
                       {"touched", number_column(touched)}});
}

void KeptSide::restore(const StateRows& saved, KeyTable& keys) {
    std::vector<std::string_view> key_bytes = bytes_of(saved, 0);
    std::vector<std::string_view> rows = bytes_of(saved, 1);
    std::vector<int64_t> counts = numbers_of(saved, 2);
    std::vector<int64_t> partners = numbers_of(saved, 3);
    std::vector<int64_t> touched = numbers_of(saved, 4);
    ChangeBatch batch{{sql::unpacked(rows, types_), static_cast<int64_t>(rows.size())}};
    Packed bytes = packed(batch);
    for (size_t i = 0; i < rows.size(); ++i) {
        KeyNumber key = keys.add(key_bytes[i]).number;
        std::string_view identity = bytes.identity(i);
        add({key, rows[i], identity, partners[i], touched[i]});
        EntryNumber entry = by_ == By::Arrival ? lists_[key].last : find(key, identity);
        entries_[entry].count = static_cast<uint32_t>(counts[i]);
    }
}

}  // namespace tarn::engine
