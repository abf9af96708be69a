// For tests: a type by its name in SQL.
#pragma once

#include "sql/syntax/parser.hpp"
#include "sql/types/type.hpp"

namespace tarn::sql {

inline Type named(const std::string& name) {
    Expression cast = parse_expression(Source("type", "CAST(NULL AS " + name + ")"));
    return type_of(std::get<Cast>(cast.node).type);
}

}  // namespace tarn::sql
