#include "iceberg/scan/widening.hpp"

#include <arrow/compute/cast.h>
#include <arrow/extension_type.h>

#include "base/error.hpp"
#include "iceberg/format/arrow_values.hpp"

namespace tarn::iceberg {
namespace {

using Id = arrow::Type;

bool is_text(Id::type id) {
    return id == Id::STRING || id == Id::LARGE_STRING || id == Id::STRING_VIEW ||
           id == Id::BINARY || id == Id::LARGE_BINARY || id == Id::BINARY_VIEW;
}

bool is_small_integer(Id::type id) {
    return id == Id::INT8 || id == Id::INT16 || id == Id::INT32 || id == Id::UINT8 ||
           id == Id::UINT16;
}

bool can_be_decimal(const arrow::DataType& written, const Type& wanted) {
    if (!arrow::is_decimal(written.id())) return false;
    const auto& decimal = static_cast<const arrow::DecimalType&>(written);
    return decimal.scale() == wanted.scale && decimal.precision() <= wanted.precision;
}

// The same numbers under a type of the same width.
std::shared_ptr<arrow::Array> as_type(const arrow::Array& array,
                                      std::shared_ptr<arrow::DataType> type) {
    auto data = array.data()->Copy();
    data->type = std::move(type);
    return arrow::MakeArray(data);
}

std::shared_ptr<arrow::Array> cast(const arrow::Array& array,
                                   const std::shared_ptr<arrow::DataType>& type) {
    arrow::compute::CastOptions options;
    options.allow_time_truncate = true;
    auto done = arrow::compute::Cast(array, type, options);
    if (!done.ok()) throw Error(ErrorCode::Corrupt, "{}", done.status().message());
    return *std::move(done);
}

// Which zone a file names makes no difference to the instants in it.
std::shared_ptr<arrow::Array> instants_as(const arrow::Array& array,
                                          const std::shared_ptr<arrow::DataType>& type) {
    auto unit = [](const arrow::DataType& of) {
        return static_cast<const arrow::TimestampType&>(of).unit();
    };
    auto plain = as_type(array, arrow::timestamp(unit(*array.type())));
    return as_type(*cast(*plain, arrow::timestamp(unit(*type))), type);
}

}  // namespace

bool can_be_read(const arrow::DataType& written, const Type& wanted) {
    if (written.id() == Id::EXTENSION) {
        return can_be_read(*static_cast<const arrow::ExtensionType&>(written).storage_type(),
                           wanted);
    }
    if (written.id() == Id::DICTIONARY) {
        return can_be_read(*static_cast<const arrow::DictionaryType&>(written).value_type(),
                           wanted);
    }
    switch (wanted.kind) {
        case TypeKind::Boolean:
            return written.id() == Id::BOOL;
        case TypeKind::Int:
            return is_small_integer(written.id());
        case TypeKind::Long:
            return is_small_integer(written.id()) || written.id() == Id::INT64 ||
                   written.id() == Id::UINT32;
        case TypeKind::Float:
            return written.id() == Id::FLOAT;
        case TypeKind::Double:
            return written.id() == Id::FLOAT || written.id() == Id::DOUBLE;
        case TypeKind::Decimal:
            return can_be_decimal(written, wanted);
        case TypeKind::Date:
            return written.id() == Id::DATE32;
        case TypeKind::Time:
            return written.id() == Id::TIME32 || written.id() == Id::TIME64;
        case TypeKind::Timestamp:
        case TypeKind::TimestampNs:
            return written.id() == Id::TIMESTAMP || written.id() == Id::DATE32;
        case TypeKind::TimestampTz:
        case TypeKind::TimestampTzNs:
            return written.id() == Id::TIMESTAMP;
        case TypeKind::String:
        case TypeKind::Binary:
            return is_text(written.id());
        case TypeKind::Uuid:
        case TypeKind::Fixed: {
            int64_t width = wanted.kind == TypeKind::Uuid ? 16 : wanted.length;
            return written.id() == Id::FIXED_SIZE_BINARY &&
                   static_cast<const arrow::FixedSizeBinaryType&>(written).byte_width() == width;
        }
        default:
            return false;
    }
}

std::shared_ptr<arrow::Array> read_as(const std::shared_ptr<arrow::Array>& array,
                                      const Type& wanted) {
    auto type = arrow_type(wanted);
    if (array->type()->Equals(*type)) return array;
    if (array->type_id() == Id::EXTENSION) {
        return read_as(static_cast<const arrow::ExtensionArray&>(*array).storage(), wanted);
    }
    if (array->type_id() == Id::TIMESTAMP && wanted.is_timestamp()) {
        return instants_as(*array, type);
    }
    if (array->type_id() == Id::DECIMAL128 && wanted.kind == TypeKind::Decimal) {
        return as_type(*array, type);
    }
    return cast(*array, type);
}

}  // namespace tarn::iceberg
