// Where a lookup join asks for the rows of a table, as they are at that moment. A worker has one of
// its own, and calls it from one thread.
#pragma once

#include <functional>
#include <memory>

#include "sql/expressions/evaluate.hpp"

namespace tarn::sql::stream {
struct TableSource;
}

namespace tarn::engine {

class Lookup {
public:
    struct Found {
        sql::Batch rows;            // of the columns of the source, in any order
        std::vector<int64_t> keys;  // of each row, which of the asked ones it has
    };

    virtual ~Lookup() = default;

    // All rows that have one of the keys. No two of these are equal, and none has a NULL.
    virtual Found rows_for(const sql::Batch& keys) = 0;
};

using LookupPtr = std::unique_ptr<Lookup>;

// `key` names the columns of the source that the keys are values of.
using OpenLookup =
    std::function<LookupPtr(const sql::stream::TableSource& table, const std::vector<size_t>& key)>;

}  // namespace tarn::engine
