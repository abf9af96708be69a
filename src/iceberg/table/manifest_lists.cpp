#include "iceberg/table/manifest_lists.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "iceberg/catalog/stored_manifests.hpp"

namespace tarn::iceberg {
namespace {

// Enough for the heads of the branches that are written to at a time.
constexpr size_t KeptMax = 8;

}  // namespace

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
    keep(snapshot.manifest_list, read_manifest_list(files_, snapshot.manifest_list));
    return kept_.front().manifests;
}

void ManifestLists::keep(const std::string& location, std::vector<ManifestFile> manifests) {
    kept_.push_front(
        {location, std::make_shared<const std::vector<ManifestFile>>(std::move(manifests))});
    if (kept_.size() > KeptMax) kept_.pop_back();
}

}  // namespace tarn::iceberg
