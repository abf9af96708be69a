// What comes out of decoding text row by row: the rows that were good, and for each record that was
// not, which it was and why. Trouble with a record is data, for the dead letters, not an exception.
#pragma once

#include <arrow/record_batch.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace tarn::columns {

struct RowError {
    int64_t record;  // counted from 0 since the last finish(), blank lines included
    int64_t begin;   // its bytes, counted likewise over all that was appended
    int64_t end;
    std::string reason;  // "price: "abc" is no double"

    bool operator==(const RowError&) const = default;
};

struct DecodedRows {
    std::shared_ptr<arrow::RecordBatch> batch;
    // For each row of the batch the record it came from.
    std::vector<int64_t> record_of_row;
    std::vector<RowError> errors;
    // Cells that are null because their value was wrong for the column.
    int64_t nulled_cells = 0;
};

}  // namespace tarn::columns
