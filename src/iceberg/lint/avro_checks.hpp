// The rules about the headers of manifests and manifest lists: their codec, and a schema that is
// compared with the one that Tarn itself would have written.
#pragma once

#include <cstddef>
#include <map>
#include <string>

#include "iceberg/format/table_metadata.hpp"
#include "iceberg/lint/findings.hpp"

namespace tarn::iceberg {

// What a container file says before its first block.
struct AvroHeader {
    std::string schema;
    std::map<std::string, std::string> metadata;

    // "format-version", or else of the table.
    int format_version(const TableMetadata& table) const;
};

void check_manifest_list_header(const AvroHeader& header, const TableMetadata& table,
                                const std::string& place, LintFindings& findings);

void check_manifest_header(const AvroHeader& header, const TableMetadata& table,
                           const PartitionSpec& spec, const std::string& place,
                           LintFindings& findings);

}  // namespace tarn::iceberg
