#include "sql/aggregates/value_bytes.hpp"

#include <arrow/array/array_nested.h>
#include <arrow/buffer_builder.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

#include "columns/arrow_result.hpp"

namespace tarn::sql {
namespace {

using columns::or_throw;

constexpr char Null = 0;
constexpr char Known = 1;

template <typename T>
void append_plain(std::string& bytes, const T& value) {
    bytes.append(reinterpret_cast<const char*>(&value), sizeof(T));
}

std::string_view taken_off(std::string_view& bytes, size_t count) {
    std::string_view front = bytes.substr(0, count);
    bytes.remove_prefix(count);
    return front;
}

uint32_t read_length(std::string_view& bytes) {
    uint32_t length = 0;
    std::memcpy(&length, taken_off(bytes, sizeof(length)).data(), sizeof(length));
    return length;
}

// There are many NaNs, which have the same bytes in Java.
template <typename T>
void append_real(std::string& bytes, T value) {
    append_plain(bytes, std::isnan(value) ? std::numeric_limits<T>::quiet_NaN() : value);
}

void append_value(std::string& bytes, const arrow::Array& values, int64_t row);

void append_list(std::string& bytes, const arrow::ListArray& lists, int64_t row) {
    auto length = static_cast<uint32_t>(lists.value_length(row));
    append_plain(bytes, length);
    for (uint32_t i = 0; i < length; ++i) {
        append_value(bytes, *lists.values(), lists.value_offset(row) + i);
    }
}

void append_entries(std::string& bytes, const arrow::MapArray& maps, int64_t row) {
    std::vector<std::string> entries(static_cast<size_t>(maps.value_length(row)));
    int64_t place = maps.value_offset(row);
    for (std::string& entry : entries) append_value(entry, *maps.values(), place++);
    std::ranges::sort(entries);
    append_plain(bytes, static_cast<uint32_t>(entries.size()));
    for (const std::string& entry : entries) bytes += entry;
}

void append_fixed(std::string& bytes, const arrow::Array& values, int64_t row) {
    auto width = static_cast<size_t>(values.type()->byte_width());
    const char* all = reinterpret_cast<const char*>(values.data()->buffers[1]->data());
    bytes.append(all + static_cast<size_t>(values.offset() + row) * width, width);
}

void append_known(std::string& bytes, const arrow::Array& values, int64_t row) {
    switch (values.type_id()) {
        case arrow::Type::BOOL:
            return bytes.push_back(
                static_cast<char>(static_cast<const arrow::BooleanArray&>(values).Value(row)));
        case arrow::Type::FLOAT:
            return append_real(bytes, static_cast<const arrow::FloatArray&>(values).Value(row));
        case arrow::Type::DOUBLE:
            return append_real(bytes, static_cast<const arrow::DoubleArray&>(values).Value(row));
        case arrow::Type::STRING:
        case arrow::Type::BINARY: {
            auto text = static_cast<const arrow::BinaryArray&>(values).GetView(row);
            append_plain(bytes, static_cast<uint32_t>(text.size()));
            bytes += text;
            return;
        }
        case arrow::Type::LIST:
            return append_list(bytes, static_cast<const arrow::ListArray&>(values), row);
        case arrow::Type::MAP:
            return append_entries(bytes, static_cast<const arrow::MapArray&>(values), row);
        case arrow::Type::STRUCT:
            for (const auto& field : static_cast<const arrow::StructArray&>(values).fields()) {
                append_value(bytes, *field, row);
            }
            return;
        default:
            return append_fixed(bytes, values, row);
    }
}

void append_value(std::string& bytes, const arrow::Array& values, int64_t row) {
    bool is_null = values.IsNull(row);
    bytes.push_back(is_null ? Null : Known);
    if (!is_null) append_known(bytes, values, row);
}

}  // namespace

void append_value_bytes(std::string& bytes, const Column& column, int64_t row) {
    append_value(bytes, *column.values, column.place(row));
}

// The buffers of an array, as Arrow lays them out.
class ValuesOfBytes::Pieces {
public:
    explicit Pieces(std::shared_ptr<arrow::DataType> type) : type_(std::move(type)) {
        for (const auto& field : type_->fields()) children_.emplace_back(field->type());
        if (has_lengths()) or_throw(offsets_.Append(0));
    }

