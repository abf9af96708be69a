#include "iceberg/table/conflicts.hpp"

#include <algorithm>
#include <set>

#include "base/error.hpp"
#include "iceberg/catalog/stored_manifests.hpp"
#include "iceberg/format/reserved_fields.hpp"
#include "iceberg/table/ancestry.hpp"

namespace tarn::iceberg {
namespace {

using Paths = std::set<std::string, std::less<>>;

template <typename... Args>
[[noreturn]] void refuse(fmt::format_string<Args...> text, Args&&... args) {
    throw Error(ErrorCode::Conflict, "{}", fmt::format(text, std::forward<Args>(args)...))
        .with_hint("read the table as it is now and make the change again");
}

bool is_in_unpartitioned_spec(const DataFile& file, const TableMetadata& table) {
    const PartitionSpec* spec = table.find_spec(file.spec_id);
    return spec && spec->is_unpartitioned();
}

// Position deletes that do not name their data file have its path within their bounds.
bool may_refer_to(const DataFile& deletes, const std::string& path) {
    if (deletes.referenced_data_file) return *deletes.referenced_data_file == path;
    auto lowest = deletes.metrics.lower_bounds.find(reserved::DeletePath);
    auto highest = deletes.metrics.upper_bounds.find(reserved::DeletePath);
    const ColumnMetrics& metrics = deletes.metrics;
    return (lowest == metrics.lower_bounds.end() || as_text(lowest->second) <= path) &&
           (highest == metrics.upper_bounds.end() || as_text(highest->second) >= path);
}

class ConflictCheck {
public:
    ConflictCheck(const FileChanges& changes, const TableMetadata& table, const SnapshotPtr& head,
                  const ChangeContext& context)
        : changes_(changes),
          rules_(*changes.conflicts),
          table_(table),
          context_(context),
          since_(snapshots_since(table, head, rules_.since)) {}

    void run() const {
        if (!changes_.is_rewrite) {
            if (rules_.isolation == Isolation::Serializable) check_added_data();
            check_added_deletes();
        }
        if (!changes_.removed.empty()) check_deletes_of_removed();
        check_required();
    }

private:
    using Visit = std::function<void(const DataFile& file)>;

    // The entries of one status that snapshots with one of these operations have made.
    void each(std::initializer_list<std::string_view> operations, ManifestContent content,
              EntryStatus status, const Visit& visit) const {
        for (const SnapshotPtr& snapshot : since_) {
            if (std::ranges::find(operations, snapshot->operation()) == operations.end()) continue;
            for (const ManifestFile& manifest : *context_.lists.of(*snapshot)) {
                bool is_wanted = manifest.content == content &&
                                 manifest.added_snapshot_id == snapshot->id &&
                                 (status == EntryStatus::Added ? manifest.has_added_files()
                                                               : manifest.has_deleted_files());
                if (is_wanted) each_entry(manifest, snapshot->id, status, visit);
            }
        }
    }

    void each_entry(const ManifestFile& manifest, SnapshotId snapshot, EntryStatus status,
                    const Visit& visit) const {
        StoredManifest stored(context_.files, manifest, partition_type_of(manifest, table_));
        stored.each([&](const ManifestEntries& entries, int64_t i) {
            if (entries.status(i) == status && entries.snapshot_id(i) == snapshot) {
                visit(entries.file(i));
            }
        });
    }

    bool is_concerned(const DataFile& file) const {
        bool is_global =
            file.content == FileContent::EqualityDeletes && is_in_unpartitioned_spec(file, table_);
        if (is_global) return true;
        // Of partitions of another spec nobody can say whether they overlap.
        auto has_its_spec = [&](const PartitionKey& key) { return key.spec_id == file.spec_id; };
        bool is_elsewhere = !rules_.partitions.empty() &&
                            std::ranges::all_of(rules_.partitions.keys(), has_its_spec) &&
                            !rules_.partitions.contains(PartitionKey::of(file));
        if (is_elsewhere) return false;
        // The metrics of deletes are not those of the rows that they delete.
        bool can_ask = rules_.concerns && file.content == FileContent::Data;
        return !can_ask || rules_.concerns(file) != Match::None;
    }

