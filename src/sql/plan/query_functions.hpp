// Functions that only a query can compute, for they look at other rows, or at what GROUP BY has
// made: what they take, and their entries in docs/sql-functions.md.
#pragma once

#include <span>
#include <string_view>

#include "sql/types/type.hpp"

namespace tarn::sql {

// With OVER, for each row from those around it.
struct RowFunction {
    std::string_view name;
    std::string_view usage;
    std::string_view text;
    std::string_view example;
    size_t fewest;  // arguments
    size_t most;
    TypeKind type;  // Null for that of the first argument
};

std::span<const RowFunction> row_functions();
// By its name in upper case; null when there is none.
const RowFunction* find_row_function(std::string_view name);

// In a clause that has functions of its own.
struct ClauseFunction {
    std::string_view name;
    std::string_view usage;
    std::string_view text;
    std::string_view example;
};

// GROUP BY.
std::span<const ClauseFunction> group_functions();
// MATCH_RECOGNIZE.
std::span<const ClauseFunction> match_functions();

}  // namespace tarn::sql
