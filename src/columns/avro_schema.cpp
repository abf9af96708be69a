#include "columns/avro_schema.hpp"

#include <simdjson.h>

#include <map>

#include "base/error.hpp"
#include "columns/field_ids.hpp"

namespace tarn::columns {
namespace {

using simdjson::dom::element;
using simdjson::dom::object;
using Kind = AvroType::Kind;
using Logical = AvroType::Logical;
using TypePointer = std::shared_ptr<const AvroType>;

template <typename... Args>
[[noreturn]] void fail(fmt::format_string<Args...> text, Args&&... args) {
    throw Error(ErrorCode::Corrupt, "avro schema: {}",
                fmt::format(text, std::forward<Args>(args)...));
}

std::optional<std::string_view> text_at(const object& json, const char* key) {
    std::string_view text;
    if (json[key].get(text) != simdjson::SUCCESS) return std::nullopt;
    return text;
}

std::optional<int64_t> integer_at(const object& json, const char* key) {
    int64_t number;
    if (json[key].get(number) != simdjson::SUCCESS) return std::nullopt;
    return number;
}

element required(const object& json, const char* key, std::string_view of) {
    element value;
    if (json[key].get(value) != simdjson::SUCCESS) fail("a {} without '{}'", of, key);
    return value;
}

std::optional<int32_t> id_at(const object& json, const char* key) {
    auto id = integer_at(json, key);
    if (!id) return std::nullopt;
    if (*id < 0 || *id > INT32_MAX) fail("{} {} is out of range", key, *id);
    return static_cast<int32_t>(*id);
}

size_t size_at(const object& json, const char* key, size_t max) {
    auto size = integer_at(json, key);
    if (!size || *size < 0 || static_cast<uint64_t>(*size) > max) {
        fail("'{}' must be a number from 0 to {}", key, max);
    }
    return static_cast<size_t>(*size);
}

size_t bytes_min_of(const AvroType& type) {
    switch (type.kind) {
        case Kind::Float:
            return 4;
        case Kind::Double:
            return 8;
        case Kind::Fixed:
            return type.fixed_bytes;
        case Kind::Record: {
            size_t sum = 0;
            for (const AvroField& field : type.children) sum += field.bytes_min();
            return sum;
        }
        default:
            return 1;
    }
}

class Parser {
public:
    AvroField field_type(const element& json) {
        if (++depth_ > avro_depth_max) fail("nested deeper than {} levels", avro_depth_max);
        AvroField field;
        if (json.is_array()) {
            parse_union(json, field);
        } else {
            field.type = type(json);
        }
        --depth_;
        return field;
    }

    TypePointer type(const element& json) {
        std::string_view name;
        if (json.get(name) == simdjson::SUCCESS) return type_named(name, nullptr);
        object definition;
        if (json.get(definition) != simdjson::SUCCESS) fail("a type must be a name or an object");
        std::string_view kind;
        element inner = required(definition, "type", "type");
        // {"type": {"type": "string"}} is legal, if pointless.
        if (inner.get(kind) != simdjson::SUCCESS) return field_type(inner).type;
        return type_named(kind, &definition);
    }

private:
    void parse_union(const element& json, AvroField& field) {
        simdjson::dom::array branches = json;
        if (branches.size() != 2)
            fail("a union of {} types; only null and one more", branches.size());
        int branch = 0;
        for (const element& each : branches) {
            bool is_null = each.is_string() && std::string_view(each) == "null";
            if (is_null && !field.is_nullable) {
                field.is_nullable = true;
                field.null_branch = branch;
            } else {
                field.type = type(each);
            }
            ++branch;
        }
        if (!field.is_nullable) fail("a union without null");
        if (!field.type) fail("a union of null alone");
    }