    void append(std::string_view& bytes) {
        if (taken_off(bytes, 1)[0] == Null) return append_null();
        or_throw(validity_.Append(true));
        if (has_lengths()) {
            append_items(bytes);
        } else if (type_->id() == arrow::Type::STRUCT) {
            for (Pieces& child : children_) child.append(bytes);
        } else if (type_->id() == arrow::Type::BOOL) {
            or_throw(bits_.Append(taken_off(bytes, 1)[0] != 0));
        } else {
            append_data(taken_off(bytes, static_cast<size_t>(type_->byte_width())));
        }
    }

    void append_null() {
        or_throw(validity_.Append(false));
        if (has_lengths()) {
            or_throw(offsets_.Append(last_offset()));
        } else if (type_->id() == arrow::Type::STRUCT) {
            for (Pieces& child : children_) child.append_null();
        } else if (type_->id() == arrow::Type::BOOL) {
            or_throw(bits_.Append(false));
        } else if (type_->id() != arrow::Type::NA) {
            or_throw(data_.Append(type_->byte_width(), 0));
        }
    }

    int64_t length() const { return validity_.length(); }

    std::shared_ptr<arrow::ArrayData> finish() {
        int64_t rows = length();
        int64_t null_count = validity_.false_count();
        arrow::BufferVector buffers{or_throw(validity_.Finish())};
        if (null_count == 0 || type_->id() == arrow::Type::NA) buffers[0] = nullptr;
        if (has_lengths()) buffers.push_back(or_throw(offsets_.Finish()));
        if (type_->id() == arrow::Type::BOOL) {
            buffers.push_back(or_throw(bits_.Finish()));
        } else if (children_.empty() && type_->id() != arrow::Type::NA) {
            buffers.push_back(or_throw(data_.Finish()));
        }
        std::vector<std::shared_ptr<arrow::ArrayData>> children;
        for (Pieces& child : children_) children.push_back(child.finish());
        return arrow::ArrayData::Make(type_, rows, std::move(buffers), std::move(children),
                                      null_count);
    }

private:
    bool has_lengths() const {
        return type_->id() == arrow::Type::STRING || type_->id() == arrow::Type::BINARY ||
               type_->id() == arrow::Type::LIST || type_->id() == arrow::Type::MAP;
    }

    void append_items(std::string_view& bytes) {
        uint32_t length = read_length(bytes);
        if (int64_t{last_offset()} + length > std::numeric_limits<int32_t>::max()) {
            throw Error(ErrorCode::InvalidInput, "the values of one batch have over 2 GB");
        }
        if (children_.empty()) append_data(taken_off(bytes, length));
        for (uint32_t i = 0; i < length && !children_.empty(); ++i) children_[0].append(bytes);
        or_throw(offsets_.Append(last_offset() + static_cast<int32_t>(length)));
    }

    void append_data(std::string_view data) {
        or_throw(data_.Append(data.data(), static_cast<int64_t>(data.size())));
    }

    int32_t last_offset() const { return offsets_.data()[offsets_.length() - 1]; }

    std::shared_ptr<arrow::DataType> type_;
    arrow::TypedBufferBuilder<bool> validity_;
    arrow::TypedBufferBuilder<bool> bits_;
    arrow::TypedBufferBuilder<int32_t> offsets_;
    arrow::BufferBuilder data_;
    std::vector<Pieces> children_;
};

ValuesOfBytes::ValuesOfBytes(std::shared_ptr<arrow::DataType> type)
    : pieces_(std::make_unique<Pieces>(std::move(type))) {}
ValuesOfBytes::~ValuesOfBytes() = default;
ValuesOfBytes::ValuesOfBytes(ValuesOfBytes&&) noexcept = default;

void ValuesOfBytes::append(std::string_view& bytes) {
    pieces_->append(bytes);
}

void ValuesOfBytes::append_null() {
    pieces_->append_null();
}

int64_t ValuesOfBytes::length() const {
    return pieces_->length();
}

std::shared_ptr<arrow::Array> ValuesOfBytes::finish() {
    return arrow::MakeArray(pieces_->finish());
}

}  // namespace tarn::sql
