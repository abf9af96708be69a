// ALTER TABLE of a table in an Iceberg catalog: columns and properties change, files stay.
#pragma once

#include "connectors/iceberg_tables/connection.hpp"

namespace tarn::connectors {

// Everything but a new name. Throws InvalidInput for what the table cannot become, NotFound for
// columns that it has not.
void change_table(const IcebergTable& table, const sql::AlterTable& change);

}  // namespace tarn::connectors
