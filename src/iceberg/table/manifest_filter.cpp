#include "iceberg/table/manifest_filter.hpp"

#include "base/error.hpp"
#include "iceberg/catalog/stored_manifests.hpp"

namespace tarn::iceberg {

void ManifestFilter::remove(const DataFile& file) {
    named_.insert(identity_of(file));
    named_paths_.insert(file.path);
    partitions_of_named_.insert(PartitionKey::of(file));
}

void ManifestFilter::remove_partitions(const PartitionSet& partitions) {
    for (const PartitionKey& key : partitions.keys()) partitions_.insert(key);
}

void ManifestFilter::remove_vectors_of(const std::vector<DataFile>& data_files) {
    std::set<std::string, std::less<>> paths;
    for (const DataFile& file : data_files) {
        paths.insert(file.path);
        // A vector lies in the partition of its data file.
        partitions_of_named_.insert(PartitionKey::of(file));
    }
    if (paths == without_vector_) return;
    without_vector_ = std::move(paths);
    filtered_.clear();
}

bool ManifestFilter::is_idle() const {
    return named_.empty() && partitions_.empty() && !match_ && without_vector_.empty();
}

std::vector<ManifestFile> ManifestFilter::apply(const std::vector<ManifestFile>& manifests,
                                                const TableMetadata& table, NewManifests& written,
                                                const ChangeContext& context) {
    removed_.clear();
    replaced_count_ = 0;
    std::vector<ManifestFile> left;
    left.reserve(manifests.size());
    for (const ManifestFile& manifest : manifests) {
        if (manifest.content == content_ && !manifest.has_live_files()) continue;
        if (manifest.content != content_ || is_idle()) {
            left.push_back(manifest);
            continue;
        }
        const Filtered& filtered = filter(manifest, table, written, context);
        left.push_back(filtered.instead.value_or(manifest));
        if (filtered.instead) ++replaced_count_;
        removed_.insert(removed_.end(), filtered.removed.begin(), filtered.removed.end());
    }
    check_all_found();
    return left;
}

const ManifestFilter::Filtered& ManifestFilter::filter(const ManifestFile& manifest,
                                                       const TableMetadata& table,
                                                       NewManifests& written,
                                                       const ChangeContext& context) {
    auto known = filtered_.find(manifest.path);
    if (known != filtered_.end()) return known->second;
    Filtered filtered;
    Type partition = partition_type_of(manifest, table);
    if (may_have_removed(manifest, partition)) {
        auto file = read_buffer(context.files, manifest.path);
        if (has_removed(manifest, partition, file)) {
            filtered = rewrite(manifest, partition, file, table, written, context);
        }
    }
    return filtered_.emplace(manifest.path, std::move(filtered)).first->second;
}

bool ManifestFilter::may_have_removed(const ManifestFile& manifest, const Type& partition) const {
    return match_ || partitions_.may_be_in(manifest, partition) ||
           partitions_of_named_.may_be_in(manifest, partition);
}

bool ManifestFilter::is_removed(const ManifestEntries& entries, int64_t i) const {
    if (named_paths_.contains(entries.path(i)) && named_.contains(identity_of(entries.file(i)))) {
        return true;
    }
    if (!without_vector_.empty() && entries.format(i) == FileFormat::Puffin) {
        auto data_file = entries.referenced_data_file(i);
        if (data_file && without_vector_.contains(*data_file)) return true;
    }
    if (!partitions_.empty() && partitions_.contains(PartitionKey::of(entries.file(i)))) {
        return true;
    }
    if (!match_) return false;
    DataFile file = entries.file(i);
    Match match = match_(file);
    if (match == Match::Some) {
        throw Error(ErrorCode::InvalidInput,
                    "{}: only some of its rows match, so it cannot be removed as a whole",
                    file.path)
            .with_hint("rewrite the file, or delete its rows by position");
    }
    return match == Match::All;
}

bool ManifestFilter::has_removed(const ManifestFile& manifest, const Type& partition,
                                 const std::shared_ptr<arrow::Buffer>& file) const {
    auto columns = match_ ? ManifestColumns::all() : ManifestColumns::without_metrics();
    StoredManifest stored(file, manifest, partition, std::move(columns));
    while (auto entries = stored.next()) {
        for (int64_t i = 0; i < entries->size(); ++i) {
            if (entries->is_live(i) && is_removed(*entries, i)) return true;
        }
    }
    return false;
}

ManifestFilter::Filtered ManifestFilter::rewrite(const ManifestFile& manifest,
                                                 const Type& partition,
                                                 const std::shared_ptr<arrow::Buffer>& file,
                                                 const TableMetadata& table, NewManifests& written,
                                                 const ChangeContext& context) const {
    ManifestWriter writer = written.writer(table, manifest.spec_id, content_, context.random);
    Filtered filtered;
    StoredManifest(file, manifest, partition).each([&](const ManifestEntries& entries, int64_t i) {
        // What was deleted before has been said once.
        if (!entries.is_live(i)) return;
        ManifestEntry entry = entries.entry(i);
        if (is_removed(entries, i)) {
            writer.remove(entry);
            filtered.removed.push_back(std::move(entry.file));
        } else {
            writer.keep(entry);
        }
    });
    filtered.instead = written.write(writer, table, context.files);
    return filtered;
}

void ManifestFilter::check_all_found() const {
    if (named_.empty()) return;
    std::set<std::string> found;
    for (const DataFile& file : removed_) found.insert(identity_of(file));
    for (const std::string& name : named_) {
        if (found.contains(name)) continue;
        throw Error(ErrorCode::Conflict, "{} is no longer in the table, or never was", name);
    }
}

}  // namespace tarn::iceberg
