// The rows of groups in new files, and where each of them came to lie.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "iceberg/rewrite/compaction.hpp"
#include "iceberg/rewrite/moved_rows.hpp"
#include "iceberg/rewrite/planned_table.hpp"
#include "iceberg/scan/task_reader.hpp"
#include "iceberg/write/data_file_writer.hpp"

namespace tarn::iceberg {

// Runs of rows whose new places are remembered, in about 128 MB.
inline constexpr size_t MovedRunsMax = size_t{4} << 20;

struct CopiedGroup {
    WrittenFiles written = {};
    // Of each file of the group.
    std::vector<MovedRows> rows = {};
};

class GroupCopier {
public:
    // All outlive this.
    GroupCopier(const CommitterParts& parts, const TableName& name,
                const CompactionOptions& options, const PlannedTable& table);

    // Throws Unavailable when it is stopped, Corrupt for files that have not the rows that they
    // should. Leaves no file behind then.
    CopiedGroup copy(const FileGroup& group);

    // Not after so many runs that they were no longer counted.
    bool knows_places() const { return run_count_ <= MovedRunsMax; }

private:
    MovedRows copy_rows(ScanReader& reader, const FileTask& task, DataFileWriter& writer);
    void remember(MovedRows& rows, const arrow::Array& positions,
                  const std::vector<RowPlace>& places);
    DataFileOptions writer_options(const FileGroup& group) const;
    std::vector<Field> columns() const;
    bool has_lineage() const { return table_.metadata().format_version >= 3; }

    const CommitterParts& parts_;
    const TableName& name_;
    const CompactionOptions& options_;
    const PlannedTable& table_;
    size_t run_count_ = 0;
};

}  // namespace tarn::iceberg
