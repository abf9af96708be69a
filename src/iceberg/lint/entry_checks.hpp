// The rules about one entry of a manifest: its numbers, its bounds, what kind of file it is.
#pragma once

#include "iceberg/format/data_file.hpp"
#include "iceberg/format/manifest_file.hpp"
#include "iceberg/format/table_metadata.hpp"
#include "iceberg/lint/findings.hpp"

namespace tarn::iceberg {

struct EntryCase {
    const ManifestFile& manifest;
    const ManifestEntry& entry;
    const TableMetadata& table;
};

void check_entry(const EntryCase& subject, LintFindings& findings);

}  // namespace tarn::iceberg
