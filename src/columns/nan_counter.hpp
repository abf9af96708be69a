// Counts NaN per leaf column of the batches that go into a file. Parquet's own statistics do not,
// and Iceberg wants to know before it trusts a float column's bounds.
#pragma once

#include <arrow/record_batch.h>

#include <cstdint>
#include <optional>
#include <vector>

namespace tarn::columns {

class NanCounter {
public:
    explicit NanCounter(const arrow::Schema& schema);

    void count(const arrow::RecordBatch& batch);

    // In the order of Parquet's leaf columns; nothing for those that cannot hold NaN.
    const std::vector<std::optional<int64_t>>& counts() const { return counts_; }

private:
    void count_leaves(const arrow::Array& array, size_t& leaf);

    std::vector<std::optional<int64_t>> counts_;
    bool has_floating_;
};

}  // namespace tarn::columns
