// Rows of a table as records of Avro, one by one, and back. What stands in front of a record, such
// as the number of its schema, is for the formats.
#pragma once

#include <functional>

#include "base/byte_reader.hpp"
#include "connectors/formats/avro_schema_of.hpp"
#include "connectors/formats/format.hpp"

namespace tarn::connectors {

// The schema that a record was written with, which lives as long as this can be asked; takes off
// the record what stands in front of its value. Throws Corrupt, NotFound or InvalidInput for a
// record that has none.
using SchemaOfRecord = std::function<const columns::AvroSchema&(ByteReader& record)>;

// Throws InvalidInput for a column that has no form in Avro.
std::unique_ptr<RowDecoder> avro_decoder(const StoredColumns& asked, TimestampMapping mapping,
                                         SchemaOfRecord schema_of_record);

struct AvroWriting {
    std::string_view format;  // for messages
    columns::AvroSchema schema;
    // What stands in front of each record of a batch.
    std::function<std::string(const columns::AvroSchema& schema)> head;
};
std::unique_ptr<RowEncoder> avro_encoder(const StoredColumns& columns, AvroWriting writing);

// The columns of rows in the types that the schema wants. Throws InvalidInput for a field that is
// none of them.
std::shared_ptr<arrow::RecordBatch> avro_batch(const sql::Batch& rows, const StoredColumns& columns,
                                               const columns::AvroSchema& schema);

// Rows of Arrow, as Avro has them, in the types of the columns.
sql::Batch from_avro(const arrow::RecordBatch& rows, const arrow::Schema& wanted);

}  // namespace tarn::connectors
