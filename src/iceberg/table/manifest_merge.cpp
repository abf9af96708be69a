#include "iceberg/table/manifest_merge.hpp"

#include <algorithm>
#include <set>

#include "iceberg/catalog/stored_manifests.hpp"
#include "iceberg/table/partition_key.hpp"

namespace tarn::iceberg {
namespace {

using Group = std::vector<const ManifestFile*>;

int64_t files_in(const ManifestFile& manifest) {
    return int64_t{manifest.added_files.value_or(0)} + manifest.existing_files.value_or(0) +
           manifest.deleted_files.value_or(0);
}

// The newest ones, as many as are worth making into one; none if they are too few.
Group worth_merging(const Group& group, const CommitSettings& settings) {
    Group chosen;
    int64_t bytes = 0;
    int64_t files = 0;
    for (const ManifestFile* manifest : group) {
        bool is_large = !chosen.empty() && files_in(*manifest) > files;
        if (is_large || bytes + manifest->length > settings.manifest_target_bytes) break;
        bytes += manifest->length;
        files += files_in(*manifest);
        chosen.push_back(manifest);
    }
    if (std::ssize(chosen) < settings.manifests_to_merge_min) chosen.clear();
    return chosen;
}

void copy_entry(const ManifestEntry& entry, SnapshotId snapshot_id, ManifestWriter& writer) {
    bool is_ours = entry.snapshot_id == snapshot_id;
    if (entry.status == EntryStatus::Deleted) {
        if (is_ours) writer.remove(entry);
    } else if (entry.status == EntryStatus::Added && is_ours) {
        writer.add(entry.file, entry.sequence_number);
    } else {
        writer.keep(entry);
    }
}

}  // namespace

std::vector<ManifestFile> ManifestMerge::apply(const std::vector<ManifestFile>& manifests,
                                               const CommitSettings& settings,
                                               const TableMetadata& table, NewManifests& written,
                                               const ChangeContext& context) {
    replaced_count_ = 0;
    std::map<std::pair<ManifestContent, int32_t>, Group> groups;
    for (const ManifestFile& manifest : manifests) {
        groups[{manifest.content, manifest.spec_id}].push_back(&manifest);
    }
    std::map<const ManifestFile*, const Group*> group_by_first;
    std::set<const ManifestFile*> replaced;
    for (auto& [key, group] : groups) {
        group = worth_merging(group, settings);
        if (group.size() < 2) continue;
        group_by_first[group.front()] = &group;
        replaced.insert(group.begin(), group.end());
    }
    replaced_count_ = static_cast<int>(replaced.size());

    std::vector<ManifestFile> left;
    for (const ManifestFile& manifest : manifests) {
        auto first = group_by_first.find(&manifest);
        if (first != group_by_first.end()) {
            left.push_back(merged(*first->second, table, written, context));
        } else if (!replaced.contains(&manifest)) {
            left.push_back(manifest);
        }
    }
    return left;
}

ManifestFile ManifestMerge::merged(const Group& manifests, const TableMetadata& table,
                                   NewManifests& written, const ChangeContext& context) {
    std::string key;
    for (const ManifestFile* manifest : manifests) key += manifest->path + "\n";
    auto known = merged_.find(key);
    if (known != merged_.end()) return known->second;

    const ManifestFile& first = *manifests.front();
    ManifestWriter writer = written.writer(table, first.spec_id, first.content, context.random);
    Type partition = partition_type_of(first, table);
    for (const ManifestFile* manifest : manifests) {
        StoredManifest stored(context.files, *manifest, partition);
        stored.each([&](const ManifestEntries& entries, int64_t i) {
            copy_entry(entries.entry(i), written.snapshot_id(), writer);
        });
    }
    return merged_[key] = written.write(writer, table, context.files);
}

}  // namespace tarn::iceberg
