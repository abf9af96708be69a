// The rules about the schema of a Parquet file, node by node beside the table's.
#pragma once

#include <string>

#include "iceberg/format/table_metadata.hpp"
#include "iceberg/lint/findings.hpp"

namespace parquet {
class SchemaDescriptor;
}  // namespace parquet

namespace tarn::iceberg {

struct ParquetSchemaCase {
    const TableMetadata& table;
    // What the file was written with; null when nobody knows any more.
    SchemaPtr schema;
    const std::string& place;
    // Files that were imported have no ids; the table finds their columns by name.
    bool is_mapped_by_name = false;
    // Equality deletes hold only what they compare.
    bool has_all_columns = true;
};

void check_parquet_schema(const ParquetSchemaCase& subject, const parquet::SchemaDescriptor& file,
                          LintFindings& findings);

// Of position deletes: `file_path` and `pos`, required and with their ids.
void check_delete_columns(const ParquetSchemaCase& subject, const parquet::SchemaDescriptor& file,
                          LintFindings& findings);

}  // namespace tarn::iceberg
