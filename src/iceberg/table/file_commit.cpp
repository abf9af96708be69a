#include "iceberg/table/file_commit.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "base/ids.hpp"
#include "iceberg/format/manifest_list.hpp"
#include "iceberg/table/change_summary.hpp"
#include "iceberg/table/conflicts.hpp"

namespace tarn::iceberg {
namespace {

// Null for a table without snapshots.
SnapshotPtr head_of(const std::string& branch, const TableMetadata& table) {
    const SnapshotRef* ref = table.find_ref(branch);
    if (!ref) return table.current_snapshot();
    if (ref->kind == RefKind::Tag) {
        throw Error(ErrorCode::InvalidInput, "'{}' is a tag; only branches are committed to",
                    branch);
    }
    return table.find_snapshot(ref->snapshot_id);
}

std::set<std::string> used_by(const std::string& list, const std::vector<ManifestFile>& manifests) {
    std::set<std::string> used = {list};
    for (const ManifestFile& manifest : manifests) used.insert(manifest.path);
    return used;
}

void check_staging(const FileChanges& changes, const TableMetadata& table) {
    if (changes.wap_id.empty()) return;
    if (table.property("write.wap.enabled", "false") != "true") {
        throw Error(ErrorCode::InvalidInput, "the table takes no staged changes")
            .with_hint("set its property write.wap.enabled to true");
    }
    if (changes.branch != MainBranch) {
        throw Error(ErrorCode::InvalidInput, "a staged change goes to no branch, not to '{}'",
                    changes.branch);
    }
}

}  // namespace

FileCommit::FileCommit(FileChanges changes) : changes_(std::move(changes)) {
    for (const DataFile& file : changes_.removed) {
        (file.content == FileContent::Data ? data_filter_ : delete_filter_).remove(file);
    }
    data_filter_.remove_partitions(changes_.removed_partitions);
    delete_filter_.remove_partitions(changes_.removed_partitions);
    data_filter_.remove_where(changes_.removed_where);
}

void FileCommit::begin(const ChangeContext& context) {
    if (written_) return;
    written_.emplace(context.random.positive_id(), Uuid::random(context.random).text());
}

std::optional<SnapshotId> FileCommit::snapshot_id() const {
    if (!written_) return std::nullopt;
    return written_->snapshot_id();
}

void FileCommit::apply(MetadataBuilder& table, const ChangeContext& context) {
    begin(context);
    const TableMetadata& base = table.metadata();
    check_files(changes_, base);
    check_staging(changes_, base);
    SnapshotPtr parent = head_of(changes_.branch, base);
    check_conflicts(changes_, base, parent, context);
    Snapshot snapshot = written_snapshot(base, parent, context);
    SnapshotId id = snapshot.id;
    table.add_snapshot(std::move(snapshot));
    if (!changes_.wap_id.empty()) return;
    const SnapshotRef* known = table.metadata().find_ref(changes_.branch);
    SnapshotRef ref = known ? *known : SnapshotRef{};
    ref.snapshot_id = id;
    table.set_ref(changes_.branch, ref);
}

Snapshot FileCommit::written_snapshot(const TableMetadata& table, const SnapshotPtr& parent,
                                      const ChangeContext& context) {
    auto manifests = next_manifests(table, parent.get(), context);
    bool has_numbers = table.format_version > 1;
    Snapshot snapshot{.id = written_->snapshot_id(),
                      .parent_id = parent ? std::optional(parent->id) : std::nullopt,
                      .sequence_number = has_numbers ? table.last_sequence_number + 1 : 0,
                      // Clocks of writers differ; the time of a table does not go back.
                      .timestamp_ms = std::max(context.now_ms, table.last_updated_ms),
                      .summary = summary(parent.get(), manifests),
                      .schema_id = table.current_schema_id};
    auto list = write_manifest_list(std::move(manifests),
                                    {.format_version = table.format_version,
                                     .snapshot_id = snapshot.id,
                                     .parent_id = snapshot.parent_id,
                                     .sequence_number = snapshot.sequence_number,
                                     .first_row_id = table.next_row_id},
                                    context.random);
    snapshot.manifest_list = written_->write_list(list.file, table, context.files);
    used_ = used_by(snapshot.manifest_list, list.manifests);
    context.lists.keep(snapshot.manifest_list, std::move(list.manifests));
    if (table.format_version >= 3) {
        snapshot.first_row_id = table.next_row_id;
        snapshot.added_rows = list.added_rows;
    }
    return snapshot;
}

// The new ones first, so that those which will be merged stand together.
std::vector<ManifestFile> FileCommit::next_manifests(const TableMetadata& table,
                                                     const Snapshot* parent,
                                                     const ChangeContext& context) {
    std::vector<ManifestFile> before;
    if (parent) before = *context.lists.of(*parent);
    before = data_filter_.apply(before, table, *written_, context);
    delete_filter_.remove_vectors_of(data_filter_.removed());
    before = delete_filter_.apply(before, table, *written_, context);
    check_single_vectors(changes_, before, table, context);

    std::vector<ManifestFile> manifests = added_manifests(table, context);
    manifests.insert(manifests.end(), before.begin(), before.end());
    CommitSettings settings = CommitSettings::of(table);
    if (changes_.rewrites_manifests) {
        return rewrite_.apply(manifests, settings, table, *written_, context);
    }
    if (changes_.is_fast || !settings.merges_manifests) return manifests;
    return merge_.apply(manifests, settings, table, *written_, context);
}

const std::vector<ManifestFile>& FileCommit::added_manifests(const TableMetadata& table,
                                                             const ChangeContext& context) {
    if (!added_) {
        added_ = write_added(changes_.added, changes_.sequence_number, table, *written_, context);
    }
    return *added_;
}

std::map<std::string, std::string> FileCommit::summary(
    const Snapshot* parent, const std::vector<ManifestFile>& manifests) const {
    ChangeSummary counted;
    for (const DataFile& file : changes_.added) counted.add(file);
    for (const DataFile& file : data_filter_.removed()) counted.remove(file);
    for (const DataFile& file : delete_filter_.removed()) counted.remove(file);
    auto texts = counted.texts(parent);
    texts["operation"] = operation_of(changes_);
    auto is_new = [&](const ManifestFile& manifest) {
        return manifest.added_snapshot_id == written_->snapshot_id();
    };
    auto created = std::ranges::count_if(manifests, is_new);
    texts["manifests-created"] = std::to_string(created);
    texts["manifests-kept"] = std::to_string(std::ssize(manifests) - created);
    texts["manifests-replaced"] =
        std::to_string(data_filter_.replaced_count() + delete_filter_.replaced_count() +
                       merge_.replaced_count() + rewrite_.replaced_count());
    texts["engine-name"] = "tarn";
    if (!changes_.wap_id.empty()) texts["wap.id"] = changes_.wap_id;
    // What the caller says wins.
    for (const auto& [name, value] : changes_.summary) texts[name] = value;
    return texts;
}

void FileCommit::finish(CommitOutcome outcome, const TableMetadata* after,
                        const ChangeContext& context) {
    // Of an unknown outcome nothing may be removed: the table may need it.
    if (!written_ || outcome == CommitOutcome::Unknown) return;
    if (outcome == CommitOutcome::Failed) return written_->remove_unused({}, context.files);
    SnapshotPtr snapshot = after->find_snapshot(written_->snapshot_id());
    // Expired already: what it used is expiry's to remove.
    if (!snapshot) return;
    if (!used_.contains(snapshot->manifest_list)) {
        // It was an earlier attempt that nobody knew the outcome of.
        used_ = used_by(snapshot->manifest_list, *context.lists.of(*snapshot));
    }
    written_->remove_unused(used_, context.files);
}

}  // namespace tarn::iceberg
