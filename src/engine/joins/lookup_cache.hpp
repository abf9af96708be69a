// A table that is looked up, with its answers kept for the next rows that have the same keys: what
// is kept may be as old as the settings let it be. Where there is no more room, the keys go that
// nobody has asked for the longest.
#pragma once

#include <chrono>
#include <list>
#include <optional>
#include <string>
#include <unordered_map>

#include "base/clock.hpp"
#include "engine/operators/lookup.hpp"
#include "sql/expressions/row_lists.hpp"

namespace tarn::engine {

struct LookupCacheSettings {
    std::optional<int64_t> rows_max = {};  // a key without rows counts as one
    std::optional<std::chrono::milliseconds> expire_after_write = {};
    std::optional<std::chrono::milliseconds> expire_after_access = {};
    bool keeps_missing_keys = true;
};

class CachedLookup final : public Lookup {
public:
    // `types` are those of the columns that the table gives. The clock outlives this.
    CachedLookup(LookupPtr table, std::vector<sql::Type> types, LookupCacheSettings settings,
                 const Clock& clock);

    Found rows_for(const sql::Batch& keys) override;

    int64_t rows_kept() const { return rows_; }

private:
    struct Entry;
    using Entries = std::list<Entry>;
    struct Entry {
        std::string key;
        std::vector<std::string> rows;  // packed
        Ticks written;
        Ticks used;
        std::list<Entries::iterator>::iterator in_writes;

        int64_t weight() const { return std::max<int64_t>(std::ssize(rows), 1); }
    };

    Found ask(const sql::Batch& keys, const sql::RowList& missing, Ticks now);
    void put(std::string_view key, std::vector<std::string> rows, Ticks now);
    void drop(Entries::iterator entry);
    void drop_expired(Ticks now);

    LookupPtr table_;
    std::vector<sql::Type> types_;
    LookupCacheSettings settings_;
    const Clock& clock_;
    Entries entries_;                         // as they were used, the last one last
    std::list<Entries::iterator> by_writes_;  // as they were written
    std::unordered_map<std::string, Entries::iterator> by_key_;
    int64_t rows_ = 0;  // that they weigh together
};

}  // namespace tarn::engine
