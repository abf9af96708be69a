// A table as CREATE TABLE declares it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sql/expressions/bound.hpp"

namespace tarn::sql {

// Read and written as it is.
struct Physical {};

// Of the values of other columns, never written.
struct Computed {
    Bound value;  // over the table's physical and metadata columns, in their order
};

// What the connector knows of a row besides its values.
struct Metadata {
    std::string key;  // of the connector: "timestamp"
    bool is_virtual;  // never written
};

struct TableColumn {
    std::string name;
    Type type;
    std::variant<Physical, Computed, Metadata> kind;
};

// Whether the connector brings it, rather than other columns.
inline bool is_stored(const TableColumn& column) {
    return !std::holds_alternative<Computed>(column.kind);
}

// Whether INSERT gives it.
inline bool is_written(const TableColumn& column) {
    const auto* metadata = std::get_if<Metadata>(&column.kind);
    return is_stored(column) && !(metadata && metadata->is_virtual);
}

struct TableWatermark {
    std::string column;
    Bound value;  // over all columns, in their order
};

struct Table {
    std::vector<TableColumn> columns;
    std::optional<TableWatermark> watermark;
    std::vector<std::string> primary_key;
    std::vector<std::string> partitioned_by;
};

}  // namespace tarn::sql
