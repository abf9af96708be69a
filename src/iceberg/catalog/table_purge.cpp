#include "iceberg/catalog/table_purge.hpp"

#include <arrow/buffer.h>

#include <algorithm>
#include <set>

#include "base/log.hpp"
#include "iceberg/format/manifest_list.hpp"
#include "iceberg/format/manifest_reader.hpp"

namespace tarn::iceberg {
namespace {

class Purge {
public:
    Purge(const TableMetadata& table, TableFiles& files)
        : table_(table),
          files_(files),
          takes_data_(table.property("gc.enabled", "true") == "true") {}

    // Data before the manifests that name it, and those before their lists: who tries again after a
    // kill in the middle still finds the rest.
    void run() {
        for (const SnapshotPtr& snapshot : table_.snapshots) {
            attempt([&] { find_files_of(*snapshot); });
        }
        for (const std::string& path : data_) remove(path);
        for (const std::string& path : manifests_) remove(path);
        for (const std::string& path : lists_) remove(path);
        for (const StatisticsFile& file : table_.statistics) remove(file.path);
        for (const StatisticsFile& file : table_.partition_statistics) remove(file.path);
        for (const MetadataLogEntry& entry : table_.metadata_log) remove(entry.file);
    }

    void remove(const std::string& location) {
        attempt([&] { files_.remove(location); });
    }

    // Folders that have become empty; a table of the same name may then have this one.
    void remove_empty_folder() {
        attempt([&] {
            TableFiles::Place place = files_.at(table_.location);
            auto left = place.files->list(place.path, storage::Depth::AllBelow);
            if (std::ranges::all_of(left, &storage::Entry::is_folder)) {
                place.files->remove_folder(place.path);
            }
        });
    }

private:
    void find_files_of(const Snapshot& snapshot) {
        std::vector<ManifestFile> manifests;
        if (snapshot.manifest_list.empty()) {
            for (const std::string& path : snapshot.manifests) manifests.push_back({.path = path});
        } else {
            lists_.insert(snapshot.manifest_list);
            manifests = read_manifest_list(bytes_of(snapshot.manifest_list));
        }
        for (ManifestFile& manifest : manifests) {
            if (!manifests_.insert(manifest.path).second || !takes_data_) continue;
            attempt([&] { find_files_of(std::move(manifest)); });
        }
    }

    void find_files_of(ManifestFile manifest) {
        const PartitionSpec* spec = table_.find_spec(manifest.spec_id);
        Type partition = (spec ? *spec : PartitionSpec()).partition_type(table_.schema());
        auto bytes = bytes_of(manifest.path);
        ManifestReader reader(bytes, std::move(manifest), partition,
                              ManifestColumns::without_metrics());
        while (auto entries = reader.next()) {
            for (int64_t entry = 0; entry < entries->size(); ++entry) {
                data_.emplace(entries->path(entry));
            }
        }
    }

    std::shared_ptr<arrow::Buffer> bytes_of(const std::string& location) const {
        TableFiles::Place place = files_.at(location);
        return arrow::Buffer::FromVector(place.files->read(place.path));
    }

    template <typename Work>
    void attempt(const Work& work) const {
        try {
            work();
        } catch (const Error& error) {
            TARN_LOG_WARN("purging {}: {}", table_.location, error.what());
        }
    }

    const TableMetadata& table_;
    TableFiles& files_;
    bool takes_data_;
    std::set<std::string> data_;
    std::set<std::string> manifests_;
    std::set<std::string> lists_;
};

}  // namespace

void purge(const LoadedTable& dropped, TableFiles& files) {
    // Without its metadata nobody can tell which files were the table's.
    if (!dropped.stored) return;
    Purge work(dropped.metadata(), files);
    work.run();
    work.remove(dropped.metadata_location);
    work.remove_empty_folder();
}

}  // namespace tarn::iceberg
