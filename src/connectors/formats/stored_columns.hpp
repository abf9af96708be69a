// Which columns of a table connectors have to do with: those that are stored, not those that are
// computed of others.
#pragma once

#include "sql/expressions/evaluate.hpp"
#include "sql/stream/stream_plan.hpp"

namespace tarn::connectors {

using StoredColumns = std::vector<sql::TableColumn>;

// The key of a metadata column; nothing for a physical one.
std::optional<std::string> metadata_key(const sql::TableColumn& column);

StoredColumns physical_columns(const sql::Table& table);

// What is to be read, in the order in which it is asked for.
StoredColumns asked_columns(const sql::stream::TableSource& source);

// The same, with no other fields in rows than those that are read: less to decode. What is asked
// for has the others, which may hold anything.
StoredColumns decoded_columns(const sql::stream::TableSource& source);

// What the rows of a sink are made of: physical columns and metadata that is not virtual.
StoredColumns written_columns(const sql::Table& table);

// The same where there is no place for metadata: throws InvalidInput when there is some to write.
StoredColumns plain_columns(const sql::StoredTable& table);

// "default_catalog.default_database.trades", for messages.
std::string name_of(const sql::StoredTable& table);

// Rows as Arrow has them, and back.
std::shared_ptr<arrow::Schema> schema_of(const StoredColumns& columns);
std::shared_ptr<arrow::RecordBatch> record_batch(const std::shared_ptr<arrow::Schema>& schema,
                                                 const sql::Batch& rows);

}  // namespace tarn::connectors
