// Rows by key: each replaces the row that had its key before. What is replaced is deleted by file
// and position, be it from this commit or from an earlier one, so that readers have no values to
// compare. The key index behind it knows the rows that this writer has written; load() tells it
// those that were there before, which is how it is built anew from a scan.
//
// The index is right as long as nobody else rewrites or deletes the files it knows. When the table
// moved on otherwise, or a commit failed, make a new writer and load it.
#pragma once

#include <arrow/record_batch.h>

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "iceberg/write/data_file_writer.hpp"
#include "iceberg/write/delete_files.hpp"
#include "iceberg/write/key_index.hpp"

namespace tarn::iceberg {

struct UpsertOptions {
    WriteLimits limits = {};
    // The identifier fields of the table, unless these are given.
    std::vector<int32_t> key_ids = {};
    // About 100 bytes of memory each, and what the key itself takes.
    size_t keys_max = 20'000'000;
    // What a key means that the index does not know: either that it is new, or, where the index
    // was not loaded, that any row may have it. That takes an equality delete, which not every
    // engine reads.
    enum class UnknownKey { IsNew, MayBeStored } unknown_key = UnknownKey::IsNew;
};

// What one commit adds and takes out.
struct RowDelta {
    std::vector<DataFile> data_files;
    std::vector<DataFile> delete_files;
    // Deletion vectors that those among `delete_files` take the place of.
    std::vector<DataFile> replaced_delete_files;

    bool is_empty() const { return data_files.empty() && delete_files.empty(); }
};

class UpsertWriter {
public:
    // The table, the files and the randomness outlive this.
    UpsertWriter(const TableMetadata& table, const TableFiles& files, Random& random,
                 UpsertOptions options = {});

    // Live rows of a data file of the table: the key columns (others are passed over), and the
    // position of each row. `vector` is the deletion vector that the file has.
    void load(const DataFile& file, const arrow::RecordBatch& rows,
              const std::vector<int64_t>& positions, std::optional<DataFile> vector = {});

    void upsert(const arrow::RecordBatch& rows);
    // Deletes the rows of these keys: the key columns, and no others.
    void remove(const arrow::RecordBatch& keys);

    size_t key_count() const { return index_.size(); }

    // What there is to commit. The writer goes on from there as if it had been committed.
    RowDelta finish();

private:
    // A run of rows: of one partition, between two calls of finish(), or of a file that was loaded.
    struct Stream {
        uint32_t partition = 0;
        std::vector<DataFile> files = {};
    };

    uint32_t stream_of(uint32_t partition);
    std::vector<DeletedRows> deleted_rows();
    void forget(std::optional<KeyedRow> row);

    const TableMetadata& table_;
    const TableFiles& files_;
    Random& random_;
    SchemaPtr key_schema_;
    RowShape key_shape_;
    KeyIndex index_;
    DataFileWriter data_;
    std::optional<EqualityDeleteWriter> equality_;
    std::vector<Stream> streams_;
    std::map<std::string, uint32_t> loaded_;
    // Of the partitions that have rows which are not finished.
    std::map<uint32_t, uint32_t> open_streams_;
    std::vector<KeyedRow> deleted_;
    std::map<std::string, DataFile> vectors_;  // by data file
};

}  // namespace tarn::iceberg
