// What tables and views are called: a namespace of one or more levels, and a name in it. With it
// what is said of both in all catalogs.
#pragma once

#include <compare>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace tarn::iceberg {

// "lakehouse", or "prod", "sales": from the outermost level in.
using Namespace = std::vector<std::string>;

struct TableName {
    Namespace space;
    std::string name;

    auto operator<=>(const TableName&) const = default;
};

enum class EntryKind { Table, View };

using Properties = std::map<std::string, std::string>;

// "prod.sales", "prod.sales.orders".
std::string to_text(const Namespace& space);
std::string to_text(const TableName& name);
// What stands between the separators: one level where there is none.
Namespace split_levels(std::string_view text, char separator);
// The levels between the dots; none for an empty text.
Namespace parse_namespace(std::string_view text);

inline constexpr size_t NamespaceLevelsMax = 16;
inline constexpr size_t NameBytesMax = 200;

// Throw InvalidInput for what cannot be a name here: empty parts, dots (they join the levels where
// names are kept), slashes, control characters, and what is too long.
void check_name(const Namespace& space);
void check_name(const TableName& name);

}  // namespace tarn::iceberg
