// Columns of lists and maps that are made of items, a group's behind those of the one before.
#pragma once

#include <arrow/array/array_nested.h>

#include <memory>
#include <vector>

namespace tarn::sql {

// Where the items of each list end. A group may have no list at all, which is NULL.
class ListEnds {
public:
    explicit ListEnds(size_t lists);

    void end_at(int64_t items);
    void end_with_null();

    // Of a list type, or of a map type whose keys and items stand one beside the other.
    std::shared_ptr<arrow::Array> lists(const std::shared_ptr<arrow::DataType>& type,
                                        const std::shared_ptr<arrow::Array>& items);
    std::shared_ptr<arrow::Array> maps(const std::shared_ptr<arrow::DataType>& type,
                                       const std::shared_ptr<arrow::Array>& keys,
                                       const std::shared_ptr<arrow::Array>& items);

private:
    std::vector<int32_t> ends_{0};
    std::vector<bool> has_list_;
};

}  // namespace tarn::sql
