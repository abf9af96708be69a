#include "iceberg/format/schema_json.hpp"

#include <boost/json/value_from.hpp>

namespace tarn::iceberg {

namespace json = boost::json;

namespace {

json::object field_to_json(const Field& field) {
    json::object object;
    object["id"] = field.id;
    object["name"] = field.name;
    object["required"] = field.is_required;
    object["type"] = to_json(field.type);
    if (!field.doc.empty()) object["doc"] = field.doc;
    if (field.initial_default) object["initial-default"] = *field.initial_default;
    if (field.write_default) object["write-default"] = *field.write_default;
    for (const auto& [name, value] : field.unknown) object.emplace(name, value);
    return object;
}

std::optional<json::value> find_value(const JsonObject& json, std::string_view name) {
    const json::value* value = json.find(name);
    if (!value) return std::nullopt;
    return *value;
}

Type type_at(const JsonObject& parent, std::string_view name, int depth);

std::vector<Field> fields_from_json(const JsonObject& json, int depth) {
    std::vector<Field> fields;
    for (const JsonObject& member : json.objects("fields")) {
        Field field;
        field.id = member.small_number("id");
        field.name = member.text("name");
        field.is_required = member.flag("required");
        field.type = type_at(member, "type", depth);
        field.doc = member.find_text("doc").value_or("");
        field.initial_default = find_value(member, "initial-default");
        field.write_default = find_value(member, "write-default");
        field.unknown = member.rest();
        if (field.id < 0 || field.id > FieldIdMax) {
            member.refuse("id", "{} is no id that a column can have", field.id);
        }
        fields.push_back(std::move(field));
    }
    return fields;
}

Type nested_from_json(const JsonObject& json, int depth) {
    if (depth > NestingMax) {
        throw Error(ErrorCode::TooLarge, "{}: types are nested more than {} deep", json.place(),
                    NestingMax);
    }
    std::string kind = json.text("type");
    if (kind == "struct") return Type::structure(fields_from_json(json, depth + 1));
    if (kind == "list") {
        return Type::list(json.small_number("element-id"), type_at(json, "element", depth + 1),
                          json.flag("element-required"));
    }
    if (kind == "map") {
        return Type::map(json.small_number("key-id"), type_at(json, "key", depth + 1),
                         json.small_number("value-id"), type_at(json, "value", depth + 1),
                         json.flag("value-required"));
    }
    json.refuse("type", "'{}' is neither struct, list nor map", kind);
}

Type type_at(const JsonObject& parent, std::string_view name, int depth) {
    const json::value& value = parent.get(name);
    if (value.is_object()) return nested_from_json(parent.object(name), depth);
    try {
        return parse_primitive(parent.text(name));
    } catch (const Error& error) {
        parent.refuse(name, "{}", error.what());
    }
}

}  // namespace

json::value to_json(const Type& type) {
    json::object object;
    switch (type.kind) {
        case TypeKind::Struct: {
            json::array fields;
            for (const Field& field : type.fields) fields.emplace_back(field_to_json(field));
            object["type"] = "struct";
            object["fields"] = std::move(fields);
            return object;
        }
        case TypeKind::List:
            object["type"] = "list";
            object["element-id"] = type.element().id;
            object["element"] = to_json(type.element().type);
            object["element-required"] = type.element().is_required;
            return object;
        case TypeKind::Map:
            object["type"] = "map";
            object["key-id"] = type.key().id;
            object["key"] = to_json(type.key().type);
            object["value-id"] = type.value().id;
            object["value"] = to_json(type.value().type);
            object["value-required"] = type.value().is_required;
            return object;
        default:
            return json::string(to_text(type));
    }
}

json::object to_json(const Schema& schema) {
    json::object object;
    object["type"] = "struct";
    object["schema-id"] = schema.id();
    if (!schema.identifier_ids().empty()) {
        object["identifier-field-ids"] = json::value_from(schema.identifier_ids());
    }
    json::value columns = to_json(schema.type());
    object["fields"] = std::move(columns.as_object()["fields"]);
    for (const auto& [name, value] : schema.unknown()) object.emplace(name, value);
    return object;
}

SchemaPtr schema_from_json(const JsonObject& json) {
    if (json.text("type") != "struct") json.refuse("type", "a struct is expected");
    auto id = json.find_small_number("schema-id").value_or(0);
    auto identifiers = json.small_numbers("identifier-field-ids");
    json.get("fields");
    auto fields = fields_from_json(json, 0);
    try {
        return Schema::make(id, std::move(fields), std::move(identifiers), json.rest());
    } catch (const Error& error) {
        throw Error(error.code(), "{}: {}", json.place(), error.what());
    }
}

}  // namespace tarn::iceberg
