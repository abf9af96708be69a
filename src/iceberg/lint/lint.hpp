// Reads a whole table, from its metadata file down to the footers of its data files, and says where
// it is not as every reader wants it. Nothing that it meets makes it throw: what cannot be read is
// a finding too.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "iceberg/lint/findings.hpp"
#include "storage/file.hpp"

namespace tarn::iceberg {

// Opens a file by the full location that metadata has for it. Throws as FileSystem does.
using OpenLocation = std::function<std::unique_ptr<storage::Reader>(const std::string& location)>;

struct LintOptions {
    // Otherwise only what metadata and manifests say of them is looked at.
    bool opens_data_files = true;
};

struct LintReport {
    LintFindings findings;
    int64_t snapshot_count = 0;
    int64_t manifest_count = 0;
    // Data files and delete files that were looked at, each once.
    int64_t file_count = 0;

    bool has_errors() const;
    bool is_clean() const { return findings.kept().empty(); }
};

LintReport lint(const std::string& metadata_location, const OpenLocation& open,
                LintOptions options = {});

// "12 exact-sizes: file:///t/metadata/m0.avro: …", one line for each finding; for tests and people.
std::string to_text(const LintReport& report);

}  // namespace tarn::iceberg
