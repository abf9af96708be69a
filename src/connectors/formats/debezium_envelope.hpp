// What Debezium sends for each change of a database: the row before and after it, what kind of
// change it is, and where it is from.
//   {"before": {…}, "after": {…}, "source": {…}, "op": "u", "ts_ms": 1589362330904}
// With its schema beside it, the same is the "payload" of {"schema": …, "payload": …}.
#pragma once

#include "connectors/formats/stored_columns.hpp"

namespace tarn::connectors {

enum class WithSchema { No, Yes };

// What is to be read from JSON for these columns of a table, physical ones and metadata.
std::shared_ptr<arrow::Schema> envelope_schema(const StoredColumns& asked, WithSchema with_schema);

// A batch of that, taken apart; what no metadata column needs is null.
struct Envelopes {
    std::shared_ptr<arrow::StructArray> before;
    std::shared_ptr<arrow::StructArray> after;
    std::shared_ptr<arrow::StringArray> op;
    std::shared_ptr<arrow::MapArray> source;
    std::shared_ptr<arrow::Int64Array> ts_ms;
    std::shared_ptr<arrow::StringArray> schema;
};
Envelopes envelopes_of(const arrow::RecordBatch& batch, WithSchema with_schema);

// What an envelope tells besides its rows, by the keys of Flink's metadata columns: "source.table".
// Nothing for a key that there is not.
std::optional<sql::Type> envelope_metadata_type(std::string_view key);

// A value of that type for each envelope.
sql::Column envelope_metadata(std::string_view key, const Envelopes& envelopes);

}  // namespace tarn::connectors
