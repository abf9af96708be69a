#include "iceberg/format/json_object.hpp"

#include <limits>

namespace tarn::iceberg {

namespace json = boost::json;

JsonObject::JsonObject(const json::value& value, std::string place)
    : members_(value.if_object()), place_(std::move(place)) {
    if (!members_) throw Error(ErrorCode::InvalidInput, "{}: an object is expected", place_);
    is_asked_.resize(members_->size());
}

std::string JsonObject::place_of(std::string_view name) const {
    return place_.empty() ? std::string(name) : fmt::format("{}.{}", place_, name);
}

const json::value* JsonObject::find(std::string_view name) const {
    auto found = members_->find(name);
    if (found == members_->end()) return nullptr;
    is_asked_[static_cast<size_t>(found - members_->begin())] = true;
    return found->value().is_null() ? nullptr : &found->value();
}

const json::value& JsonObject::get(std::string_view name) const {
    const json::value* value = find(name);
    if (!value) refuse(name, "it is missing");
    return *value;
}

bool JsonObject::has(std::string_view name) const {
    return find(name) != nullptr;
}

std::optional<int64_t> JsonObject::find_number(std::string_view name) const {
    const json::value* value = find(name);
    if (!value) return std::nullopt;
    if (!value->is_int64()) refuse(name, "a number of 64 bits is expected");
    return value->get_int64();
}

int64_t JsonObject::number(std::string_view name) const {
    return required(find_number(name), name);
}

std::optional<int32_t> JsonObject::find_small_number(std::string_view name) const {
    auto number = find_number(name);
    if (!number) return std::nullopt;
    if (*number < std::numeric_limits<int32_t>::min() ||
        *number > std::numeric_limits<int32_t>::max()) {
        refuse(name, "{} is more than 32 bits hold", *number);
    }
    return static_cast<int32_t>(*number);
}

int32_t JsonObject::small_number(std::string_view name) const {
    return required(find_small_number(name), name);
}

std::optional<std::string> JsonObject::find_text(std::string_view name) const {
    const json::value* value = find(name);
    if (!value) return std::nullopt;
    if (!value->is_string()) refuse(name, "a text is expected");
    return std::string(value->get_string());
}

std::string JsonObject::text(std::string_view name) const {
    return required(find_text(name), name);
}

std::optional<bool> JsonObject::find_flag(std::string_view name) const {
    const json::value* value = find(name);
    if (!value) return std::nullopt;
    if (!value->is_bool()) refuse(name, "true or false is expected");
    return value->get_bool();
}

bool JsonObject::flag(std::string_view name) const {
    return required(find_flag(name), name);
}

std::map<std::string, std::string> JsonObject::texts(std::string_view name) const {
    std::map<std::string, std::string> texts;
    const json::value* value = find(name);
    if (!value) return texts;
    if (!value->is_object()) refuse(name, "an object is expected");
    for (const auto& [key, text] : value->get_object()) {
        if (!text.is_string()) refuse(name, "'{}' is no text", std::string_view(key));
        texts.emplace(key, text.get_string());
    }
    return texts;
}

std::vector<std::string> JsonObject::text_list(std::string_view name) const {
    std::vector<std::string> texts;
    const json::array* array = find_array(name);
    if (!array) return texts;
    for (const json::value& value : *array) {
        if (!value.is_string()) refuse(name, "texts are expected");
        texts.emplace_back(value.get_string());
    }
    return texts;
}

std::vector<int64_t> JsonObject::numbers(std::string_view name) const {
    std::vector<int64_t> numbers;
    const json::array* array = find_array(name);
    if (!array) return numbers;
    for (const json::value& value : *array) {
        if (!value.is_int64()) refuse(name, "numbers of 64 bits are expected");
        numbers.push_back(value.get_int64());
    }
    return numbers;
}

std::vector<int32_t> JsonObject::small_numbers(std::string_view name) const {
    std::vector<int32_t> small;
    for (int64_t number : numbers(name)) {
        if (number != static_cast<int32_t>(number)) {
            refuse(name, "{} is more than 32 bits hold", number);
        }
        small.push_back(static_cast<int32_t>(number));
    }
    return small;
}

JsonObject JsonObject::object(std::string_view name) const {
    return JsonObject(get(name), place_of(name));
}

std::optional<JsonObject> JsonObject::find_object(std::string_view name) const {
    const json::value* value = find(name);
    if (!value) return std::nullopt;
    return JsonObject(*value, place_of(name));
}

std::vector<JsonObject> JsonObject::objects(std::string_view name) const {
    std::vector<JsonObject> objects;
    const json::array* array = find_array(name);
    if (!array) return objects;
    objects.reserve(array->size());
    for (const json::value& value : *array) {
        objects.emplace_back(value, fmt::format("{}[{}]", place_of(name), objects.size()));
    }
    return objects;
}

std::vector<std::string> JsonObject::names() const {
    std::vector<std::string> names;
    for (const auto& [name, value] : *members_) names.emplace_back(name);
    return names;
}

json::object JsonObject::rest() const {
    json::object rest;
    size_t position = 0;
    for (const auto& [name, value] : *members_) {
        if (!is_asked_[position++]) rest.emplace(name, value);
    }
    return rest;
}

const json::array* JsonObject::find_array(std::string_view name) const {
    const json::value* value = find(name);
    if (!value) return nullptr;
    if (!value->is_array()) refuse(name, "an array is expected");
    return &value->get_array();
}

}  // namespace tarn::iceberg
