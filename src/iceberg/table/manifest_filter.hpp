// Takes files out of the manifests of a snapshot. Only manifests that have one of them are written
// anew; and those once, however often the change is tried.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "iceberg/format/manifest_reader.hpp"
#include "iceberg/table/file_changes.hpp"
#include "iceberg/table/new_manifests.hpp"

namespace tarn::iceberg {

class ManifestFilter {
public:
    explicit ManifestFilter(ManifestContent content) : content_(content) {}

    // This file; it must be there.
    void remove(const DataFile& file);
    // Everything in these partitions.
    void remove_partitions(const PartitionSet& partitions);
    // Data files of which every row matches.
    void remove_where(FileMatch match) { match_ = std::move(match); }
    // The deletion vectors of data files that go.
    void remove_vectors_of(const std::vector<DataFile>& data_files);

    // What stands in the place of `manifests`: those of the other content as they are, and none
    // without live files. Throws Conflict when a file is not there, InvalidInput when of one only
    // some rows match.
    std::vector<ManifestFile> apply(const std::vector<ManifestFile>& manifests,
                                    const TableMetadata& table, NewManifests& written,
                                    const ChangeContext& context);

    // By the last apply().
    const std::vector<DataFile>& removed() const { return removed_; }
    int replaced_count() const { return replaced_count_; }

private:
    struct Filtered {
        // Nothing where no file is removed.
        std::optional<ManifestFile> instead = {};
        std::vector<DataFile> removed = {};
    };

    bool is_idle() const;
    bool may_have_removed(const ManifestFile& manifest, const Type& partition) const;
    bool is_removed(const ManifestEntries& entries, int64_t i) const;
    const Filtered& filter(const ManifestFile& manifest, const TableMetadata& table,
                           NewManifests& written, const ChangeContext& context);
    bool has_removed(const ManifestFile& manifest, const Type& partition,
                     const std::shared_ptr<arrow::Buffer>& file) const;
    Filtered rewrite(const ManifestFile& manifest, const Type& partition,
                     const std::shared_ptr<arrow::Buffer>& file, const TableMetadata& table,
                     NewManifests& written, const ChangeContext& context) const;
    void check_all_found() const;

    ManifestContent content_;
    // By identity_of and by path: entries are looked at by their paths first.
    std::set<std::string> named_;
    std::set<std::string, std::less<>> named_paths_;
    PartitionSet partitions_of_named_;
    PartitionSet partitions_;
    FileMatch match_;
    std::set<std::string, std::less<>> without_vector_;

    // By the path of the manifest.
    std::map<std::string, Filtered> filtered_;
    std::vector<DataFile> removed_;
    int replaced_count_ = 0;
};

}  // namespace tarn::iceberg
