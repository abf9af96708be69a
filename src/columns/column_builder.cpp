#include "columns/column_builder.hpp"

#include <arrow/record_batch.h>
#include <arrow/util/bit_util.h>

#include "base/assert.hpp"
#include "base/error.hpp"
#include "columns/arrow_result.hpp"

namespace tarn::columns {
namespace {

// Moving a vector into a buffer takes its memory along; the next batch is likely to be as large.
template <typename T>
std::shared_ptr<arrow::Buffer> take_buffer(std::vector<T>& values) {
    size_t count = values.size();
    auto buffer = arrow::Buffer::FromVector(std::move(values));
    values = {};
    values.reserve(count);
    return buffer;
}

// Arrow only takes over vectors of trivial values, which its own decimal is not.
std::shared_ptr<arrow::Buffer> take_buffer(std::vector<arrow::Decimal128>& values) {
    std::string copy(reinterpret_cast<const char*>(values.data()),
                     values.size() * sizeof(arrow::Decimal128));
    values.clear();
    return arrow::Buffer::FromString(std::move(copy));
}

std::shared_ptr<arrow::Buffer> take_buffer(std::string& data) {
    size_t size = data.size();
    auto buffer = arrow::Buffer::FromString(std::move(data));
    data = {};
    data.reserve(size);
    return buffer;
}

// Arrow keeps one offset more than there are rows, the first being zero.
std::shared_ptr<arrow::Buffer> take_offsets(std::vector<int32_t>& ends) {
    std::vector<int32_t> offsets;
    offsets.reserve(ends.size() + 1);
    offsets.push_back(0);
    offsets.insert(offsets.end(), ends.begin(), ends.end());
    ends.clear();
    return arrow::Buffer::FromVector(std::move(offsets));
}

std::shared_ptr<arrow::Buffer> bitmap_of(const std::vector<uint8_t>& values) {
    std::vector<uint8_t> bits(arrow::bit_util::BytesForBits(values.size()), 0);
    for (size_t i = 0; i < values.size(); ++i) bits[i / 8] |= (values[i] != 0) << (i % 8);
    return arrow::Buffer::FromVector(std::move(bits));
}

template <typename T>
std::unique_ptr<ColumnBuilder> fixed(const std::shared_ptr<arrow::DataType>& type) {
    return std::make_unique<FixedBuilder<T>>(type);
}

}  // namespace

void ColumnBuilder::forget_rows(int64_t length) {
    TARN_ASSERT(length <= length_);
    length_ = length;
    while (!nulls_.empty() && nulls_.back() >= length) nulls_.pop_back();
}

ColumnBuilder::Validity ColumnBuilder::take_validity() {
    Validity validity{length_, static_cast<int64_t>(nulls_.size()), nullptr};
    if (!nulls_.empty()) {
        std::vector<uint8_t> bits(arrow::bit_util::BytesForBits(length_), 0xFF);
        for (int64_t row : nulls_) arrow::bit_util::ClearBit(bits.data(), row);
        validity.bitmap = arrow::Buffer::FromVector(std::move(bits));
    }
    length_ = 0;
    nulls_.clear();
    return validity;
}

template <typename T>
void FixedBuilder<T>::append_null() {
    values_.push_back(T{});
    count_null_row();
}

template <typename T>
void FixedBuilder<T>::truncate(int64_t length) {
    values_.resize(length);
    forget_rows(length);
}

template <typename T>
std::shared_ptr<arrow::Array> FixedBuilder<T>::finish() {
    auto [length, null_count, bitmap] = take_validity();
    return arrow::MakeArray(
        arrow::ArrayData::Make(type(), length, {bitmap, take_buffer(values_)}, null_count));
}

void BoolBuilder::truncate(int64_t length) {
    values_.resize(length);
    forget_rows(length);
}

std::shared_ptr<arrow::Array> BoolBuilder::finish() {
    auto [length, null_count, bitmap] = take_validity();
    auto values = bitmap_of(values_);
    values_.clear();
    return arrow::MakeArray(arrow::ArrayData::Make(type(), length, {bitmap, values}, null_count));
}

void TextBuilder::append_null() {
    ends_.push_back(static_cast<int32_t>(data_.size()));
    count_null_row();
}

void TextBuilder::truncate(int64_t length) {
    ends_.resize(length);
    data_.resize(ends_.empty() ? 0 : ends_.back());
    forget_rows(length);
}

std::shared_ptr<arrow::Array> TextBuilder::finish() {
    TARN_ASSERT(data_.size() <= static_cast<size_t>(INT32_MAX));
    auto [length, null_count, bitmap] = take_validity();
    return arrow::MakeArray(arrow::ArrayData::Make(
        type(), length, {bitmap, take_offsets(ends_), take_buffer(data_)}, null_count));
}

FixedBytesBuilder::FixedBytesBuilder(std::shared_ptr<arrow::DataType> type)
    : ColumnBuilder(type),
      width_(static_cast<const arrow::FixedSizeBinaryType&>(*type).byte_width()) {}

void FixedBytesBuilder::append(std::string_view value) {
    TARN_ASSERT(value.size() == width_);
    data_.append(value);
    count_row();
}

void FixedBytesBuilder::append_null() {
    data_.append(width_, '\0');
    count_null_row();
}

void FixedBytesBuilder::truncate(int64_t length) {
    data_.resize(length * width_);
    forget_rows(length);
}

std::shared_ptr<arrow::Array> FixedBytesBuilder::finish() {
    auto [length, null_count, bitmap] = take_validity();
    return arrow::MakeArray(
        arrow::ArrayData::Make(type(), length, {bitmap, take_buffer(data_)}, null_count));
}

StructBuilder::StructBuilder(std::shared_ptr<arrow::DataType> type) : ColumnBuilder(type) {
    for (const auto& field : type->fields()) {
        children_.push_back(make_column_builder(field->type()));
    }
}

void StructBuilder::append_null() {
    for (auto& child : children_) child->append_null();
    count_null_row();
}

void StructBuilder::truncate(int64_t length) {
    for (auto& child : children_) child->truncate(std::min(length, child->length()));
    forget_rows(length);
}

std::shared_ptr<arrow::Array> StructBuilder::finish() {
    auto [length, null_count, bitmap] = take_validity();
    std::vector<std::shared_ptr<arrow::ArrayData>> children;
    for (auto& child : children_) {
        TARN_ASSERT(child->length() == length);
        children.push_back(child->finish()->data());
    }
    return arrow::MakeArray(
        arrow::ArrayData::Make(type(), length, {bitmap}, std::move(children), null_count));
}

ListBuilder::ListBuilder(std::shared_ptr<arrow::DataType> type)
    : ColumnBuilder(type), elements_(make_column_builder(type->field(0)->type())) {}

void ListBuilder::append_null() {
    ends_.push_back(static_cast<int32_t>(elements_->length()));
    count_null_row();
}

void ListBuilder::truncate(int64_t length) {
    ends_.resize(length);
    elements_->truncate(open_row_begin());
    forget_rows(length);
}

std::shared_ptr<arrow::Array> ListBuilder::finish() {
    auto [length, null_count, bitmap] = take_validity();
    return arrow::MakeArray(arrow::ArrayData::Make(type(), length, {bitmap, take_offsets(ends_)},
                                                   {elements_->finish()->data()}, null_count));
}

std::unique_ptr<ColumnBuilder> make_column_builder(const std::shared_ptr<arrow::DataType>& type) {
    using arrow::Type;
    switch (type->id()) {
        case Type::BOOL:
            return std::make_unique<BoolBuilder>(type);
        case Type::INT8:
            return fixed<int8_t>(type);
        case Type::INT16:
            return fixed<int16_t>(type);
        case Type::INT32:
        case Type::DATE32:
        case Type::TIME32:
            return fixed<int32_t>(type);
        case Type::INT64:
        case Type::TIME64:
        case Type::TIMESTAMP:
            return fixed<int64_t>(type);
        case Type::FLOAT:
            return fixed<float>(type);
        case Type::DOUBLE:
            return fixed<double>(type);
        case Type::DECIMAL128:
            return fixed<arrow::Decimal128>(type);
        case Type::STRING:
        case Type::BINARY:
            return std::make_unique<TextBuilder>(type);
        case Type::FIXED_SIZE_BINARY:
            return std::make_unique<FixedBytesBuilder>(type);
        case Type::STRUCT:
            return std::make_unique<StructBuilder>(type);
        case Type::LIST:
        case Type::MAP:
            return std::make_unique<ListBuilder>(type);
        default:
            throw Error(ErrorCode::InvalidInput, "columns of type {} are not supported",
                        type->ToString());
    }
}

std::unique_ptr<StructBuilder> make_row_builder(const arrow::Schema& schema) {
    return std::make_unique<StructBuilder>(arrow::struct_(schema.fields()));
}

std::shared_ptr<arrow::RecordBatch> finish_batch(StructBuilder& rows,
                                                 const std::shared_ptr<arrow::Schema>& schema) {
    auto data = rows.finish()->data();
    TARN_ASSERT(data->null_count == 0);
    return arrow::RecordBatch::Make(schema, data->length, data->child_data);
}

}  // namespace tarn::columns
