#include "iceberg/catalog/stored_manifests.hpp"

#include "base/error.hpp"
#include "iceberg/format/manifest_list.hpp"

namespace tarn::iceberg {
namespace {

template <typename Work>
auto told_with(const std::string& location, const Work& work) {
    try {
        return work();
    } catch (const Error& error) {
        throw Error(error.code(), "{}: {}", location, error.what());
    }
}

}  // namespace

std::shared_ptr<arrow::Buffer> read_buffer(const TableFiles& files, const std::string& location) {
    TableFiles::Place place = files.at(location);
    auto reader = place.files->open_reader(place.path);
    if (reader->size() > ManifestBytesMax) {
        throw Error(ErrorCode::TooLarge, "{} has {} bytes, {} are the most", location,
                    reader->size(), ManifestBytesMax);
    }
    return arrow::Buffer::FromVector(reader->read_at(0, reader->size()));
}

std::vector<ManifestFile> read_manifest_list(const TableFiles& files, const std::string& location) {
    auto file = read_buffer(files, location);
    return told_with(location, [&] { return read_manifest_list(std::move(file)); });
}

StoredManifest::StoredManifest(const TableFiles& files, const ManifestFile& manifest,
                               const Type& partition, ManifestColumns columns)
    : StoredManifest(read_buffer(files, manifest.path), manifest, partition, std::move(columns)) {}

StoredManifest::StoredManifest(std::shared_ptr<arrow::Buffer> file, const ManifestFile& manifest,
                               const Type& partition, ManifestColumns columns)
    : location_(manifest.path) {
    told_with(location_,
              [&] { reader_.emplace(std::move(file), manifest, partition, std::move(columns)); });
}

std::optional<ManifestEntries> StoredManifest::next() {
    return told_with(location_, [&] { return reader_->next(); });
}

}  // namespace tarn::iceberg