    // A type given by its name alone has no definition.
    TypePointer type_named(std::string_view kind, const object* definition) {
        static const std::map<std::string_view, Kind> primitives = {
            {"boolean", Kind::Boolean}, {"int", Kind::Int},       {"long", Kind::Long},
            {"float", Kind::Float},     {"double", Kind::Double}, {"bytes", Kind::Bytes},
            {"string", Kind::String},
        };
        AvroType type{};
        if (auto found = primitives.find(kind); found != primitives.end()) {
            type.kind = found->second;
            if (definition) add_logical(type, *definition);
            return finished(std::move(type));
        }
        if (!definition) return known_type(kind);
        const object& json = *definition;
        if (kind == "record") return record(json);
        if (kind == "array") return array(json);
        if (kind == "map") {
            type.kind = Kind::Map;
            AvroField key{.name = "key", .field_id = id_at(json, "key-id"), .type = nullptr};
            key.type = type_named("string", nullptr);
            AvroField value = field_type(required(json, "values", "map"));
            value.name = "value";
            value.field_id = id_at(json, "value-id");
            type.children = {std::move(key), std::move(value)};
            return finished(std::move(type));
        }
        if (kind == "enum") {
            type.kind = Kind::Enum;
            simdjson::dom::array symbols;
            if (json["symbols"].get(symbols) != simdjson::SUCCESS)
                fail("an enum without 'symbols'");
            for (const element& symbol : symbols) {
                if (!symbol.is_string()) fail("a symbol of an enum must be text");
                type.symbols.emplace_back(std::string_view(symbol));
            }
            return named(json, finished(std::move(type)));
        }
        if (kind == "fixed") {
            constexpr size_t fixed_bytes_max = 1024;
            type.kind = Kind::Fixed;
            type.fixed_bytes = size_at(json, "size", fixed_bytes_max);
            add_logical(type, json);
            return named(json, finished(std::move(type)));
        }
        return known_type(kind);
    }

    TypePointer record(const object& json) {
        AvroType type{};
        type.kind = Kind::Record;
        std::string name(text_at(json, "name").value_or(""));
        // A type is known to its own fields, and may not be used there.
        types_[name] = nullptr;
        simdjson::dom::array fields;
        if (json["fields"].get(fields) != simdjson::SUCCESS) fail("a record without 'fields'");
        for (const element& each : fields) {
            object definition;
            if (each.get(definition) != simdjson::SUCCESS) fail("a field must be an object");
            auto field_name = text_at(definition, "name");
            if (!field_name) fail("a field without 'name'");
            AvroField field = field_type(required(definition, "type", "field"));
            field.name = *field_name;
            field.field_id = id_at(definition, "field-id");
            type.children.push_back(std::move(field));
        }
        return named(json, finished(std::move(type)));
    }

    TypePointer array(const object& json) {
        AvroType type{};
        AvroField items = field_type(required(json, "items", "array"));
        bool is_map = text_at(json, "logicalType") == "map";
        if (is_map) {
            bool has_entries = !items.is_nullable && items.type->kind == Kind::Record &&
                               items.type->children.size() == 2 &&
                               !items.type->children[0].is_nullable;
            if (!has_entries) fail("the items of a map must be records of a key and a value");
            type.kind = Kind::Map;
            type.children = items.type->children;
        } else {
            type.kind = Kind::Array;
            items.name = "element";
            items.field_id = id_at(json, "element-id");
            type.children.push_back(std::move(items));
        }
        return finished(std::move(type));
    }

    void add_logical(AvroType& type, const object& json) {
        std::string_view logical = text_at(json, "logicalType").value_or("");
        if (type.kind == Kind::Int) {
            if (logical == "date") type.logical = Logical::Date;
            if (logical == "time-millis") type.logical = Logical::TimeMillis;
        } else if (type.kind == Kind::Long) {
            bool is_local = logical.starts_with("local-");
            if (is_local) logical.remove_prefix(6);
            if (logical == "time-micros") type.logical = Logical::TimeMicros;
            if (logical == "timestamp-millis") type.logical = Logical::TimestampMillis;
            if (logical == "timestamp-micros") type.logical = Logical::TimestampMicros;
            if (logical == "timestamp-nanos") type.logical = Logical::TimestampNanos;
            bool adjusts = true;
            if (json["adjust-to-utc"].get(adjusts) != simdjson::SUCCESS) adjusts = true;
            type.is_utc = adjusts && !is_local;
        } else if (type.kind == Kind::Fixed || type.kind == Kind::Bytes) {
            if (logical == "uuid" && type.fixed_bytes == 16) type.logical = Logical::Uuid;
            if (logical == "decimal") {
                type.logical = Logical::Decimal;
                type.precision = static_cast<int>(size_at(json, "precision", 38));
                if (integer_at(json, "scale")) {
                    type.scale = static_cast<int>(size_at(json, "scale", type.precision));
                }
                if (type.precision == 0) fail("a decimal of no digits");
                if (type.kind == Kind::Fixed && (type.fixed_bytes < 1 || type.fixed_bytes > 16)) {
                    fail("a decimal of {} bytes", type.fixed_bytes);
                }
            }
        }
    }

