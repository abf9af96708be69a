#include "connectors/iceberg/row_values.hpp"

#include <arrow/array.h>
#include <arrow/compute/cast.h>

#include "base/error.hpp"
#include "columns/arrow_result.hpp"
#include "columns/column_builder.hpp"

namespace tarn::connectors {
namespace {

using ArrowType = arrow::Type;

bool is_bytes(const arrow::DataType& type) {
    return type.id() == ArrowType::BINARY || type.id() == ArrowType::FIXED_SIZE_BINARY;
}

std::string_view bytes_at(const arrow::Array& values, int64_t row) {
    if (values.type_id() == ArrowType::BINARY) {
        return static_cast<const arrow::BinaryArray&>(values).GetView(row);
    }
    return static_cast<const arrow::FixedSizeBinaryArray&>(values).GetView(row);
}

std::shared_ptr<arrow::Array> fixed_bytes(const arrow::Array& values,
                                          const std::shared_ptr<arrow::DataType>& type) {
    int width = static_cast<const arrow::FixedSizeBinaryType&>(*type).byte_width();
    columns::FixedBytesBuilder builder(type);
    for (int64_t row = 0; row < values.length(); ++row) {
        if (values.IsNull(row)) {
            builder.append_null();
            continue;
        }
        std::string_view bytes = bytes_at(values, row);
        if (std::ssize(bytes) != width) {
            throw Error(ErrorCode::InvalidInput, "a value of {} bytes is none of BINARY({})",
                        bytes.size(), width);
        }
        builder.append(bytes);
    }
    return builder.finish();
}

std::shared_ptr<arrow::Array> plain_bytes(const arrow::Array& values) {
    columns::TextBuilder builder(arrow::binary());
    for (int64_t row = 0; row < values.length(); ++row) {
        if (values.IsNull(row)) {
            builder.append_null();
        } else {
            builder.append(bytes_at(values, row));
        }
    }
    return builder.finish();
}

std::shared_ptr<arrow::Array> cast_values(const arrow::Array& values,
                                          const std::shared_ptr<arrow::DataType>& type) {
    arrow::compute::CastOptions options;
    options.allow_time_truncate = true;
    auto done = arrow::compute::Cast(values, type, options);
    if (!done.ok()) throw Error(ErrorCode::InvalidInput, "{}", done.status().message());
    return *std::move(done);
}

// Offsets stay with the parent, so the children keep their lengths.
std::shared_ptr<arrow::Array> with_children(const arrow::Array& values,
                                            const std::shared_ptr<arrow::DataType>& type) {
    auto data = values.data()->Copy();
    data->type = type;
    for (size_t i = 0; i < data->child_data.size(); ++i) {
        auto child = arrow::MakeArray(data->child_data[i]);
        data->child_data[i] = converted(child, type->field(static_cast<int>(i))->type())->data();
    }
    return arrow::MakeArray(data);
}

bool is_number(const arrow::DataType& type) {
    return arrow::is_signed_integer(type.id());
}

bool is_time(const arrow::DataType& type) {
    return arrow::is_time(type.id());
}

bool have_same_zone(const arrow::DataType& from, const arrow::DataType& to) {
    return static_cast<const arrow::TimestampType&>(from).timezone().empty() ==
           static_cast<const arrow::TimestampType&>(to).timezone().empty();
}

}  // namespace

std::shared_ptr<arrow::Array> converted(const std::shared_ptr<arrow::Array>& values,
                                        const std::shared_ptr<arrow::DataType>& type) {
    if (values->type()->Equals(*type)) return values;
    if (type->num_fields() > 0) return with_children(*values, type);
    if (type->id() == ArrowType::FIXED_SIZE_BINARY) return fixed_bytes(*values, type);
    if (is_bytes(*values->type()) && type->id() == ArrowType::BINARY) return plain_bytes(*values);
    return cast_values(*values, type);
}

bool can_convert(const arrow::DataType& from, const arrow::DataType& to) {
    if (from.num_fields() != to.num_fields()) return false;
    if (from.num_fields() > 0) {
        if (from.id() != to.id()) return false;
        bool has_names = from.id() == ArrowType::STRUCT;
        for (int i = 0; i < from.num_fields(); ++i) {
            if (has_names && from.field(i)->name() != to.field(i)->name()) return false;
            if (!can_convert(*from.field(i)->type(), *to.field(i)->type())) return false;
        }
        return true;
    }
    bool are_timestamps = from.id() == ArrowType::TIMESTAMP && to.id() == ArrowType::TIMESTAMP;
    if (are_timestamps) return have_same_zone(from, to);
    if (is_bytes(from) && is_bytes(to)) return true;
    if (is_number(from) && is_number(to)) return true;
    if (is_time(from) && is_time(to)) return true;
    return from.Equals(to);
}

}  // namespace tarn::connectors
