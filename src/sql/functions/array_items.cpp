#include "sql/functions/array_items.hpp"

#include <arrow/array/array_dict.h>
#include <arrow/array/concatenate.h>
#include <arrow/compute/api_vector.h>
#include <arrow/datum.h>

#include <limits>

#include "sql/functions/comparison.hpp"

namespace tarn::sql {
namespace {

using columns::or_throw;

bool has_numbers(const arrow::DataType& type) {
    // Zeros of both signs are the same, which only a comparison knows.
    return !arrow::is_nested(type.id()) && !arrow::is_floating(type.id()) &&
           type.id() != arrow::Type::NA;
}

}  // namespace

std::shared_ptr<arrow::Array> items_of_array(const arrow::ListArray& lists) {
    return lists.values();
}

std::shared_ptr<arrow::Array> keys_of_map(const arrow::ListArray& lists) {
    return static_cast<const arrow::MapArray&>(lists).keys();
}

std::shared_ptr<arrow::Array> values_of_map(const arrow::ListArray& lists) {
    return static_cast<const arrow::MapArray&>(lists).items();
}

JoinedItems::JoinedItems(std::span<const Column> columns, size_t lists, ItemsOf items_of) {
    arrow::ArrayVector arrays;
    int64_t begin = 0;
    for (const Column& column : columns) {
        bool is_list = parts_.size() < lists;
        const auto* list =
            is_list ? static_cast<const arrow::ListArray*>(column.values.get()) : nullptr;
        parts_.push_back({column, list, begin});
        arrays.push_back(is_list ? items_of(*list) : column.values);
        begin += arrays.back()->length();
    }
    values_ = arrays.size() == 1 ? arrays[0] : or_throw(arrow::Concatenate(arrays));
}

SameItems::SameItems(std::shared_ptr<arrow::Array> values) : values_(std::move(values)) {
    if (!has_numbers(*values_->type())) return;
    auto encoded = or_throw(arrow::compute::DictionaryEncode(values_)).make_array();
    codes_ = static_cast<const arrow::DictionaryArray&>(*encoded).indices();
    numbers_ = codes_->data()->GetValues<int32_t>(1);
}

bool SameItems::operator()(int64_t left, int64_t right) const {
    if (!numbers_) return are_same(*values_, left, *values_, right);
    if (codes_->null_count() > 0 && (codes_->IsNull(left) || codes_->IsNull(right))) {
        return codes_->IsNull(left) && codes_->IsNull(right);
    }
    return numbers_[left] == numbers_[right];
}

ListLengths::Buffers ListLengths::finish() const {
    std::vector<int32_t> offsets{0};
    offsets.reserve(lengths_.size() + 1);
    auto rows = static_cast<int64_t>(lengths_.size());
    auto nulls = std::ranges::count(lengths_, -1);
    auto bits = or_throw(arrow::AllocateEmptyBitmap(rows));
    int64_t end = 0;
    for (int64_t row = 0; row < rows; ++row) {
        int32_t length = lengths_[static_cast<size_t>(row)];
        arrow::bit_util::SetBitTo(bits->mutable_data(), row, length >= 0);
        end += std::max(length, 0);
        offsets.push_back(static_cast<int32_t>(end));
    }
    if (end > std::numeric_limits<int32_t>::max()) {
        throw Error(ErrorCode::InvalidInput, "the arrays of one batch have {} items", end);
    }
    std::shared_ptr<arrow::Buffer> validity = std::move(bits);
    return {rows, arrow::Buffer::FromVector(std::move(offsets)), nulls > 0 ? validity : nullptr,
            nulls};
}

Column array_column(const KernelCall& call, const ListLengths& lengths,
                    const std::shared_ptr<arrow::Array>& items) {
    auto made = lengths.finish();
    auto list = std::make_shared<arrow::ListArray>(arrow_type(call.type), made.rows, made.offsets,
                                                   items, made.validity, made.null_count);
    return {list, all_constant(call.arguments)};
}

Column map_column(const KernelCall& call, const ListLengths& lengths,
                  const std::shared_ptr<arrow::Array>& keys,
                  const std::shared_ptr<arrow::Array>& items) {
    auto made = lengths.finish();
    auto map = std::make_shared<arrow::MapArray>(arrow_type(call.type), made.rows, made.offsets,
                                                 keys, items, made.validity, made.null_count);
    return {map, all_constant(call.arguments)};
}

}  // namespace tarn::sql
