// A table as CREATE TABLE says it, and as a catalog keeps it: one as the other.
#pragma once

#include "iceberg/catalog/any_catalog.hpp"
#include "sql/catalog/catalog.hpp"

namespace tarn::connectors {

// What belongs to jobs, and is no option of a table: how far each has come. See EpochCommit.
inline constexpr std::string_view EpochProperty = "tarn.epoch.";

// What is to be made. Columns with all that SQL says of them, the primary key as identifier fields,
// options as properties. Throws InvalidInput for what an Iceberg table cannot have: computed
// columns, a watermark, types that it does not know.
iceberg::CreateTable create_request(const sql::StoredTable& table, iceberg::TableName name);

// The statement that would make it. Throws InvalidInput for columns of types that SQL does not
// have.
sql::CreateTable definition_of(const sql::ObjectPath& path, const iceberg::TableMetadata& table);

sql::StoredTable stored_table(const sql::ObjectPath& path, const iceberg::TableMetadata& table);

}  // namespace tarn::connectors
