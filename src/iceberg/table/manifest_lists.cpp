#include "iceberg/table/manifest_lists.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "iceberg/format/manifest_list.hpp"

namespace tarn::iceberg {
namespace {

// Enough for the heads of the branches that are written to at a time.
constexpr size_t KeptMax = 8;

}  // namespace

std::shared_ptr<arrow::Buffer> read_buffer(const TableFiles& files, const std::string& location) {
    TableFiles::Place place = files.at(location);
    return arrow::Buffer::FromString(std::string(as_text(place.files->read(place.path))));
}

ManifestLists::Manifests ManifestLists::of(const Snapshot& snapshot) {
    auto known = std::ranges::find(kept_, snapshot.manifest_list, &Kept::location);
    if (known != kept_.end()) {
        kept_.splice(kept_.begin(), kept_, known);
        return kept_.front().manifests;
    }
    if (snapshot.manifest_list.empty()) {
        throw Error(ErrorCode::InvalidInput,
                    "snapshot {} has no manifest list, as early tables of version 1 do; such a "
                    "table can be read only",
                    snapshot.id);
    }
    keep(snapshot.manifest_list, read_manifest_list(read_buffer(files_, snapshot.manifest_list)));
    return kept_.front().manifests;
}

void ManifestLists::keep(const std::string& location, std::vector<ManifestFile> manifests) {
    kept_.push_front(
        {location, std::make_shared<const std::vector<ManifestFile>>(std::move(manifests))});
    if (kept_.size() > KeptMax) kept_.pop_back();
}

}  // namespace tarn::iceberg
