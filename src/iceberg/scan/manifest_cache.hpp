// Manifests and manifest lists as they were decoded, by their location. They never change, so what
// was read once is good as long as there is room for it. Serves many threads and many tables.
#pragma once

#include <cstddef>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "iceberg/catalog/table_files.hpp"
#include "iceberg/format/manifest_reader.hpp"

namespace tarn::iceberg {

inline constexpr size_t ManifestCacheBytesDefault = 256 << 20;

struct DecodedManifest {
    std::vector<ManifestEntries> batches = {};
    Type partition = {};
    ManifestColumns columns = {};
};
using DecodedManifestPtr = std::shared_ptr<const DecodedManifest>;
using ManifestListPtr = std::shared_ptr<const std::vector<ManifestFile>>;

class ManifestCache {
public:
    // `files` outlives this. What takes more than `bytes_max` at once is not kept.
    explicit ManifestCache(const TableFiles& files, size_t bytes_max = ManifestCacheBytesDefault);

    // With at least the columns that are asked for.
    DecodedManifestPtr manifest(const ManifestFile& manifest, const Type& partition,
                                const ManifestColumns& columns);
    // Of version 1 also where the snapshot names its manifests itself.
    ManifestListPtr manifests_of(const Snapshot& snapshot);

    size_t kept_bytes() const;

private:
    struct Kept {
        std::string location;
        std::shared_ptr<const void> decoded;
        size_t bytes;
    };

    std::shared_ptr<const void> find(const std::string& location);
    void keep(const std::string& location, std::shared_ptr<const void> decoded, size_t bytes);
    void forget(std::list<Kept>::iterator place);

    const TableFiles& files_;
    const size_t bytes_max_;
    mutable std::mutex mutex_;
    std::list<Kept> kept_;  // the newest use is at the front
    std::unordered_map<std::string, std::list<Kept>::iterator> places_;
    size_t kept_bytes_ = 0;
};

}  // namespace tarn::iceberg