    void check_added_data() const {
        each({"append", "overwrite"}, ManifestContent::Data, EntryStatus::Added,
             [&](const DataFile& file) {
                 if (is_concerned(file)) refuse("{} was added meanwhile", file.path);
             });
    }

    void check_added_deletes() const {
        each({"overwrite", "delete"}, ManifestContent::Deletes, EntryStatus::Added,
             [&](const DataFile& file) {
                 if (is_concerned(file)) refuse("the deletes {} came meanwhile", file.path);
             });
    }

    // Deletes of rows that are being written elsewhere would be lost.
    void check_deletes_of_removed() const {
        each({"overwrite", "delete"}, ManifestContent::Deletes, EntryStatus::Added,
             [&](const DataFile& deletes) {
                 for (const DataFile& removed : changes_.removed) {
                     if (removed.content == FileContent::Data && applies_to(deletes, removed)) {
                         refuse("rows of {} were deleted meanwhile by {}", removed.path,
                                deletes.path);
                     }
                 }
             });
    }

    bool applies_to(const DataFile& deletes, const DataFile& data) const {
        bool is_same_partition = deletes.spec_id == data.spec_id &&
                                 std::ranges::equal(deletes.partition, data.partition, is_same);
        if (deletes.content == FileContent::PositionDeletes) {
            return is_same_partition && may_refer_to(deletes, data.path);
        }
        // They go on to apply to rows that are written as old as they were.
        if (changes_.sequence_number) return false;
        return is_same_partition || is_in_unpartitioned_spec(deletes, table_);
    }

    void check_required() const {
        Paths required(changes_.required_files.begin(), changes_.required_files.end());
        for (const DataFile& file : changes_.added) {
            if (file.referenced_data_file) required.insert(*file.referenced_data_file);
        }
        if (required.empty()) return;
        each({"overwrite", "delete", "replace"}, ManifestContent::Data, EntryStatus::Deleted,
             [&](const DataFile& file) {
                 if (required.contains(file.path)) {
                     refuse("{}, whose rows are being deleted, was removed meanwhile", file.path);
                 }
             });
    }

    const FileChanges& changes_;
    const ConflictRules& rules_;
    const TableMetadata& table_;
    const ChangeContext& context_;
    std::vector<SnapshotPtr> since_;
};

}  // namespace

void check_conflicts(const FileChanges& changes, const TableMetadata& table,
                     const SnapshotPtr& head, const ChangeContext& context) {
    if (changes.conflicts) ConflictCheck(changes, table, head, context).run();
}

void check_single_vectors(const FileChanges& changes, const std::vector<ManifestFile>& manifests,
                          const TableMetadata& table, const ChangeContext& context) {
    Paths with_vector;
    PartitionSet partitions;
    for (const DataFile& file : changes.added) {
        if (!file.is_deletion_vector()) continue;
        with_vector.insert(*file.referenced_data_file);
        partitions.insert(PartitionKey::of(file));
    }
    if (with_vector.empty()) return;
    for (const ManifestFile& manifest : manifests) {
        if (manifest.content != ManifestContent::Deletes || !manifest.has_live_files()) continue;
        Type partition = partition_type_of(manifest, table);
        if (!partitions.may_be_in(manifest, partition)) continue;
        StoredManifest stored(context.files, manifest, partition,
                              ManifestColumns::without_metrics());
        stored.each([&](const ManifestEntries& entries, int64_t i) {
            if (!entries.is_live(i) || entries.format(i) != FileFormat::Puffin) return;
            auto path = entries.referenced_data_file(i);
            if (path && with_vector.contains(*path)) {
                refuse("{} has a deletion vector already", *path);
            }
        });
    }
}

}  // namespace tarn::iceberg
