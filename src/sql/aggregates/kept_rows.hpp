// Values of any type that came in batches, in the order in which they came, to be picked by their
// places at the end.
#pragma once

#include <memory>
#include <vector>

#include "sql/values/column.hpp"

namespace tarn::sql {

class KeptRows {
public:
    explicit KeptRows(Type type) : type_(std::move(type)) {}

    void append(std::shared_ptr<arrow::Array> values);

    int64_t size() const { return size_; }
    std::shared_ptr<arrow::Array> joined() const;

private:
    Type type_;
    int64_t size_ = 0;
    std::vector<std::shared_ptr<arrow::Array>> chunks_;
};

// The rows of each group, one group behind the other, and where those of a group begin.
struct RowsByGroup {
    std::vector<int32_t> begins;  // one more than there are groups
    std::vector<int64_t> rows;    // within a group in the order in which they came
};
// Of the first `groups` groups; throws Error when they have more rows than an array can hold.
RowsByGroup rows_by_group(const std::vector<uint32_t>& group_of_row, size_t groups);

}  // namespace tarn::sql
