#include "iceberg/catalog/reachable_files.hpp"

#include "base/error.hpp"
#include "base/log.hpp"
#include "iceberg/catalog/stored_manifests.hpp"

namespace tarn::iceberg {
namespace {

class Walk {
public:
    Walk(const TableMetadata& table, const TableFiles& files, WhenUnreadable when_unreadable,
         WhichEntries which)
        : table_(table), files_(files), when_unreadable_(when_unreadable), which_(which) {}

    ReachableFiles run() {
        for (const SnapshotPtr& snapshot : table_.snapshots) {
            attempt([&] { look_through(*snapshot); });
        }
        for (const StatisticsFile& file : table_.statistics) {
            found_.statistics_files.insert(file.path);
        }
        for (const StatisticsFile& file : table_.partition_statistics) {
            found_.statistics_files.insert(file.path);
        }
        for (const MetadataLogEntry& entry : table_.metadata_log) {
            found_.metadata_files.insert(entry.file);
        }
        return std::move(found_);
    }

private:
    void look_through(const Snapshot& snapshot) {
        std::vector<ManifestFile> manifests;
        if (snapshot.manifest_list.empty()) {
            for (const std::string& path : snapshot.manifests) manifests.push_back({.path = path});
        } else {
            found_.manifest_lists.insert(snapshot.manifest_list);
            manifests = read_manifest_list(files_, snapshot.manifest_list);
        }
        for (ManifestFile& manifest : manifests) {
            if (!found_.manifests.insert(manifest.path).second) continue;
            if (which_ != WhichEntries::None) attempt([&] { look_into(manifest); });
        }
    }

    void look_into(const ManifestFile& manifest) {
        const PartitionSpec* spec = table_.find_spec(manifest.spec_id);
        Type partition = (spec ? *spec : PartitionSpec()).partition_type(table_.schema());
        StoredManifest stored(files_, manifest, partition, ManifestColumns::without_metrics());
        stored.each([&](const ManifestEntries& entries, int64_t i) {
            if (which_ == WhichEntries::All || entries.is_live(i)) {
                found_.data_files.emplace(entries.path(i));
            }
        });
    }

    template <typename Work>
    void attempt(const Work& work) const {
        if (when_unreadable_ == WhenUnreadable::Throw) return work();
        try {
            work();
        } catch (const Error& error) {
            TARN_LOG_WARN("files of {}: {}", table_.location, error.what());
        }
    }

    const TableMetadata& table_;
    const TableFiles& files_;
    WhenUnreadable when_unreadable_;
    WhichEntries which_;
    ReachableFiles found_;
};

}  // namespace

ReachableFiles reachable_files(const TableMetadata& table, const TableFiles& files,
                               WhenUnreadable when_unreadable, WhichEntries which) {
    return Walk(table, files, when_unreadable, which).run();
}

}  // namespace tarn::iceberg
