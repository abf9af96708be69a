// Names and types as they are written, before anybody knows what they stand for.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sql/syntax/source.hpp"

namespace tarn::sql {

struct Identifier {
    std::string text;
    Span span = {};
};

// With what it stands in: catalog, database, table; or table, column, field.
using Name = std::vector<Identifier>;

inline Span span_of(const Name& name) {
    return joined(name.front().span, name.back().span);
}

// DAY, DAY(3), DAY TO SECOND(3), YEAR TO MONTH. Words for units are in the singular.
struct IntervalUnits {
    std::string from;
    std::optional<int> precision = {};
    std::string to = {};
    std::optional<int> fraction = {};
};

// INT NOT NULL, DECIMAL(10, 2), TIMESTAMP(3) WITH LOCAL TIME ZONE, ROW<a INT, b ARRAY<STRING>>.
struct TypeName {
    struct Field;

    Span span = {};
    // As Flink prints it, in upper case: INT for INTEGER, TIMESTAMP_LTZ for TIMESTAMP WITH LOCAL
    // TIME ZONE. A name that is no type of Flink's stays as it is, in backquotes where it needs
    // them.
    std::string name = {};
    std::vector<int> sizes = {};          // precision and scale, or length
    std::vector<TypeName> parts;          // of ARRAY, MULTISET and MAP
    std::vector<Field> fields;            // of ROW
    std::vector<std::string> texts = {};  // of RAW: the class and its serializer
    std::optional<IntervalUnits> units = {};
    std::optional<bool> is_nullable = {};
};

struct TypeName::Field {
    Identifier name;
    TypeName type;
    std::optional<std::string> comment = {};
};

}  // namespace tarn::sql
