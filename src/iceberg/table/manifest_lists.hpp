// The manifest lists of one table, read once: they never change, and each commit begins with the
// list of the one before.
#pragma once

#include <list>
#include <memory>
#include <string>
#include <vector>

#include "iceberg/catalog/table_files.hpp"
#include "iceberg/format/manifest_file.hpp"
#include "iceberg/format/snapshot.hpp"

namespace tarn::iceberg {

class ManifestLists {
public:
    using Manifests = std::shared_ptr<const std::vector<ManifestFile>>;

    // The files outlive this.
    explicit ManifestLists(const TableFiles& files) : files_(files) {}

    // Throws InvalidInput for a snapshot of version 1 without a list.
    Manifests of(const Snapshot& snapshot);
    void keep(const std::string& location, std::vector<ManifestFile> manifests);

private:
    struct Kept {
        std::string location;
        Manifests manifests;
    };

    const TableFiles& files_;
    // The newest use is at the front.
    std::list<Kept> kept_;
};

}  // namespace tarn::iceberg
