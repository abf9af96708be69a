#include "iceberg/table/file_changes.hpp"

#include <algorithm>
#include <set>

#include "base/error.hpp"
#include "iceberg/format/arrow_values.hpp"

namespace tarn::iceberg {
namespace {

bool is_data(const DataFile& file) {
    return file.content == FileContent::Data;
}

template <typename... Args>
[[noreturn]] void refuse(const DataFile& file, fmt::format_string<Args...> text, Args&&... args) {
    throw Error(ErrorCode::InvalidInput, "{}: {}", file.path,
                fmt::format(text, std::forward<Args>(args)...));
}

void check_partition(const DataFile& file, const TableMetadata& table) {
    const PartitionSpec* spec = table.find_spec(file.spec_id);
    if (!spec) refuse(file, "the table has no partition spec {}", file.spec_id);
    Type partition = spec->partition_type(*schema_of(*spec, table));
    if (file.partition.size() != partition.fields.size()) {
        refuse(file, "it has {} partition values, the spec {}", file.partition.size(),
               partition.fields.size());
    }
    for (size_t i = 0; i < file.partition.size(); ++i) {
        const Field& field = partition.fields[i];
        if (file.partition[i] && !is_of(*file.partition[i], field.type)) {
            refuse(file, "partition field '{}' is of type {}", field.name, to_text(field.type));
        }
    }
}

void check_deletes(const DataFile& file, int version) {
    if (version < 2) refuse(file, "tables of version 1 have no delete files");
    if (file.content == FileContent::EqualityDeletes) {
        if (file.equality_ids.empty()) refuse(file, "equality deletes without their columns");
        return;
    }
    if (!file.is_deletion_vector()) {
        if (version < 3) return;
        refuse(file, "tables of version 3 delete rows by deletion vectors");
    }
    if (version < 3) refuse(file, "deletion vectors need format version 3");
    if (!file.referenced_data_file || !file.content_offset || !file.content_bytes) {
        refuse(file, "a deletion vector must say whose it is and where");
    }
}

}  // namespace

FileChanges append(std::vector<DataFile> files) {
    return {.added = std::move(files)};
}

FileChanges fast_append(std::vector<DataFile> files) {
    return {.added = std::move(files), .is_fast = true};
}

FileChanges row_delta(std::vector<DataFile> rows, std::vector<DataFile> deletes,
                      ConflictRules rules) {
    FileChanges changes{.added = std::move(rows), .conflicts = std::move(rules)};
    std::ranges::move(deletes, std::back_inserter(changes.added));
    return changes;
}

FileChanges overwrite_partitions(std::vector<DataFile> files, std::optional<ConflictRules> rules) {
    FileChanges changes{.added = std::move(files), .conflicts = std::move(rules)};
    for (const DataFile& file : changes.added) {
        changes.removed_partitions.insert(PartitionKey::of(file));
    }
    if (changes.conflicts && changes.conflicts->partitions.empty()) {
        changes.conflicts->partitions = changes.removed_partitions;
    }
    // By this, others know that it can be picked for another branch.
    changes.summary["replace-partitions"] = "true";
    return changes;
}

FileChanges overwrite_where(FileMatch match, std::vector<DataFile> files,
                            std::optional<ConflictRules> rules) {
    FileChanges changes{.added = std::move(files), .conflicts = std::move(rules)};
    if (changes.conflicts && !changes.conflicts->concerns) changes.conflicts->concerns = match;
    changes.removed_where = std::move(match);
    return changes;
}

FileChanges overwrite_files(std::vector<DataFile> removed, std::vector<DataFile> files,
                            ConflictRules rules) {
    return {
        .added = std::move(files), .removed = std::move(removed), .conflicts = std::move(rules)};
}

FileChanges delete_files(std::vector<DataFile> removed) {
    return {.removed = std::move(removed)};
}

FileChanges delete_where(FileMatch match) {
    return {.removed_where = std::move(match)};
}

FileChanges rewrite_files(std::vector<DataFile> removed, std::vector<DataFile> files,
                          const Snapshot& read_from) {
    return {.added = std::move(files),
            .sequence_number = read_from.sequence_number,
            .removed = std::move(removed),
            .is_rewrite = true,
            .conflicts = ConflictRules{.since = read_from.id, .isolation = Isolation::Snapshot}};
}

FileChanges rewrite_manifests() {
    return {.is_rewrite = true, .rewrites_manifests = true};
}

std::string operation_of(const FileChanges& changes) {
    if (changes.is_rewrite) return "replace";
    bool adds_data = std::ranges::any_of(changes.added, is_data);
    bool adds_deletes = !std::ranges::all_of(changes.added, is_data);
    bool removes = !changes.removed.empty() || !changes.removed_partitions.empty() ||
                   changes.removed_where != nullptr;
    if (adds_data) return adds_deletes || removes ? "overwrite" : "append";
    return adds_deletes || removes ? "delete" : "append";
}

std::string identity_of(const DataFile& file) {
    if (!file.is_deletion_vector()) return file.path;
    return fmt::format("{}#{}", file.path, file.content_offset.value_or(0));
}

void check_files(const FileChanges& changes, const TableMetadata& table) {
    std::set<std::string> added;
    std::set<std::string> with_vector;
    for (const DataFile& file : changes.added) {
        if (file.path.empty()) throw Error(ErrorCode::InvalidInput, "a file without its path");
        if (!added.insert(identity_of(file)).second) refuse(file, "it is added twice");
        check_partition(file, table);
        if (!is_data(file)) check_deletes(file, table.format_version);
        if (file.is_deletion_vector() && !with_vector.insert(*file.referenced_data_file).second) {
            refuse(file, "{} has two deletion vectors", *file.referenced_data_file);
        }
    }
    for (const DataFile& file : changes.removed) {
        if (added.contains(identity_of(file))) refuse(file, "it is both added and removed");
    }
}

}  // namespace tarn::iceberg
