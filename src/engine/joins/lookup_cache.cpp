#include "engine/joins/lookup_cache.hpp"

#include <algorithm>

#include "sql/values/packed_rows.hpp"

namespace tarn::engine {

CachedLookup::CachedLookup(LookupPtr table, std::vector<sql::Type> types,
                           LookupCacheSettings settings, const Clock& clock)
    : table_(std::move(table)), types_(std::move(types)), settings_(settings), clock_(clock) {}

Lookup::Found CachedLookup::rows_for(const sql::Batch& keys) {
    Ticks now = clock_.ticks();
    drop_expired(now);
    sql::PackedRows packed = sql::packed(keys.columns, keys.rows);
    std::vector<std::string_view> rows;
    std::vector<int64_t> keys_of_rows;
    sql::RowList missing;
    for (int64_t key = 0; key < keys.rows; ++key) {
        auto known = by_key_.find(std::string(packed[static_cast<size_t>(key)]));
        if (known == by_key_.end()) {
            missing.push_back(key);
            continue;
        }
        Entry& entry = *known->second;
        entry.used = now;
        entries_.splice(entries_.end(), entries_, known->second);
        rows.insert(rows.end(), entry.rows.begin(), entry.rows.end());
        keys_of_rows.resize(rows.size(), key);
    }
    auto count = static_cast<int64_t>(rows.size());
    Found found{{sql::unpacked(rows, types_), count}, std::move(keys_of_rows)};
    if (missing.empty()) return found;
    Found asked = ask(keys, missing, now);
    found.rows = sql::stacked({found.rows, asked.rows});
    found.keys.insert(found.keys.end(), asked.keys.begin(), asked.keys.end());
    return found;
}

Lookup::Found CachedLookup::ask(const sql::Batch& keys, const sql::RowList& missing, Ticks now) {
    sql::Batch asked = sql::taken(keys, missing);
    Found found = table_->rows_for(asked);
    sql::PackedRows rows = sql::packed(found.rows.columns, found.rows.rows);
    std::vector<std::vector<std::string>> rows_of_keys(missing.size());
    for (size_t row = 0; row < found.keys.size(); ++row) {
        auto key = static_cast<size_t>(found.keys[row]);
        rows_of_keys[key].emplace_back(rows[row]);
        found.keys[row] = missing[key];
    }
    sql::PackedRows packed = sql::packed(asked.columns, asked.rows);
    for (size_t key = 0; key < missing.size(); ++key) {
        if (rows_of_keys[key].empty() && !settings_.keeps_missing_keys) continue;
        put(packed[key], std::move(rows_of_keys[key]), now);
    }
    return found;
}

void CachedLookup::put(std::string_view key, std::vector<std::string> rows, Ticks now) {
    entries_.push_back({std::string(key), std::move(rows), now, now, {}});
    auto entry = std::prev(entries_.end());
    entry->in_writes = by_writes_.insert(by_writes_.end(), entry);
    by_key_.emplace(entry->key, entry);
    rows_ += entry->weight();
    while (settings_.rows_max && rows_ > *settings_.rows_max) drop(entries_.begin());
}

void CachedLookup::drop(Entries::iterator entry) {
    rows_ -= entry->weight();
    by_key_.erase(entry->key);
    by_writes_.erase(entry->in_writes);
    entries_.erase(entry);
}

void CachedLookup::drop_expired(Ticks now) {
    auto after_write = settings_.expire_after_write;
    while (after_write && !by_writes_.empty() &&
           now - by_writes_.front()->written >= *after_write) {
        drop(by_writes_.front());
    }
    auto after_access = settings_.expire_after_access;
    while (after_access && !entries_.empty() && now - entries_.front().used >= *after_access) {
        drop(entries_.begin());
    }
}

}  // namespace tarn::engine
