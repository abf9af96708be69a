// A table that is looked up in memory, for tables that nobody can ask by keys: all of its rows are
// read when they are first wanted, and anew once they are older than they may be.
#pragma once

#include "base/clock.hpp"
#include "engine/job/source.hpp"
#include "engine/operators/lookup.hpp"
#include "engine/rows/key_table.hpp"

namespace tarn::engine {

class LoadedLookup final : public Lookup {
public:
    // A source that ends, at the table's rows as they are by then.
    using OpenTable = std::function<SourcePtr()>;

    // `types` are those of the source's columns, `key` the places of those that it is asked by. The
    // clock outlives this.
    LoadedLookup(OpenTable open, std::vector<sql::Type> types, std::vector<size_t> key,
                 std::chrono::milliseconds age_max, const Clock& clock);

    Found rows_for(const sql::Batch& keys) override;

private:
    struct Rows {
        KeyTable keys;
        std::vector<std::vector<std::string>> of_keys;  // packed, by the numbers of their keys
        size_t bytes = 0;
    };

    Rows load() const;
    void add(Rows& rows, const ChangeBatch& batch) const;

    OpenTable open_;
    std::vector<sql::Type> types_;
    std::vector<size_t> key_;
    std::chrono::milliseconds age_max_;
    const Clock& clock_;
    Rows rows_;
    std::optional<Ticks> loaded_at_;
};

}  // namespace tarn::engine
