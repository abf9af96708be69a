// Tells which partition each row belongs to. Partitions are numbered as they are first seen, and
// keep their numbers for the life of this.
#pragma once

#include <arrow/array.h>
#include <arrow/record_batch.h>

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "iceberg/format/partition_spec.hpp"

namespace tarn::iceberg {

// Gives each distinct value of a column a number, counting from 0.
class ValueNumbers {
public:
    // One number for each row. Null has a number of its own, NaN only one, -0.0 is not 0.0.
    void number(const arrow::Array& column, std::vector<uint32_t>& numbers);
    // The same for numbers that stand for something.
    void number(const std::vector<uint64_t>& keys, std::vector<uint32_t>& numbers);
    uint32_t count() const { return count_; }

private:
    struct TextHash {
        using is_transparent = void;
        size_t operator()(std::string_view text) const {
            return std::hash<std::string_view>()(text);
        }
    };

    uint32_t number_of(uint64_t key);
    uint32_t number_of(std::string_view key);
    uint32_t number_of_null();

    uint32_t count_ = 0;
    std::optional<uint32_t> null_;
    // Most keys are small and close together: days, buckets. They are looked up by their place.
    std::vector<uint32_t> near_;
    std::optional<uint64_t> near_begin_;
    std::unordered_map<uint64_t, uint32_t> far_;
    std::unordered_map<std::string, uint32_t, TextHash, std::equal_to<>> texts_;
};

class Partitioner {
public:
    // Throws InvalidInput for a spec with a transform that is not known.
    Partitioner(SchemaPtr schema, PartitionSpec spec);

    // The rows have the schema's columns in their order. One number for each row.
    const std::vector<uint32_t>& number_rows(const arrow::RecordBatch& rows);

    uint32_t count() const { return static_cast<uint32_t>(values_.size()); }
    const PartitionValues& values(uint32_t partition) const { return values_[partition]; }
    std::string path_of(uint32_t partition) const;

private:
    void keep_new_values(const arrow::ArrayVector& columns);

    SchemaPtr schema_;
    PartitionSpec spec_;
    std::vector<ValueNumbers> by_field_;
    // Of the numbers of the first two fields, then of that and the third, and so on.
    std::vector<ValueNumbers> by_pair_;
    std::vector<uint32_t> numbers_;
    std::deque<PartitionValues> values_;
};

}  // namespace tarn::iceberg
