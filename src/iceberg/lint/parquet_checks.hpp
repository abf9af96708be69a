// The rules about data files and position deletes, by their footers and what manifests say of them.
#pragma once

#include <memory>
#include <set>
#include <string>

#include "iceberg/format/data_file.hpp"
#include "iceberg/format/table_metadata.hpp"
#include "iceberg/lint/findings.hpp"
#include "storage/file.hpp"

namespace tarn::iceberg {

struct ParquetCase {
    const TableMetadata& table;
    const DataFile& file;
    // What it was written with, where that is known.
    SchemaPtr schema;
    // The data files that the table has ever had, as its manifests name them.
    const std::set<std::string>& data_files;
};

// Takes the reader over. Throws what is wrong with a file that is no Parquet.
void check_parquet(const ParquetCase& subject, std::unique_ptr<storage::Reader> reader,
                   LintFindings& findings);

}  // namespace tarn::iceberg
