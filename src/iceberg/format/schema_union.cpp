#include "iceberg/format/schema_union.hpp"

#include <arrow/extension_type.h>

#include "base/error.hpp"

namespace tarn::iceberg {
namespace {

Type timestamp_type(const arrow::TimestampType& type) {
    bool is_instant = !type.timezone().empty();
    if (type.unit() == arrow::TimeUnit::NANO) {
        return is_instant ? TypeKind::TimestampTzNs : TypeKind::TimestampNs;
    }
    return is_instant ? TypeKind::TimestampTz : TypeKind::Timestamp;
}

Field field_of(const arrow::Field& field) {
    return {.name = field.name(), .is_required = !field.nullable(), .type = type_of(*field.type())};
}

class Union {
public:
    Union(SchemaChange& change, int format_version) : change_(change), version_(format_version) {}

    // `parent` is "" or ends in a dot.
    void add(const std::string& parent, const std::vector<Field>& fields) {
        for (const Field& field : fields) {
            std::string name = parent + field.name;
            if (change_.find(name)) {
                merge(name, field);
            } else {
                change_.add(
                    std::string_view(parent).substr(0, parent.empty() ? 0 : parent.size() - 1),
                    {.name = field.name, .type = optional_throughout(field.type)});
            }
        }
    }

private:
    // Rows that are there have none of it, whatever the new ones have.
    static Type optional_throughout(Type type) {
        bool is_map = type.kind == TypeKind::Map;
        for (size_t i = 0; i < type.fields.size(); ++i) {
            if (!is_map || i > 0) type.fields[i].is_required = false;
            type.fields[i].type = optional_throughout(std::move(type.fields[i].type));
        }
        return type;
    }

    void merge(const std::string& name, const Field& incoming) {
        const Field known = *change_.find(name);
        bool are_uuids = known.type.kind == TypeKind::Uuid && incoming.type == Type::fixed(16);
        if (are_uuids) {
            // Rows may carry them as their bytes.
        } else if (known.type.kind == TypeKind::Struct && incoming.type.kind == TypeKind::Struct) {
            add(name + ".", incoming.type.fields);
        } else if (known.type.kind == incoming.type.kind && known.type.is_nested()) {
            for (const Field& part : incoming.type.fields) merge(name + "." + part.name, part);
        } else if (can_promote(known.type, incoming.type, version_)) {
            change_.widen(name, incoming.type);
        } else if (!can_promote(incoming.type, known.type, version_)) {
            throw Error(ErrorCode::InvalidInput, "column '{}' of the rows is {}, of the table {}",
                        name, to_text(incoming.type), to_text(known.type));
        }
        // Rows that may have nulls in the key are taken for those that have none.
        bool may_be_null = known.is_required && !incoming.is_required;
        if (may_be_null && !change_.is_key_part(known)) change_.make_optional(name);
    }

    SchemaChange& change_;
    int version_;
};

}  // namespace

Type type_of(const arrow::DataType& type) {
    switch (type.id()) {
        case arrow::Type::BOOL:
            return TypeKind::Boolean;
        case arrow::Type::INT8:
        case arrow::Type::INT16:
        case arrow::Type::INT32:
        case arrow::Type::UINT8:
        case arrow::Type::UINT16:
            return TypeKind::Int;
        case arrow::Type::INT64:
        case arrow::Type::UINT32:
            return TypeKind::Long;
        case arrow::Type::FLOAT:
            return TypeKind::Float;
        case arrow::Type::DOUBLE:
            return TypeKind::Double;
        case arrow::Type::DECIMAL128: {
            const auto& decimal = static_cast<const arrow::Decimal128Type&>(type);
            return Type::decimal(decimal.precision(), decimal.scale());
        }
        case arrow::Type::DATE32:
            return TypeKind::Date;
        case arrow::Type::TIME32:
        case arrow::Type::TIME64:
            return TypeKind::Time;
        case arrow::Type::TIMESTAMP:
            return timestamp_type(static_cast<const arrow::TimestampType&>(type));
        case arrow::Type::STRING:
        case arrow::Type::LARGE_STRING:
            return TypeKind::String;
        case arrow::Type::BINARY:
        case arrow::Type::LARGE_BINARY:
            return TypeKind::Binary;
        case arrow::Type::FIXED_SIZE_BINARY:
            return Type::fixed(type.byte_width());
        case arrow::Type::EXTENSION:
            if (static_cast<const arrow::ExtensionType&>(type).extension_name() == "arrow.uuid") {
                return TypeKind::Uuid;
            }
            break;
        case arrow::Type::STRUCT: {
            std::vector<Field> fields;
            for (const auto& field : type.fields()) fields.push_back(field_of(*field));
            return Type::structure(std::move(fields));
        }
        case arrow::Type::LIST:
        case arrow::Type::LARGE_LIST:
            return Type::list(0, type_of(*type.field(0)->type()), !type.field(0)->nullable());
        case arrow::Type::MAP: {
            const auto& map = static_cast<const arrow::MapType&>(type);
            return Type::map(0, type_of(*map.key_type()), 0, type_of(*map.item_type()),
                             !map.item_field()->nullable());
        }
        default:
            break;
    }
    throw Error(ErrorCode::InvalidInput, "no column of a table can hold {}", type.ToString());
}

void add_columns_of(SchemaChange& change, const arrow::Schema& rows) {
    std::vector<Field> fields;
    for (const auto& field : rows.fields()) fields.push_back(field_of(*field));
    Union(change, change.format_version()).add("", fields);
}

}  // namespace tarn::iceberg
