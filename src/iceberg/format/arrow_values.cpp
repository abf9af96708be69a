#include "iceberg/format/arrow_values.hpp"

#include "base/assert.hpp"
#include "base/error.hpp"
#include "columns/field_ids.hpp"

namespace tarn::iceberg {
namespace {

constexpr int64_t MicrosPerDay = 86'400'000'000;

template <typename T>
T number_at(const arrow::Array& column, int64_t row) {
    return column.data()->GetValues<T>(1)[row];
}

Bytes bytes_of(std::string_view text) {
    return copy_of(as_bytes(text));
}

OptionalValue written_value_at(const arrow::Array& column, int64_t row) {
    switch (column.type_id()) {
        case arrow::Type::BOOL:
            return static_cast<const arrow::BooleanArray&>(column).Value(row);
        case arrow::Type::INT32:
        case arrow::Type::DATE32:
            return number_at<int32_t>(column, row);
        case arrow::Type::INT64:
        case arrow::Type::TIME64:
        case arrow::Type::TIMESTAMP:
            return number_at<int64_t>(column, row);
        case arrow::Type::FLOAT:
            return number_at<float>(column, row);
        case arrow::Type::DOUBLE:
            return number_at<double>(column, row);
        case arrow::Type::DECIMAL128: {
            const auto& decimals = static_cast<const arrow::Decimal128Array&>(column);
            return from_arrow(arrow::Decimal128(decimals.GetValue(row)));
        }
        case arrow::Type::STRING:
            return std::string(static_cast<const arrow::StringArray&>(column).GetView(row));
        case arrow::Type::BINARY:
            return bytes_of(static_cast<const arrow::BinaryArray&>(column).GetView(row));
        case arrow::Type::FIXED_SIZE_BINARY:
            return bytes_of(static_cast<const arrow::FixedSizeBinaryArray&>(column).GetView(row));
        default:
            return std::nullopt;
    }
}

template <typename Builder>
Builder& as(columns::ColumnBuilder& builder) {
    auto* found = dynamic_cast<Builder*>(&builder);
    TARN_ASSERT(found);
    return *found;
}

}  // namespace

OptionalValue widened(Value value, const Type& type) {
    if (type.kind == TypeKind::Unknown || is_of(value, type)) return value;
    if (const auto* narrow = std::get_if<int32_t>(&value)) {
        if (type.kind == TypeKind::Long) return int64_t{*narrow};
        if (type.kind == TypeKind::Timestamp) return *narrow * MicrosPerDay;
    }
    if (const auto* narrow = std::get_if<float>(&value); narrow && type.kind == TypeKind::Double) {
        return static_cast<double>(*narrow);
    }
    return std::nullopt;
}

std::shared_ptr<arrow::DataType> arrow_type(const Type& type) {
    switch (type.kind) {
        case TypeKind::Boolean:
            return arrow::boolean();
        case TypeKind::Int:
            return arrow::int32();
        case TypeKind::Long:
            return arrow::int64();
        case TypeKind::Float:
            return arrow::float32();
        case TypeKind::Double:
            return arrow::float64();
        case TypeKind::Decimal:
            return arrow::decimal128(type.precision, type.scale);
        case TypeKind::Date:
            return arrow::date32();
        case TypeKind::Time:
            return arrow::time64(arrow::TimeUnit::MICRO);
        case TypeKind::Timestamp:
            return arrow::timestamp(arrow::TimeUnit::MICRO);
        case TypeKind::TimestampTz:
            return arrow::timestamp(arrow::TimeUnit::MICRO, "UTC");
        case TypeKind::TimestampNs:
            return arrow::timestamp(arrow::TimeUnit::NANO);
        case TypeKind::TimestampTzNs:
            return arrow::timestamp(arrow::TimeUnit::NANO, "UTC");
        case TypeKind::String:
            return arrow::utf8();
        case TypeKind::Uuid:
            return arrow::fixed_size_binary(16);
        case TypeKind::Fixed:
            return arrow::fixed_size_binary(static_cast<int32_t>(type.length));
        case TypeKind::Binary:
            return arrow::binary();
        case TypeKind::Struct: {
            return arrow::struct_(arrow_schema(type.fields)->fields());
        }
        case TypeKind::List:
            return arrow::list(arrow_field(type.element()));
        case TypeKind::Map:
            return std::make_shared<arrow::MapType>(arrow_field(type.key()),
                                                    arrow_field(type.value()));
        default:
            throw Error(ErrorCode::InvalidInput, "columns of type {} are not supported",
                        to_text(type));
    }
}

std::shared_ptr<arrow::Field> arrow_field(const Field& field) {
    return columns::with_field_id(
        arrow::field(field.name, arrow_type(field.type), !field.is_required), field.id);
}

std::shared_ptr<arrow::Schema> arrow_schema(const std::vector<Field>& fields) {
    arrow::FieldVector columns;
    for (const Field& field : fields) columns.push_back(arrow_field(field));
    return arrow::schema(std::move(columns));
}

arrow::Decimal128 to_arrow(Int128 unscaled) {
    return {static_cast<int64_t>(unscaled >> 64), static_cast<uint64_t>(unscaled)};
}

Int128 from_arrow(const arrow::Decimal128& decimal) {
    return static_cast<Int128>(decimal.high_bits()) << 64 | decimal.low_bits();
}

bool is_of(const Value& value, const Type& type) {
    switch (type.kind) {
        case TypeKind::Boolean:
            return std::holds_alternative<bool>(value);
        case TypeKind::Int:
        case TypeKind::Date:
            return std::holds_alternative<int32_t>(value);
        case TypeKind::Long:
        case TypeKind::Time:
        case TypeKind::Timestamp:
        case TypeKind::TimestampTz:
        case TypeKind::TimestampNs:
        case TypeKind::TimestampTzNs:
            return std::holds_alternative<int64_t>(value);
        case TypeKind::Float:
            return std::holds_alternative<float>(value);
        case TypeKind::Double:
            return std::holds_alternative<double>(value);
        case TypeKind::Decimal:
            return std::holds_alternative<Int128>(value);
        case TypeKind::String:
            return std::holds_alternative<std::string>(value);
        case TypeKind::Uuid:
            return std::holds_alternative<Bytes>(value) && std::get<Bytes>(value).size() == 16;
        case TypeKind::Fixed:
            return std::holds_alternative<Bytes>(value) &&
                   std::ssize(std::get<Bytes>(value)) == type.length;
        case TypeKind::Binary:
            return std::holds_alternative<Bytes>(value);
        default:
            return false;
    }
}

OptionalValue value_at(const arrow::Array& column, int64_t row, const Type& type) {
    if (column.IsNull(row)) return std::nullopt;
    OptionalValue value = written_value_at(column, row);
    if (value) value = widened(*std::move(value), type);
    if (!value) {
        throw Error(ErrorCode::Corrupt, "a value of type {} is written as {}", to_text(type),
                    column.type()->ToString());
    }
    return value;
}

void append_value(columns::ColumnBuilder& builder, const OptionalValue& value) {
    using namespace columns;
    if (!value) return builder.append_null();
    std::visit(
        [&](const auto& held) {
            using T = std::decay_t<decltype(held)>;
            if constexpr (std::is_same_v<T, bool>) {
                as<BoolBuilder>(builder).append(held);
            } else if constexpr (std::is_same_v<T, std::string>) {
                as<TextBuilder>(builder).append(held);
            } else if constexpr (std::is_same_v<T, Bytes>) {
                if (builder.type()->id() == arrow::Type::FIXED_SIZE_BINARY) {
                    as<FixedBytesBuilder>(builder).append(as_text(held));
                } else {
                    as<TextBuilder>(builder).append(as_text(held));
                }
            } else if constexpr (std::is_same_v<T, Int128>) {
                as<FixedBuilder<arrow::Decimal128>>(builder).append(to_arrow(held));
            } else {
                as<FixedBuilder<T>>(builder).append(held);
            }
        },
        *value);
}

}  // namespace tarn::iceberg
