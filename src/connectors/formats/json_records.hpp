// What all formats in JSON share: options for reading and writing it, and records.
//
// Two of them have nothing to change here: keys of our maps are never NULL (map-null-key.*), and a
// DECIMAL is always written without an exponent, which is the same number.
#pragma once

#include "columns/json_options.hpp"
#include "columns/json_writer.hpp"
#include "connectors/formats/format.hpp"
#include "connectors/formats/option_values.hpp"

namespace tarn::connectors {

columns::JsonOptions json_reading(const OptionValues& options);
columns::JsonWriterOptions json_writing(const OptionValues& options);

// An object for each row.
EncodedRecords json_records(const arrow::RecordBatch& rows,
                            const columns::JsonWriterOptions& options);

}  // namespace tarn::connectors
