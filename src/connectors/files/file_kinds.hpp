// The formats of whole files; file_format.cpp chooses among them.
#pragma once

#include "connectors/files/file_format.hpp"

namespace tarn::connectors {

// Any format of records, one behind the other. Throws InvalidInput for one that does not run yet.
FileFormatPtr record_file_format(const sql::Options& options);
FileFormatPtr parquet_file_format(const sql::Options& options);
FileFormatPtr avro_file_format(const sql::Options& options);

}  // namespace tarn::connectors