    TypePointer finished(AvroType type) {
        for (const AvroField& child : type.children) type.node_count += child.type->node_count;
        if (type.node_count > avro_nodes_max) fail("more than {} fields", avro_nodes_max);
        type.bytes_min = bytes_min_of(type);
        return std::make_shared<const AvroType>(std::move(type));
    }

    // Names are kept without their namespace: no schema of ours has two that differ only there.
    TypePointer named(const object& json, TypePointer type) {
        auto name = text_at(json, "name");
        if (!name) fail("a named type without 'name'");
        types_[std::string(*name)] = type;
        return type;
    }

    TypePointer known_type(std::string_view name) {
        auto found = types_.find(name);
        if (found == types_.end()) {
            found = types_.find(name.substr(name.rfind('.') + 1));
        }
        if (found == types_.end()) fail("unknown type '{}'", name);
        if (!found->second) fail("type '{}' contains itself", name);
        return found->second;
    }

    std::map<std::string, TypePointer, std::less<>> types_;
    int depth_ = 0;
};

std::shared_ptr<arrow::Field> arrow_field(const AvroField& field) {
    auto result = arrow::field(field.name, arrow_type_of(*field.type), field.is_nullable);
    return field.field_id ? with_field_id(result, *field.field_id) : result;
}

std::shared_ptr<arrow::DataType> timestamp(arrow::TimeUnit::type unit, bool is_utc) {
    return is_utc ? arrow::timestamp(unit, "UTC") : arrow::timestamp(unit);
}

std::shared_ptr<arrow::DataType> logical_arrow_type(const AvroType& type) {
    switch (type.logical) {
        case Logical::Decimal:
            return arrow::decimal128(type.precision, type.scale);
        case Logical::Date:
            return arrow::date32();
        case Logical::TimeMillis:
            return arrow::time32(arrow::TimeUnit::MILLI);
        case Logical::TimeMicros:
            return arrow::time64(arrow::TimeUnit::MICRO);
        case Logical::TimestampMillis:
            return timestamp(arrow::TimeUnit::MILLI, type.is_utc);
        case Logical::TimestampMicros:
            return timestamp(arrow::TimeUnit::MICRO, type.is_utc);
        case Logical::TimestampNanos:
            return timestamp(arrow::TimeUnit::NANO, type.is_utc);
        default:
            return nullptr;
    }
}

}  // namespace

const AvroField* AvroType::find(std::optional<int32_t> field_id, std::string_view name) const {
    for (const AvroField& field : children) {
        bool both_have_ids = field_id && field.field_id;
        if (both_have_ids ? *field_id == *field.field_id : field.name == name) return &field;
    }
    return nullptr;
}

AvroSchema AvroSchema::parse(std::string text) {
    simdjson::dom::parser json_parser;
    element json;
    if (auto error = json_parser.parse(text).get(json)) fail("{}", simdjson::error_message(error));
    AvroField root = Parser().field_type(json);
    if (root.type->kind != Kind::Record) fail("the outermost type must be a record");
    return AvroSchema(std::move(text), std::move(root));
}

std::shared_ptr<arrow::Schema> AvroSchema::arrow_schema() const {
    return arrow::schema(arrow_type_of(record())->fields());
}

std::shared_ptr<arrow::DataType> arrow_type_of(const AvroType& type) {
    if (auto logical = logical_arrow_type(type)) return logical;
    switch (type.kind) {
        case Kind::Boolean:
            return arrow::boolean();
        case Kind::Int:
            return arrow::int32();
        case Kind::Long:
            return arrow::int64();
        case Kind::Float:
            return arrow::float32();
        case Kind::Double:
            return arrow::float64();
        case Kind::Bytes:
            return arrow::binary();
        case Kind::String:
        case Kind::Enum:
            return arrow::utf8();
        case Kind::Fixed:
            return arrow::fixed_size_binary(static_cast<int32_t>(type.fixed_bytes));
        case Kind::Record: {
            arrow::FieldVector fields;
            for (const AvroField& field : type.children) fields.push_back(arrow_field(field));
            return arrow::struct_(fields);
        }
        case Kind::Array:
            return arrow::list(arrow_field(type.children[0]));
        case Kind::Map:
            return std::make_shared<arrow::MapType>(arrow_field(type.children[0]),
                                                    arrow_field(type.children[1]));
    }
    return nullptr;
}

}  // namespace tarn::columns
