#include "sql/values/arrow_types.hpp"

#include "base/assert.hpp"

namespace tarn::sql {

arrow::TimeUnit::type unit_of(const Type& timestamp) {
    constexpr int DigitsOfMillis = 3;
    constexpr int DigitsOfMicros = 6;
    if (timestamp.precision <= DigitsOfMillis) return arrow::TimeUnit::MILLI;
    return timestamp.precision <= DigitsOfMicros ? arrow::TimeUnit::MICRO : arrow::TimeUnit::NANO;
}

std::shared_ptr<arrow::Field> arrow_field(const std::string& name, const Type& type) {
    return arrow::field(name, arrow_type(type), type.is_nullable);
}

std::shared_ptr<arrow::DataType> arrow_type(const Type& type) {
    switch (type.kind) {
        case TypeKind::Null:
            return arrow::null();
        case TypeKind::Boolean:
            return arrow::boolean();
        case TypeKind::TinyInt:
            return arrow::int8();
        case TypeKind::SmallInt:
            return arrow::int16();
        case TypeKind::Int:
        case TypeKind::IntervalMonths:
            return arrow::int32();
        case TypeKind::BigInt:
        case TypeKind::IntervalMillis:
            return arrow::int64();
        case TypeKind::Float:
            return arrow::float32();
        case TypeKind::Double:
            return arrow::float64();
        case TypeKind::Decimal:
            return arrow::decimal128(type.precision, type.scale);
        case TypeKind::Char:
        case TypeKind::VarChar:
            return arrow::utf8();
        case TypeKind::Binary:
        case TypeKind::VarBinary:
            return arrow::binary();
        case TypeKind::Date:
            return arrow::date32();
        // Flink computes with milliseconds, whatever the precision says.
        case TypeKind::Time:
            return arrow::time32(arrow::TimeUnit::MILLI);
        case TypeKind::Timestamp:
            return arrow::timestamp(unit_of(type));
        case TypeKind::TimestampLtz:
            return arrow::timestamp(unit_of(type), "UTC");
        case TypeKind::Array:
            return arrow::list(arrow_field("item", type.parts[0]));
        case TypeKind::Multiset:
            return arrow::map(arrow_type(type.parts[0]), arrow::field("value", arrow::int32()));
        case TypeKind::Map:
            return arrow::map(arrow_type(type.parts[0]), arrow_field("value", type.parts[1]));
        case TypeKind::Row: {
            arrow::FieldVector fields;
            for (const Type::Field& field : type.fields) {
                fields.push_back(arrow_field(field.name, field.type));
            }
            return arrow::struct_(fields);
        }
    }
    TARN_ASSERT(false);
}

}  // namespace tarn::sql
