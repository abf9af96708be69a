#include "columns/nan_counter.hpp"

#include <arrow/array.h>

#include <algorithm>
#include <cmath>

#include "columns/arrow_result.hpp"

namespace tarn::columns {
namespace {

void add_leaves(const arrow::DataType& type, std::vector<std::optional<int64_t>>& counts) {
    if (type.num_fields() > 0) {
        for (const auto& child : type.fields()) add_leaves(*child->type(), counts);
        return;
    }
    bool is_floating = type.id() == arrow::Type::FLOAT || type.id() == arrow::Type::DOUBLE;
    counts.push_back(is_floating ? std::optional<int64_t>(0) : std::nullopt);
}

template <typename ArrayType>
int64_t count_nans(const arrow::Array& array) {
    const auto& values = static_cast<const ArrayType&>(array);
    int64_t count = 0;
    for (int64_t i = 0; i < values.length(); ++i) {
        count += std::isnan(values.Value(i)) && values.IsValid(i);
    }
    return count;
}

}  // namespace

NanCounter::NanCounter(const arrow::Schema& schema) {
    for (const auto& field : schema.fields()) add_leaves(*field->type(), counts_);
    has_floating_ =
        std::any_of(counts_.begin(), counts_.end(), [](auto& count) { return count.has_value(); });
}

void NanCounter::count(const arrow::RecordBatch& batch) {
    if (!has_floating_) return;
    size_t leaf = 0;
    for (const auto& column : batch.columns()) count_leaves(*column, leaf);
}

void NanCounter::count_leaves(const arrow::Array& array, size_t& leaf) {
    auto* pool = arrow::default_memory_pool();
    switch (array.type_id()) {
        case arrow::Type::STRUCT: {
            // A child's values under a null parent are not in the file; Flatten hides them.
            const auto& rows = static_cast<const arrow::StructArray&>(array);
            for (const auto& child : or_throw(rows.Flatten(pool))) count_leaves(*child, leaf);
            return;
        }
        case arrow::Type::LIST:
        case arrow::Type::MAP: {
            const auto& lists = static_cast<const arrow::ListArray&>(array);
            count_leaves(*or_throw(lists.Flatten(pool)), leaf);
            return;
        }
        case arrow::Type::FLOAT:
            *counts_[leaf++] += count_nans<arrow::FloatArray>(array);
            return;
        case arrow::Type::DOUBLE:
            *counts_[leaf++] += count_nans<arrow::DoubleArray>(array);
            return;
        default:
            ++leaf;
            return;
    }
}

}  // namespace tarn::columns
