#include "iceberg/table/manifest_rewrite.hpp"

#include <algorithm>
#include <set>

#include "iceberg/catalog/stored_manifests.hpp"
#include "iceberg/format/filter.hpp"
#include "iceberg/table/partition_key.hpp"

namespace tarn::iceberg {
namespace {

bool is_before(const PartitionValues& left, const PartitionValues& right) {
    for (size_t i = 0; i < left.size() && i < right.size(); ++i) {
        if (left[i].has_value() != right[i].has_value()) return !left[i].has_value();
        if (!left[i]) continue;
        auto ordering = order(*left[i], *right[i]);
        if (ordering != 0) return ordering < 0;
    }
    return left.size() < right.size();
}

int64_t bytes_of(const ManifestGroup& group) {
    int64_t bytes = 0;
    for (const ManifestFile* manifest : group) bytes += manifest->length;
    return bytes;
}

// Into which of the new manifests each entry goes, in the order in which the entries are read:
// those of a partition next to each other, and about the same number in each.
class Distribution {
public:
    void add(PartitionValues partition) {
        places_.push_back({std::move(partition), places_.size()});
    }

    std::vector<size_t> into(size_t count) {
        std::ranges::sort(places_, [](const Place& left, const Place& right) {
            if (is_before(left.partition, right.partition)) return true;
            // In the order in which they were read, where the partition is the same.
            return !is_before(right.partition, left.partition) && left.entry < right.entry;
        });
        std::vector<size_t> numbers(places_.size());
        for (size_t i = 0; i < places_.size(); ++i) {
            numbers[places_[i].entry] = i * count / places_.size();
        }
        return numbers;
    }

private:
    struct Place {
        PartitionValues partition;
        size_t entry;
    };
    std::vector<Place> places_;
};

template <typename Visit>
void each_live(const ManifestGroup& group, const Type& partition, const ManifestColumns& columns,
               const ChangeContext& context, const Visit& visit) {
    for (const ManifestFile* manifest : group) {
        StoredManifest stored(context.files, *manifest, partition, columns);
        stored.each([&](const ManifestEntries& entries, int64_t i) {
            if (entries.is_live(i)) visit(entries, i);
        });
    }
}

}  // namespace

std::vector<ManifestGroup> groups_to_rewrite(const std::vector<ManifestFile>& manifests,
                                             const CommitSettings& settings) {
    std::map<std::pair<ManifestContent, int32_t>, ManifestGroup> by_kind;
    for (const ManifestFile& manifest : manifests) {
        // One that only says what its commit removed goes with the next commit, whatever that is.
        if (!manifest.has_live_files()) continue;
        by_kind[{manifest.content, manifest.spec_id}].push_back(&manifest);
    }
    std::vector<ManifestGroup> groups;
    for (auto& [kind, group] : by_kind) {
        int64_t whole = bytes_of(group) / std::max<int64_t>(settings.manifest_target_bytes, 1);
        if (std::ssize(group) > whole + 1) groups.push_back(std::move(group));
    }
    return groups;
}

std::vector<ManifestFile> ManifestRewrite::apply(const std::vector<ManifestFile>& manifests,
                                                 const CommitSettings& settings,
                                                 const TableMetadata& table, NewManifests& written,
                                                 const ChangeContext& context) {
    std::set<const ManifestFile*> replaced;
    std::vector<ManifestFile> left;
    for (const ManifestGroup& group : groups_to_rewrite(manifests, settings)) {
        replaced.insert(group.begin(), group.end());
        std::string key;
        for (const ManifestFile* manifest : group) key += manifest->path + "\n";
        auto known = rewritten_.find(key);
        if (known == rewritten_.end()) {
            auto fresh = rewritten(group, settings.manifest_target_bytes, table, written, context);
            known = rewritten_.emplace(std::move(key), std::move(fresh)).first;
        }
        left.insert(left.end(), known->second.begin(), known->second.end());
    }
    replaced_count_ = static_cast<int>(replaced.size());
    for (const ManifestFile& manifest : manifests) {
        if (!replaced.contains(&manifest)) left.push_back(manifest);
    }
    return left;
}

// Twice over the manifests, so that only partitions have to be in memory together.
std::vector<ManifestFile> ManifestRewrite::rewritten(const ManifestGroup& group, int64_t bytes_max,
                                                     const TableMetadata& table,
                                                     NewManifests& written,
                                                     const ChangeContext& context) const {
    const ManifestFile& first = *group.front();
    Type partition = partition_type_of(first, table);
    Distribution distribution;
    each_live(
        group, partition, ManifestColumns::without_metrics(), context,
        [&](const ManifestEntries& entries, int64_t i) { distribution.add(entries.partition(i)); });
    auto count = static_cast<size_t>(bytes_of(group) / std::max<int64_t>(bytes_max, 1) + 1);
    std::vector<size_t> numbers = distribution.into(count);

    std::vector<ManifestWriter> writers;
    for (size_t i = 0; i < count; ++i) {
        writers.push_back(written.writer(table, first.spec_id, first.content, context.random));
    }
    auto number = numbers.begin();
    each_live(group, partition, ManifestColumns::all(), context,
              [&](const ManifestEntries& entries, int64_t i) {
                  writers[*number++].keep(entries.entry(i));
              });
    std::vector<ManifestFile> made;
    for (ManifestWriter& writer : writers) {
        if (writer.entry_count() > 0) made.push_back(written.write(writer, table, context.files));
    }
    return made;
}

}  // namespace tarn::iceberg
