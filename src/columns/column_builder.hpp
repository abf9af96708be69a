// A column under construction: what the JSON, CSV and Avro readers append to. Unlike Arrow's own
// builders it can be cut back, so that a record found bad half way leaves nothing behind. There is
// one small class per storage form; make_column_builder() picks it by the Arrow type.
#pragma once

#include <arrow/array.h>
#include <arrow/buffer.h>
#include <arrow/type.h>
#include <arrow/util/decimal.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace tarn::columns {

class ColumnBuilder {
public:
    explicit ColumnBuilder(std::shared_ptr<arrow::DataType> type) : type_(std::move(type)) {}
    virtual ~ColumnBuilder() = default;

    const std::shared_ptr<arrow::DataType>& type() const { return type_; }
    int64_t length() const { return length_; }

    // The memory of variable or chosen width that the rows take; 0 for other columns.
    virtual size_t data_bytes() const { return 0; }

    virtual void append_null() = 0;
    // Forgets all rows from `length` on, and whatever was begun after the last whole row.
    virtual void truncate(int64_t length) = 0;
    // Hands the rows over and starts afresh, with room for as many rows as there were.
    virtual std::shared_ptr<arrow::Array> finish() = 0;

protected:
    void count_row() { ++length_; }
    void count_null_row() { nulls_.push_back(length_++); }
    void forget_rows(int64_t length);
    // The row count and the validity bitmap, which is absent when there are no nulls.
    struct Validity {
        int64_t length;
        int64_t null_count;
        std::shared_ptr<arrow::Buffer> bitmap;
    };
    Validity take_validity();

private:
    std::shared_ptr<arrow::DataType> type_;
    int64_t length_ = 0;
    // The rows that are null, ascending: rows that are not cost nothing.
    std::vector<int64_t> nulls_;
};

// Numbers, dates, times, timestamps and decimals: values of one width.
template <typename T>
class FixedBuilder final : public ColumnBuilder {
public:
    using ColumnBuilder::ColumnBuilder;

    void append(T value) {
        values_.push_back(value);
        count_row();
    }
    void append_null() override;
    void truncate(int64_t length) override;
    std::shared_ptr<arrow::Array> finish() override;

private:
    std::vector<T> values_;
};

class BoolBuilder final : public ColumnBuilder {
public:
    using ColumnBuilder::ColumnBuilder;

    void append(bool value) {
        values_.push_back(value);
        count_row();
    }
    void append_null() override { values_.push_back(0), count_null_row(); }
    void truncate(int64_t length) override;
    std::shared_ptr<arrow::Array> finish() override;

private:
    std::vector<uint8_t> values_;
};

// utf8 and binary. A value may also be written in place: append to tail(), then close_value().
class TextBuilder final : public ColumnBuilder {
public:
    using ColumnBuilder::ColumnBuilder;

    void append(std::string_view value) {
        data_.append(value);
        close_value();
    }
    std::string& tail() { return data_; }
    size_t data_bytes() const override { return data_.size(); }
    void close_value() {
        ends_.push_back(static_cast<int32_t>(data_.size()));
        count_row();
    }
    std::string_view value(int64_t row) const {
        int32_t begin = row == 0 ? 0 : ends_[row - 1];
        return std::string_view(data_).substr(begin, ends_[row] - begin);
    }

    void append_null() override;
    void truncate(int64_t length) override;
    std::shared_ptr<arrow::Array> finish() override;

private:
    std::vector<int32_t> ends_;
    std::string data_;
};

// fixed_size_binary; every value must have the type's width.
class FixedBytesBuilder final : public ColumnBuilder {
public:
    explicit FixedBytesBuilder(std::shared_ptr<arrow::DataType> type);

    size_t width() const { return width_; }
    size_t data_bytes() const override { return data_.size(); }
    void append(std::string_view value);
    void append_null() override;
    void truncate(int64_t length) override;
    std::shared_ptr<arrow::Array> finish() override;

private:
    size_t width_;
    std::string data_;
};

// A row is closed by append_valid() once each child has been given its value.
class StructBuilder final : public ColumnBuilder {
public:
    explicit StructBuilder(std::shared_ptr<arrow::DataType> type);

    size_t child_count() const { return children_.size(); }
    ColumnBuilder& child(size_t index) { return *children_[index]; }
    void append_valid() { count_row(); }
    void append_null() override;
    void truncate(int64_t length) override;
    std::shared_ptr<arrow::Array> finish() override;

private:
    std::vector<std::unique_ptr<ColumnBuilder>> children_;
};

// Lists and maps: the elements of the next row are appended to elements(), then the row is closed.
// A map's elements are structs of key and value.
class ListBuilder final : public ColumnBuilder {
public:
    explicit ListBuilder(std::shared_ptr<arrow::DataType> type);

    ColumnBuilder& elements() { return *elements_; }
    void close_row() {
        ends_.push_back(static_cast<int32_t>(elements_->length()));
        count_row();
    }
    // The first element of the row that is not closed yet.
    int64_t open_row_begin() const { return ends_.empty() ? 0 : ends_.back(); }

    void append_null() override;
    void truncate(int64_t length) override;
    std::shared_ptr<arrow::Array> finish() override;

private:
    std::vector<int32_t> ends_;
    std::unique_ptr<ColumnBuilder> elements_;
};

// Throws InvalidInput for a type that no column of ours has.
std::unique_ptr<ColumnBuilder> make_column_builder(const std::shared_ptr<arrow::DataType>& type);

// One per column of a schema, as the children of a struct.
std::unique_ptr<StructBuilder> make_row_builder(const arrow::Schema& schema);

// The rows of a struct column as a batch; the struct itself must have no nulls.
std::shared_ptr<arrow::RecordBatch> finish_batch(StructBuilder& rows,
                                                 const std::shared_ptr<arrow::Schema>& schema);

// Offsets inside a column are 32 bits wide, so no column of one batch may hold more than this.
inline constexpr int64_t batch_bytes_max = int64_t{1} << 30;

}  // namespace tarn::columns
