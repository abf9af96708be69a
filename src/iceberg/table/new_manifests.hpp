// The manifests and lists that one change writes: where they go, and which of them the table did
// not take in the end. A file is never written over another.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "iceberg/format/manifest_writer.hpp"
#include "iceberg/table/table_change.hpp"

namespace tarn::iceberg {

class NewManifests {
public:
    // `id` is in the name of each file.
    NewManifests(SnapshotId snapshot_id, std::string id)
        : snapshot_id_(snapshot_id), id_(std::move(id)) {}

    SnapshotId snapshot_id() const { return snapshot_id_; }

    // For the files of one spec, in the words of the table as it is now.
    ManifestWriter writer(const TableMetadata& table, int32_t spec_id, ManifestContent content,
                          Random& random) const;
    // As the manifest list has it: without numbers, which the commit gives.
    ManifestFile write(ManifestWriter& writer, const TableMetadata& table, TableFiles& files);
    // Where it lies; each attempt has a list of its own.
    std::string write_list(BytesView list, const TableMetadata& table, TableFiles& files);

    // Removes what is not among `used`. A file that cannot be removed stays as an orphan.
    void remove_unused(const std::set<std::string>& used, TableFiles& files);

private:
    void write_file(const std::string& location, BytesView content, TableFiles& files);

    SnapshotId snapshot_id_;
    std::string id_;
    int manifest_count_ = 0;
    int list_count_ = 0;
    std::vector<std::string> written_;
};

// The manifests of added files: one after the other, none much larger than the table wants.
std::vector<ManifestFile> write_added(const std::vector<DataFile>& added,
                                      std::optional<int64_t> sequence_number,
                                      const TableMetadata& table, NewManifests& manifests,
                                      const ChangeContext& context);

}  // namespace tarn::iceberg
