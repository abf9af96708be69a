#include "connectors/iceberg_tables/column_types.hpp"

#include "base/error.hpp"

namespace tarn::connectors {
namespace {

using Kind = iceberg::TypeKind;

constexpr int DigitsOfMicros = 6;
constexpr int DigitsOfNanos = 9;
constexpr int FirstVersionWithNanos = 3;
constexpr int UuidBytes = 16;

iceberg::Type timestamp_type(const sql::Type& type, int format_version) {
    bool has_zone = type.kind == sql::TypeKind::TimestampLtz;
    if (type.precision <= DigitsOfMicros) return has_zone ? Kind::TimestampTz : Kind::Timestamp;
    if (format_version < FirstVersionWithNanos) {
        throw Error(ErrorCode::InvalidInput, "{} is finer than a table of version {} can hold",
                    text_of(type.or_null()), format_version)
            .with_hint("give the column 6 digits, or the table 'format-version' = '3'");
    }
    return has_zone ? Kind::TimestampTzNs : Kind::TimestampNs;
}

class TypeMaker {
public:
    TypeMaker(int format_version, int32_t& last_id)
        : format_version_(format_version), last_id_(last_id) {}

    iceberg::Type type(const sql::Type& type) {
        switch (type.kind) {
            case sql::TypeKind::Array:
                return list(type);
            case sql::TypeKind::Multiset:
                return map(type.parts[0], sql::simple_type(sql::TypeKind::Int).not_null());
            case sql::TypeKind::Map:
                return map(type.parts[0], type.parts[1]);
            case sql::TypeKind::Row:
                return row(type);
            default:
                return primitive(type);
        }
    }

private:
    iceberg::Type list(const sql::Type& type) {
        const sql::Type& element = type.parts[0];
        int32_t id = ++last_id_;
        return iceberg::Type::list(id, this->type(element), !element.is_nullable);
    }

    // Keys are never null there.
    iceberg::Type map(const sql::Type& key, const sql::Type& value) {
        int32_t key_id = ++last_id_;
        int32_t value_id = ++last_id_;
        iceberg::Type key_type = type(key);
        iceberg::Type value_type = type(value);
        return iceberg::Type::map(key_id, std::move(key_type), value_id, std::move(value_type),
                                  !value.is_nullable);
    }

    iceberg::Type row(const sql::Type& type) {
        std::vector<iceberg::Field> fields;
        for (const sql::Type::Field& field : type.fields) {
            int32_t id = ++last_id_;
            fields.push_back({.id = id,
                              .name = field.name,
                              .is_required = !field.type.is_nullable,
                              .type = this->type(field.type)});
        }
        return iceberg::Type::structure(std::move(fields));
    }

    iceberg::Type primitive(const sql::Type& type) const {
        switch (type.kind) {
            case sql::TypeKind::Boolean:
                return Kind::Boolean;
            case sql::TypeKind::TinyInt:
            case sql::TypeKind::SmallInt:
            case sql::TypeKind::Int:
                return Kind::Int;
            case sql::TypeKind::BigInt:
                return Kind::Long;
            case sql::TypeKind::Float:
                return Kind::Float;
            case sql::TypeKind::Double:
                return Kind::Double;
            case sql::TypeKind::Decimal:
                return iceberg::Type::decimal(type.precision, type.scale);
            case sql::TypeKind::Char:
            case sql::TypeKind::VarChar:
                return Kind::String;
            case sql::TypeKind::Binary:
                return iceberg::Type::fixed(type.precision);
            case sql::TypeKind::VarBinary:
                return Kind::Binary;
            case sql::TypeKind::Date:
                return Kind::Date;
            case sql::TypeKind::Time:
                return Kind::Time;
            case sql::TypeKind::Timestamp:
            case sql::TypeKind::TimestampLtz:
                return timestamp_type(type, format_version_);
            default:
                throw Error(ErrorCode::InvalidInput, "an Iceberg table has no values of {}",
                            text_of(type.or_null()))
                    .with_hint("CAST them to another type");
        }
    }

    int format_version_;
    int32_t& last_id_;
};

sql::Type type_in_sql(const iceberg::Type& type);

sql::Type row_type(const iceberg::Type& type) {
    sql::Type row{.kind = sql::TypeKind::Row, .parts = {}, .fields = {}};
    for (const iceberg::Field& field : type.fields) {
        row.fields.push_back({field.name, sql_type(field)});
    }
    return row;
}

sql::Type type_in_sql(const iceberg::Type& type) {
    using enum iceberg::TypeKind;
    switch (type.kind) {
        case Boolean:
            return sql::simple_type(sql::TypeKind::Boolean);
        case Int:
            return sql::simple_type(sql::TypeKind::Int);
        case Long:
            return sql::simple_type(sql::TypeKind::BigInt);
        case Float:
            return sql::simple_type(sql::TypeKind::Float);
        case Double:
            return sql::simple_type(sql::TypeKind::Double);
        case Decimal:
            return sql::decimal_type(type.precision, type.scale);
        case Date:
            return sql::simple_type(sql::TypeKind::Date);
        case Time:
            return sql::type_with(sql::TypeKind::Time, 0);
        case Timestamp:
            return sql::type_with(sql::TypeKind::Timestamp, DigitsOfMicros);
        case TimestampTz:
            return sql::type_with(sql::TypeKind::TimestampLtz, DigitsOfMicros);
        case TimestampNs:
            return sql::type_with(sql::TypeKind::Timestamp, DigitsOfNanos);
        case TimestampTzNs:
            return sql::type_with(sql::TypeKind::TimestampLtz, DigitsOfNanos);
        case String:
            return sql::string_type();
        case Uuid:
            return sql::type_with(sql::TypeKind::Binary, UuidBytes);
        case Fixed:
            return sql::type_with(sql::TypeKind::Binary, static_cast<int>(type.length));
        case Binary:
            return sql::type_with(sql::TypeKind::VarBinary, sql::Type::LengthMax);
        case Struct:
            return row_type(type);
        case List:
            return {
                .kind = sql::TypeKind::Array, .parts = {sql_type(type.element())}, .fields = {}};
        case Map:
            return {.kind = sql::TypeKind::Map,
                    .parts = {sql_type(type.key()), sql_type(type.value())},
                    .fields = {}};
        default:
            throw Error(ErrorCode::InvalidInput, "SQL has no values of the type {}", to_text(type));
    }
}

}  // namespace

iceberg::Type iceberg_type(const sql::Type& type, int format_version, int32_t& last_id) {
    return TypeMaker(format_version, last_id).type(type);
}

sql::Type sql_type(const iceberg::Field& field) {
    return type_in_sql(field.type).or_null(!field.is_required);
}

}  // namespace tarn::connectors
