// Deleted rows to the files that say so: position deletes in tables of version 2, deletion vectors
// in version 3, where a data file has one vector at most. Equality deletes are written only by
// those who ask for them: few engines read them well.
#pragma once

#include <arrow/record_batch.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/random.hpp"
#include "iceberg/format/position_bitmap.hpp"
#include "iceberg/format/table_metadata.hpp"
#include "iceberg/write/partitioned_files.hpp"

namespace tarn::iceberg {

// Rows of one data file.
struct DeletedRows {
    // Exactly as manifests name it.
    std::string data_file;
    int32_t spec_id = 0;
    PartitionValues partition = {};
    PositionBitmap positions = {};
    // The vector that the file has already: what it deletes stays deleted, and the new one takes
    // its place.
    std::optional<DataFile> vector = {};
};

struct WrittenDeletes {
    std::vector<DataFile> added;
    // To be taken out by the same commit.
    std::vector<DataFile> replaced;
};

// Files without a deleted row are left out. When it throws, nothing is left behind. Throws Corrupt
// for an old vector that cannot be read, InvalidInput for one in a table of version 2.
WrittenDeletes write_position_deletes(const TableMetadata& table, const TableFiles& files,
                                      Random& random, const std::vector<DeletedRows>& deleted);

// What a deletion vector says, read from where its manifest entry says that it lies.
PositionBitmap read_deletion_vector(const TableFiles& files, const DataFile& vector);

// Deletes whatever row, committed before, has the values of a key.
class EqualityDeleteWriter {
public:
    // Throws InvalidInput when the table is partitioned by anything else than these columns: it
    // would not be known in which partition the rows are.
    EqualityDeleteWriter(const TableMetadata& table, const TableFiles& files, Random& random,
                         const std::vector<int32_t>& equality_ids, WriteLimits limits = {});

    // The key columns, and no others.
    void append(const arrow::RecordBatch& keys) { files_.append(keys); }
    WrittenFiles finish() { return files_.finish(); }
    void abort() noexcept { files_.abort(); }

private:
    PartitionedFiles files_;
};

}  // namespace tarn::iceberg
