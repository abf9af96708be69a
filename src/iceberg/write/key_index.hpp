// Which row is the live one of each key. An upsert asks it for the row that it replaces, so that a
// delete can name a file and a position instead of values that every reader has to compare.
//
// Rows are named by a stream, which stands for a run of rows that the owner of the index can find
// again, and by their place in it.
#pragma once

#include <arrow/record_batch.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "iceberg/format/schema.hpp"

namespace tarn::iceberg {

struct KeyedRow {
    uint32_t stream = 0;
    int64_t row = 0;

    auto operator<=>(const KeyedRow&) const = default;
};

class KeyIndex {
public:
    // The columns of the key. Throws InvalidInput for one that is not there, and for what is no
    // key: a nested column, one within another, a float.
    KeyIndex(const Schema& schema, std::vector<int32_t> key_ids, size_t keys_max);

    // The key of each row, as bytes: null equals null. `rows` have the columns of `schema`, in its
    // order, which is any schema that has the key.
    std::vector<std::string> keys_of(const arrow::RecordBatch& rows, const Schema& schema) const;

    // The row that was the live one so far. Throws TooLarge past the limit.
    std::optional<KeyedRow> put(std::string&& key, KeyedRow row);
    std::optional<KeyedRow> remove(const std::string& key);
    size_t size() const { return rows_.size(); }

private:
    std::vector<int32_t> key_ids_;
    size_t keys_max_;
    std::unordered_map<std::string, KeyedRow> rows_;
};

}  // namespace tarn::iceberg
