// The table of a ClickHouse that rows are to go to: whether it has their columns, and, where rows
// have a key, whether it keeps the last row of each.
#pragma once

#include "connectors/clickhouse/clickhouse_server.hpp"
#include "connectors/formats/stored_columns.hpp"

namespace tarn::connectors {

// The INSERT of rows of such a table, without the rows. Throws InvalidInput when they do not fit.
std::string clickhouse_insert(ClickHouseServer& server, const sql::StoredTable& table,
                              const sql::Options& options);

}  // namespace tarn::connectors
