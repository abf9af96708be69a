// Rows of a table to new data files. It is given the table as it was when writing began: files keep
// that schema and that partition spec, whatever is committed meanwhile.
//
//     DataFileWriter writer(table, files, random);
//     writer.append(rows);
//     commit(writer.finish());
//
// A writer that is destroyed before finish(), or told to abort(), removes what it has written. A
// crash leaves files that nobody names, never half of one under its name.
#pragma once

#include <arrow/record_batch.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "base/random.hpp"
#include "iceberg/format/table_metadata.hpp"
#include "iceberg/write/partitioned_files.hpp"

namespace tarn::iceberg {

struct DataFileOptions {
    WriteLimits limits = {};
    // Whether the rows of each file are sorted by the order of the table. A table asks for it by
    // `write.distribution-mode=range`.
    enum class Sorting { AsTableAsks, Always, Never } sorting = Sorting::AsTableAsks;
    // Unless it is as the table says.
    std::optional<int64_t> file_bytes_target = {};
    // Rows were in the table before and bring `_row_id` and `_last_updated_sequence_number`.
    bool keeps_lineage = false;
    // Of sorted files, too, it can be told where each row came to lie; 8 bytes of memory for each.
    bool keeps_places = false;
};

class DataFileWriter {
public:
    // `files` outlives this. Throws InvalidInput for a table that cannot be written: by an option
    // that makes no sense, a type that is only kept, or a partition transform that is not known.
    DataFileWriter(const TableMetadata& table, const TableFiles& files, Random& random,
                   DataFileOptions options = {});

    // Columns are found by name; see RowShape for what is refused. When it throws, nothing of the
    // batch has been taken unless the disk failed, and then the writer is to be given up.
    void append(const arrow::RecordBatch& rows) { files_.append(rows); }
    // The same, and where each row came to lie. Sorted files must keep their places.
    std::vector<RowPlace> append_and_place(const arrow::RecordBatch& rows);

    int64_t row_count() const { return files_.row_count(); }

    // Nothing is written for a partition without rows. Rows that are appended later go to new
    // files, so that one writer serves commit after commit.
    WrittenFiles finish() { return files_.finish(); }
    void abort() noexcept { files_.abort(); }

private:
    PartitionedFiles files_;
};

}  // namespace tarn::iceberg
