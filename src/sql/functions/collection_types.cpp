#include "sql/functions/collection_types.hpp"

#include "sql/types/type_rules.hpp"

namespace tarn::sql {
namespace {

bool is_of_kind(Arguments arguments, size_t place, TypeKind kind) {
    return place < arguments.size() && arguments[place].type.kind == kind;
}

}  // namespace

Type array_type(const Type& item, bool is_nullable) {
    Type array = simple_type(TypeKind::Array).or_null(is_nullable);
    array.parts = {item};
    return array;
}

Type map_type(const Type& key, const Type& value, bool is_nullable) {
    Type map = simple_type(TypeKind::Map).or_null(is_nullable);
    map.parts = {key, value};
    return map;
}

bool is_array(Arguments arguments, size_t place) {
    return is_of_kind(arguments, place, TypeKind::Array);
}

bool is_map(Arguments arguments, size_t place) {
    return is_of_kind(arguments, place, TypeKind::Map);
}

std::optional<Type> common_collection(TypeKind kind, Arguments arguments) {
    Type type = simple_type(TypeKind::Null);
    for (const Argument& argument : arguments) {
        auto common = common_type(type, argument.type);
        if (!common) return std::nullopt;
        type = *common;
    }
    if (type.kind != kind) return std::nullopt;
    return nullable_as(type, arguments);
}

std::optional<Type> as_item(const Type& item, const Type& value) {
    Type wanted = item.or_null(value.is_nullable);
    if (value.kind == TypeKind::Null) return wanted;
    bool is_text_pair = is_text(item) && is_text(value);
    // Lengths do not matter: a text that is too long is none of the items, not a shorter one.
    if (is_text_pair || (is_bytes(item) && is_bytes(value))) return value;
    bool is_exact = item.kind == TypeKind::Decimal && is_numeric(value) && !is_approximate(value);
    bool is_time = item.kind == value.kind && item.parts.empty() && item.fields.empty();
    if (is_exact || is_time) return wanted;
    auto common = common_type(item, value);
    bool is_wide_enough = common && common->or_null() == item.or_null();
    return is_wide_enough ? std::optional(wanted) : std::nullopt;
}

}  // namespace tarn::sql
