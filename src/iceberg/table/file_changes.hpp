// What a change does to the files of a table: which it adds, which it takes away, and what others
// may not have done meanwhile for it to be right. The functions below describe the usual ones; the
// files themselves are written already.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "iceberg/format/data_file.hpp"
#include "iceberg/table/partition_key.hpp"

namespace tarn::iceberg {

// Whether a condition on rows holds for none of a file's rows, perhaps for some, or surely for all.
enum class Match { None, Some, All };
using FileMatch = std::function<Match(const DataFile&)>;

// Snapshot: what was read may have had rows added to it meanwhile. Serializable: it may not.
enum class Isolation { Snapshot, Serializable };

struct ConflictRules {
    // The snapshot that the change was made from; nothing where the table had none. What came after
    // it is looked at.
    std::optional<SnapshotId> since = {};
    Isolation isolation = Isolation::Serializable;
    // Which files the change depends on: those in these partitions (all when there is none), and of
    // them those where the condition may hold.
    PartitionSet partitions = {};
    FileMatch concerns = {};
};

struct FileChanges {
    std::vector<DataFile> added = {};
    // How old the rows of added data files are, where they were in the table before: the sequence
    // number of the snapshot that they were read from. Newer equality deletes apply to them then.
    std::optional<int64_t> sequence_number = {};
    // Each must be there, as manifests have it.
    std::vector<DataFile> removed = {};
    // All data and deletes of these partitions.
    PartitionSet removed_partitions = {};
    // Data files of which all rows match. A file of which only some may is refused.
    FileMatch removed_where = {};
    // The rows are the same before and after.
    bool is_rewrite = false;
    // Paths of data files that must not be taken away meanwhile, beside those that added deletes
    // refer to.
    std::vector<std::string> required_files = {};
    // Nothing: others may have done anything.
    std::optional<ConflictRules> conflicts = {};
    // Beside what is counted.
    std::map<std::string, std::string> summary = {};
    // Begins at the main branch's snapshot when it is not there.
    std::string branch = std::string(MainBranch);
    // Write, audit, publish: the snapshot is made under this name, and no branch shows it until it
    // is published. The table must have `write.wap.enabled`.
    std::string wap_id = {};
    // Leaves all manifests as they are.
    bool is_fast = false;
    // Makes fewer manifests of all there are, with the files of a partition next to each other.
    bool rewrites_manifests = false;
};

FileChanges append(std::vector<DataFile> files);
FileChanges fast_append(std::vector<DataFile> files);
// Rows that come, and deletes of rows that go.
FileChanges row_delta(std::vector<DataFile> rows, std::vector<DataFile> deletes,
                      ConflictRules rules);
// The partitions of the files lose what they had before.
FileChanges overwrite_partitions(std::vector<DataFile> files,
                                 std::optional<ConflictRules> rules = std::nullopt);
// Every row of the condition goes, the files come.
FileChanges overwrite_where(FileMatch match, std::vector<DataFile> files,
                            std::optional<ConflictRules> rules = std::nullopt);
FileChanges overwrite_files(std::vector<DataFile> removed, std::vector<DataFile> files,
                            ConflictRules rules);
FileChanges delete_files(std::vector<DataFile> removed);
FileChanges delete_where(FileMatch match);
// The same rows in other files, as they were in a snapshot: compaction.
FileChanges rewrite_files(std::vector<DataFile> removed, std::vector<DataFile> files,
                          const Snapshot& read_from);

// The same files in fewer manifests.
FileChanges rewrite_manifests();

// "append", "replace", "overwrite" or "delete".
std::string operation_of(const FileChanges& changes);

// What tells two files of a table apart: a Puffin file has many deletion vectors.
std::string identity_of(const DataFile& file);

// Throws InvalidInput for what the table cannot have: partitions of another spec, a file twice,
// deletes that its version does not know.
void check_files(const FileChanges& changes, const TableMetadata& table);

}  // namespace tarn::iceberg
