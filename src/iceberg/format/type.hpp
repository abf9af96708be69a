// The types of columns as Iceberg knows them, and their names in JSON. Nested types hold fields,
// each with the id by which files and metadata mean it, whatever it is called today.
#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tarn::iceberg {

struct Field;

enum class TypeKind {
    Boolean,
    Int,
    Long,
    Float,
    Double,
    Decimal,
    Date,
    Time,
    Timestamp,
    TimestampTz,
    TimestampNs,
    TimestampTzNs,
    String,
    Uuid,
    Fixed,
    Binary,
    // Kept in metadata, refused where data would be read or written.
    Unknown,
    Variant,
    Geometry,
    Geography,
    Struct,
    List,
    Map
};

inline constexpr int DecimalPrecisionMax = 38;

struct Type {
    TypeKind kind = TypeKind::Boolean;
    int precision = 0;     // of a decimal
    int scale = 0;         // of a decimal
    int64_t length = 0;    // of a fixed
    std::string crs = {};  // what stands in the brackets of geometry and geography
    // Of a struct, in their order; of a list its element; of a map its key and its value.
    std::vector<Field> fields;

    Type();
    Type(TypeKind kind);  // NOLINT(google-explicit-constructor): Int is a type

    static Type decimal(int precision, int scale);
    static Type fixed(int64_t length);
    static Type structure(std::vector<Field> fields);
    static Type list(int32_t element_id, Type element, bool is_required);
    static Type map(int32_t key_id, Type key, int32_t value_id, Type value, bool is_required);

    bool is_nested() const;
    bool is_timestamp() const;
    // The first version of the format that has it.
    int format_version_min() const;

    const Field& element() const;
    const Field& key() const;
    const Field& value() const;
    // Of a struct; null when it has none of that name.
    const Field* find(std::string_view name) const;

    bool operator==(const Type& other) const;
};

struct Field {
    int32_t id = 0;
    std::string name = {};
    bool is_required = false;
    Type type = {};
    std::string doc = {};
    // As JSON, since nobody but their readers needs them otherwise (single_value.hpp). What rows
    // from before the field read as, and what writers put who do not know it.
    std::optional<boost::json::value> initial_default = {};
    std::optional<boost::json::value> write_default = {};
    // What a later version of the format has put there.
    boost::json::object unknown = {};

    bool operator==(const Field& other) const = default;
};

// Down here, where clang knows what a Field is.
inline Type::Type() = default;
inline Type::Type(TypeKind kind) : kind(kind) {}

// A primitive type by its name: "decimal(9, 2)", "fixed[16]". Throws InvalidInput for any other.
Type parse_primitive(std::string_view name);
// "decimal(9, 2)", "list<string>", "struct<1: id: required long>": nested ones for people only.
std::string to_text(const Type& type);

// Whether values of `from` can be read as `to` without loss, so that a column may be widened.
bool can_promote(const Type& from, const Type& to, int format_version);

// How many bytes the unscaled number of a decimal takes at most: 1 to 16.
int decimal_bytes(int precision);

}  // namespace tarn::iceberg
