// Manifests and manifest lists from where they lie. What cannot be decoded is told with its place.
#pragma once

#include <arrow/buffer.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "iceberg/catalog/table_files.hpp"
#include "iceberg/format/manifest_reader.hpp"

namespace tarn::iceberg {

// A manifest is some megabytes; writers that make more have gone wrong.
inline constexpr int64_t ManifestBytesMax = 1 << 30;

// Throws TooLarge past the limit.
std::shared_ptr<arrow::Buffer> read_buffer(const TableFiles& files, const std::string& location);
std::vector<ManifestFile> read_manifest_list(const TableFiles& files, const std::string& location);

class StoredManifest {
public:
    StoredManifest(const TableFiles& files, const ManifestFile& manifest, const Type& partition,
                   ManifestColumns columns = ManifestColumns::all());
    // Of a file that was read already.
    StoredManifest(std::shared_ptr<arrow::Buffer> file, const ManifestFile& manifest,
                   const Type& partition, ManifestColumns columns = ManifestColumns::all());

    // Nothing at the end.
    std::optional<ManifestEntries> next();

    // Calls `visit` with a batch and a place in it for each entry, those of removed files too.
    template <typename Visit>
    void each(const Visit& visit) {
        while (auto entries = next()) {
            for (int64_t i = 0; i < entries->size(); ++i) visit(*entries, i);
        }
    }

private:
    std::string location_;
    std::optional<ManifestReader> reader_;
};

}  // namespace tarn::iceberg
