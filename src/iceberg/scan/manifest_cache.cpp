#include "iceberg/scan/manifest_cache.hpp"

#include <algorithm>
#include <set>

#include "iceberg/catalog/stored_manifests.hpp"

namespace tarn::iceberg {
namespace {

using Metrics = ManifestColumns::Metrics;

bool has_all(const ManifestColumns& there, const ManifestColumns& wanted) {
    if (wanted.has_details && !there.has_details) return false;
    if (wanted.metrics > there.metrics) return false;
    if (wanted.metrics == Metrics::None || !there.metric_ids) return true;
    if (!wanted.metric_ids) return false;
    return std::ranges::all_of(*wanted.metric_ids, [&](int32_t id) {
        return std::ranges::find(*there.metric_ids, id) != there.metric_ids->end();
    });
}

// So that two kinds of queries in turns do not drive out each other's columns.
ManifestColumns joined(const ManifestColumns& left, const ManifestColumns& right) {
    ManifestColumns all{.metrics = std::max(left.metrics, right.metrics),
                        .has_details = left.has_details || right.has_details};
    auto says_all = [](const ManifestColumns& columns) {
        return columns.metrics != Metrics::None && !columns.metric_ids;
    };
    if (says_all(left) || says_all(right)) return all;
    std::set<int32_t> ids;
    for (const auto* side : {&left, &right}) {
        if (side->metric_ids) ids.insert(side->metric_ids->begin(), side->metric_ids->end());
    }
    all.metric_ids = std::vector<int32_t>(ids.begin(), ids.end());
    return all;
}

size_t memory_of(const DecodedManifest& decoded) {
    size_t bytes = sizeof(decoded);
    for (const auto& batch : decoded.batches) bytes += static_cast<size_t>(batch.memory_bytes());
    return bytes;
}

}  // namespace

ManifestCache::ManifestCache(const TableFiles& files, size_t bytes_max)
    : files_(files), bytes_max_(bytes_max) {}

DecodedManifestPtr ManifestCache::manifest(const ManifestFile& manifest, const Type& partition,
                                           const ManifestColumns& columns) {
    auto kept = std::static_pointer_cast<const DecodedManifest>(find(manifest.path));
    bool is_of_type = kept && kept->partition == partition;
    if (is_of_type && has_all(kept->columns, columns)) return kept;
    auto decoded = std::make_shared<DecodedManifest>();
    decoded->partition = partition;
    decoded->columns = is_of_type ? joined(kept->columns, columns) : columns;
    StoredManifest stored(files_, manifest, partition, decoded->columns);
    while (auto batch = stored.next()) decoded->batches.push_back(*std::move(batch));
    keep(manifest.path, decoded, memory_of(*decoded));
    return decoded;
}

ManifestListPtr ManifestCache::manifests_of(const Snapshot& snapshot) {
    if (snapshot.manifest_list.empty()) {
        auto named = std::make_shared<std::vector<ManifestFile>>();
        for (const std::string& path : snapshot.manifests) named->push_back({.path = path});
        for (ManifestFile& manifest : *named) {
            manifest.sequence_number = manifest.min_sequence_number = 0;
            manifest.added_snapshot_id = snapshot.id;
        }
        return named;
    }
    if (auto kept = find(snapshot.manifest_list)) {
        return std::static_pointer_cast<const std::vector<ManifestFile>>(kept);
    }
    auto list = std::make_shared<const std::vector<ManifestFile>>(
        read_manifest_list(files_, snapshot.manifest_list));
    constexpr size_t bytes_each = sizeof(ManifestFile) + 256;
    keep(snapshot.manifest_list, list, list->size() * bytes_each);
    return list;
}

size_t ManifestCache::kept_bytes() const {
    std::scoped_lock lock(mutex_);
    return kept_bytes_;
}

std::shared_ptr<const void> ManifestCache::find(const std::string& location) {
    std::scoped_lock lock(mutex_);
    auto found = places_.find(location);
    if (found == places_.end()) return nullptr;
    kept_.splice(kept_.begin(), kept_, found->second);
    return found->second->decoded;
}

void ManifestCache::keep(const std::string& location, std::shared_ptr<const void> decoded,
                         size_t bytes) {
    std::scoped_lock lock(mutex_);
    if (auto found = places_.find(location); found != places_.end()) forget(found->second);
    if (bytes > bytes_max_) return;
    kept_.push_front({location, std::move(decoded), bytes});
    places_[location] = kept_.begin();
    kept_bytes_ += bytes;
    while (kept_bytes_ > bytes_max_) forget(std::prev(kept_.end()));
}

void ManifestCache::forget(std::list<Kept>::iterator place) {
    kept_bytes_ -= place->bytes;
    places_.erase(place->location);
    kept_.erase(place);
}

}  // namespace tarn::iceberg
