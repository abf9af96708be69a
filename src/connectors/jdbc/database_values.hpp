// How values of Flink's types stand in PostgreSQL: which of its types has them, their bytes in what
// it sends, and their text for what is sent to it.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/jdbc/database_connection.hpp"
#include "sql/values/column.hpp"

namespace tarn::connectors {

// As PostgreSQL itself calls the type: "integer", "timestamp without time zone", "text[]". Nothing
// for a type that it does not have.
std::optional<std::string> database_type(const sql::Type& type);

// What is selected so that column_of() can read it, of a column that has this type there.
std::string selected(const std::string& column, const std::string& type_there,
                     const sql::Type& type);

// The values of a column of the answer. Throws InvalidInput for one that the type does not have.
sql::Column column_of(const DatabaseRows& rows, size_t column, const sql::Type& type);

// Of so many rows; nothing for NULL.
TextValues texts_of(const sql::Column& column, int64_t rows, const sql::Type& type);

// '{1,NULL,"a b"}'
std::string array_text(std::span<const std::optional<std::string>> values);

}  // namespace tarn::connectors
