#include "sql/aggregates/list_columns.hpp"

#include <arrow/buffer_builder.h>

#include <limits>

#include "columns/arrow_result.hpp"

namespace tarn::sql {

using columns::or_throw;

ListEnds::ListEnds(size_t lists) {
    ends_.reserve(lists + 1);
    has_list_.reserve(lists);
}

void ListEnds::end_at(int64_t items) {
    if (items > std::numeric_limits<int32_t>::max()) {
        throw Error(ErrorCode::InvalidInput, "the groups of one batch have {} items", items);
    }
    ends_.push_back(static_cast<int32_t>(items));
    has_list_.push_back(true);
}

void ListEnds::end_with_null() {
    ends_.push_back(ends_.back());
    has_list_.push_back(false);
}

std::shared_ptr<arrow::Array> ListEnds::lists(const std::shared_ptr<arrow::DataType>& type,
                                              const std::shared_ptr<arrow::Array>& items) {
    arrow::TypedBufferBuilder<bool> validity;
    for (bool has_list : has_list_) or_throw(validity.Append(has_list));
    int64_t null_count = validity.false_count();
    auto rows = static_cast<int64_t>(has_list_.size());
    return std::make_shared<arrow::ListArray>(type, rows,
                                              arrow::Buffer::FromVector(std::move(ends_)), items,
                                              or_throw(validity.Finish()), null_count);
}

std::shared_ptr<arrow::Array> ListEnds::maps(const std::shared_ptr<arrow::DataType>& type,
                                             const std::shared_ptr<arrow::Array>& keys,
                                             const std::shared_ptr<arrow::Array>& items) {
    auto rows = static_cast<int64_t>(has_list_.size());
    return std::make_shared<arrow::MapArray>(
        type, rows, arrow::Buffer::FromVector(std::move(ends_)), keys, items);
}

}  // namespace tarn::sql
