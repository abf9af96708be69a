#include "iceberg/catalog/names_json.hpp"

namespace tarn::iceberg {

namespace json = boost::json;

Namespace namespace_from_json(const JsonObject& json, std::string_view name) {
    json.get(name);
    return json.text_list(name);
}

json::array to_json(const Namespace& space) {
    return json::array(space.begin(), space.end());
}

TableName table_name_from_json(const JsonObject& json) {
    return {namespace_from_json(json, "namespace"), json.text("name")};
}

json::object to_json(const TableName& name) {
    return {{"namespace", to_json(name.space)}, {"name", name.name}};
}

json::object to_json(const Properties& properties) {
    json::object object;
    for (const auto& [name, value] : properties) object[name] = value;
    return object;
}

}  // namespace tarn::iceberg
