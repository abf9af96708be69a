#include <algorithm>
#include <array>

#include "base/error.hpp"
#include "connectors/jdbc/database_values.hpp"

namespace tarn::connectors {
namespace {

using sql::TypeKind;

constexpr int TimePrecisionMax = 6;

struct KnownType {
    TypeKind kind;
    std::string_view name;
};
constexpr auto KnownTypes =
    std::to_array<KnownType>({{TypeKind::Boolean, "boolean"},
                              {TypeKind::TinyInt, "smallint"},
                              {TypeKind::SmallInt, "smallint"},
                              {TypeKind::Int, "integer"},
                              {TypeKind::BigInt, "bigint"},
                              {TypeKind::Float, "real"},
                              {TypeKind::Double, "double precision"},
                              {TypeKind::Decimal, "numeric"},
                              {TypeKind::Char, "text"},
                              {TypeKind::VarChar, "text"},
                              {TypeKind::Binary, "bytea"},
                              {TypeKind::VarBinary, "bytea"},
                              {TypeKind::Date, "date"},
                              {TypeKind::Time, "time without time zone"},
                              {TypeKind::Timestamp, "timestamp without time zone"},
                              {TypeKind::TimestampLtz, "timestamp with time zone"}});

// Their bytes are those of their characters. What is padded stays so, which a cast would not leave.
bool is_text_there(std::string_view type) {
    return type == "text" || type == "character varying" || type == "character" || type == "name";
}

}  // namespace

std::optional<std::string> database_type(const sql::Type& type) {
    if (type.kind == TypeKind::Array) {
        bool is_flat = type.parts[0].kind != TypeKind::Array;
        auto item = is_flat ? database_type(type.parts[0]) : std::nullopt;
        return item ? std::optional(*item + "[]") : std::nullopt;
    }
    auto known = std::ranges::find(KnownTypes, type.kind, &KnownType::kind);
    if (known == KnownTypes.end()) return std::nullopt;
    if (sql::is_timestamp(type) && type.precision > TimePrecisionMax) return std::nullopt;
    return std::string(known->name);
}

std::string selected(const std::string& column, const std::string& type_there,
                     const sql::Type& type) {
    std::string wanted = *database_type(type);
    bool is_text = sql::is_text(type) && is_text_there(type_there);
    std::string value =
        is_text || type_there == wanted ? column : fmt::format("{}::{}", column, wanted);
    // Numbers of any length are read as text.
    bool is_array = type.kind == TypeKind::Array;
    bool is_decimal = (is_array ? type.parts[0] : type).kind == TypeKind::Decimal;
    return is_decimal ? value + (is_array ? "::text[]" : "::text") : value;
}

}  // namespace tarn::connectors
