// Rows of one batch as records of an Avro schema: the bytes of a row alone, without what a file or
// a message puts around it.
#pragma once

#include <arrow/record_batch.h>

#include <string>
#include <vector>

#include "columns/avro_schema.hpp"

namespace tarn::columns {

class AvroEncoder {
public:
    // Columns are matched to the schema's fields by field id, or by name where one side has none,
    // and must have the types of AvroSchema::arrow_schema(). Both outlive this. Throws InvalidInput
    // for a field that the batch lacks.
    AvroEncoder(const AvroSchema& schema, const arrow::RecordBatch& batch);
    ~AvroEncoder();

    // Throws InvalidInput for a null where the schema requires a value.
    void append(std::string& out, int64_t row) const;

private:
    class ValueEncoder;

    std::string head_;  // of each row: which branch of an outermost union it is
    std::vector<ValueEncoder> fields_;
};

}  // namespace tarn::columns
