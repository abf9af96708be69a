// The types of values in Flink SQL, with what a column may not be: NULL. A type is a small value;
// types are equal when all of it is, down to the fields of rows.
#pragma once

#include <string>
#include <vector>

#include "sql/syntax/names.hpp"

namespace tarn::sql {

enum class TypeKind {
    Null,  // of a bare NULL, before anything says what it is
    Boolean,
    TinyInt,
    SmallInt,
    Int,
    BigInt,
    Float,
    Double,
    Decimal,
    Char,
    VarChar,  // STRING is the longest
    Binary,
    VarBinary,  // BYTES is the longest
    Date,
    Time,
    Timestamp,     // what a clock on some wall shows
    TimestampLtz,  // a moment, shown in the zone of the session
    IntervalMonths,
    IntervalMillis,
    Array,
    Multiset,
    Map,
    Row
};

struct Type {
    struct Field;

    static constexpr int LengthMax = 2'147'483'647;
    static constexpr int DecimalPrecisionMax = 38;
    static constexpr int TimePrecisionMax = 9;

    TypeKind kind = TypeKind::Null;
    bool is_nullable = true;
    int precision = 0;          // of decimals and times; the length of texts and bytes
    int scale = 0;              // of decimals
    std::vector<Type> parts;    // of arrays and multisets one, of maps key and value
    std::vector<Field> fields;  // of rows

    bool operator==(const Type&) const;

    Type or_null(bool nullable = true) const;
    Type not_null() const;
};

struct Type::Field {
    std::string name;
    Type type;

    bool operator==(const Field&) const = default;
};

inline Type Type::not_null() const {
    return or_null(false);
}

Type simple_type(TypeKind kind);
Type type_with(TypeKind kind, int precision, int scale = 0);
Type decimal_type(int precision, int scale);
Type string_type();

bool is_integer(const Type& type);
bool is_approximate(const Type& type);  // FLOAT and DOUBLE
bool is_numeric(const Type& type);
bool is_text(const Type& type);
bool is_bytes(const Type& type);
bool is_timestamp(const Type& type);  // with and without a zone
bool is_interval(const Type& type);

// The type that a name in a statement stands for. Throws SqlError for what is none of Flink's, and
// for sizes that it does not have.
Type type_of(const TypeName& name);

// As Flink prints it: DECIMAL(10, 2) NOT NULL.
std::string text_of(const Type& type);

}  // namespace tarn::sql
