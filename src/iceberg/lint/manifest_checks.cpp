#include "iceberg/lint/manifest_checks.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <set>
#include <tuple>

#include "iceberg/format/code_points.hpp"
#include "iceberg/format/filter.hpp"
#include "iceberg/format/position_deletes.hpp"
#include "iceberg/format/single_value.hpp"
#include "iceberg/lint/entry_checks.hpp"
#include "iceberg/lint/metadata_checks.hpp"

namespace tarn::iceberg {
namespace {

struct Counts {
    int64_t added_files = 0;
    int64_t existing_files = 0;
    int64_t deleted_files = 0;
    int64_t added_rows = 0;
    int64_t existing_rows = 0;
    int64_t deleted_rows = 0;
};

Counts counts_of(const std::vector<ManifestEntry>& entries) {
    Counts counts;
    for (const ManifestEntry& entry : entries) {
        int64_t rows = entry.file.record_count;
        switch (entry.status) {
            case EntryStatus::Added:
                ++counts.added_files;
                counts.added_rows += rows;
                break;
            case EntryStatus::Existing:
                ++counts.existing_files;
                counts.existing_rows += rows;
                break;
            case EntryStatus::Deleted:
                ++counts.deleted_files;
                counts.deleted_rows += rows;
                break;
        }
    }
    return counts;
}

class ManifestChecks {
public:
    ManifestChecks(const ManifestFile& manifest, const std::vector<ManifestEntry>& entries,
                   const TableMetadata& table, LintFindings& findings)
        : manifest_(manifest), entries_(entries), table_(table), findings_(findings) {}

    void check_counts(int64_t bytes) {
        if (manifest_.length != bytes) {
            findings_.add(LintRule::ExactSizes, manifest_.path,
                          "manifest_length is {}, the file has {} bytes", manifest_.length, bytes);
        }
        Counts counts = counts_of(entries_);
        want("added files", manifest_.added_files, counts.added_files);
        want("existing files", manifest_.existing_files, counts.existing_files);
        want("deleted files", manifest_.deleted_files, counts.deleted_files);
        want("added rows", manifest_.added_rows, counts.added_rows);
        want("existing rows", manifest_.existing_rows, counts.existing_rows);
        want("deleted rows", manifest_.deleted_rows, counts.deleted_rows);
    }

    void check_summaries() {
        const PartitionSpec* spec = table_.find_spec(manifest_.spec_id);
        // Without its record every partition would seem null.
        if (!spec || spec->fields.empty() || findings_.has(LintRule::PartitionRecord)) return;
        size_t count = manifest_.partitions ? manifest_.partitions->size() : 0;
        if (count != spec->fields.size()) {
            findings_.add(LintRule::PartitionSummaries, manifest_.path,
                          "{} summaries for {} partition fields", count, spec->fields.size());
            return;
        }
        Type partition = spec->partition_type(table_.schema());
        for (const ManifestEntry& entry : entries_) {
            for (size_t field = 0; field < count; ++field) {
                check_summary(entry, field, partition.fields[field]);
            }
        }
    }

    // A manifest is written by one commit, whose snapshot is that of all it adds and deletes.
    void check_snapshots() {
        for (const ManifestEntry& entry : entries_) {
            if (entry.status == EntryStatus::Existing || !entry.snapshot_id) continue;
            if (*entry.snapshot_id != manifest_.added_snapshot_id) {
                findings_.add(LintRule::EntrySnapshots, manifest_.path,
                              "an entry is of snapshot {}, the manifest of {}", *entry.snapshot_id,
                              manifest_.added_snapshot_id);
            }
        }
    }

private:
    template <typename Count>
    void want(std::string_view what, const std::optional<Count>& said, int64_t counted) {
        if (said && *said != counted) {
            findings_.add(LintRule::ExactSizes, manifest_.path,
                          "the list counts {} {}, the manifest has {}", *said, what, counted);
        }
    }

    void check_summary(const ManifestEntry& entry, size_t index, const Field& field) {
        const PartitionSummary& summary = (*manifest_.partitions)[index];
        const OptionalValue& value = entry.file.partition[index];
        if (!value) {
            if (!summary.contains_null) add_summary(field, "null");
            return;
        }
        if (is_nan(*value)) {
            if (summary.contains_nan == false) add_summary(field, "NaN");
            return;
        }
        auto bound = [&](const std::optional<Bytes>& bytes) {
            return bytes ? from_bytes(*bytes, field.type) : OptionalValue();
        };
        OptionalValue lower = bound(summary.lower_bound);
        OptionalValue upper = bound(summary.upper_bound);
        if (!lower || !upper || is_beyond(*lower, *value) || is_beyond(*value, *upper)) {
            add_summary(field, to_text(*value, field.type));
        }
    }

    // A bound of text may be cut short.
    static bool is_beyond(const Value& low, const Value& high) {
        return low.index() == high.index() && compare(low, high) > 0;
    }

    void add_summary(const Field& field, std::string_view value) {
        findings_.add(LintRule::PartitionSummaries, manifest_.path,
                      "the summary of '{}' leaves {} out", field.name, value);
    }

    const ManifestFile& manifest_;
    const std::vector<ManifestEntry>& entries_;
    const TableMetadata& table_;
    LintFindings& findings_;
};

std::string part_of(const ManifestEntry& entry) {
    return fmt::format("{} at {}", entry.file.path, entry.file.content_offset.value_or(0));
}

void check_total(const Snapshot& snapshot, const char* name, int64_t counted,
                 LintFindings& findings) {
    auto found = snapshot.summary.find(name);
    std::string place = fmt::format("snapshot {}", snapshot.id);
    if (found == snapshot.summary.end()) {
        findings.add(LintRule::SummaryTotals, place, "no '{}'", name);
        return;
    }
    if (found->second != std::to_string(counted)) {
        findings.add(LintRule::SummaryTotals, place, "'{}' is {}, the manifests have {}", name,
                     found->second, counted);
    }
}

void check_totals(const std::vector<LiveFile>& live, const Snapshot& snapshot,
                  LintFindings& findings) {
    int64_t files = 0;
    int64_t rows = 0;
    int64_t delete_files = 0;
    for (const LiveFile& file : live) {
        bool is_data = file.entry->file.content == FileContent::Data;
        ++(is_data ? files : delete_files);
        if (is_data) rows += file.entry->file.record_count;
    }
    check_total(snapshot, "total-data-files", files, findings);
    check_total(snapshot, "total-records", rows, findings);
    check_total(snapshot, "total-delete-files", delete_files, findings);
}

}  // namespace

void check_manifest(const ManifestFile& manifest, const std::vector<ManifestEntry>& entries,
                    int64_t bytes, const TableMetadata& table, LintFindings& findings) {
    check_location(manifest.path, manifest.path, findings);
    if (entries.empty()) findings.add(LintRule::EmptyManifests, manifest.path, "no entry");
    if (manifest.content == ManifestContent::Deletes && manifest.first_row_id) {
        findings.add(LintRule::RowLineage, manifest.path, "a delete manifest has a first_row_id");
    }
    ManifestChecks checks(manifest, entries, table, findings);
    checks.check_counts(bytes);
    checks.check_summaries();
    checks.check_snapshots();
    for (const ManifestEntry& entry : entries) {
        check_entry({.manifest = manifest, .entry = entry, .table = table}, findings);
    }
}

void check_live_files(const std::vector<LiveFile>& live, const Snapshot& snapshot,
                      LintFindings& findings) {
    std::set<std::string> paths;
    std::set<std::string> vectors;
    std::set<std::string> with_vector;
    for (const LiveFile& file : live) {
        const ManifestEntry& entry = *file.entry;
        if (!entry.file.is_deletion_vector()) {
            if (!paths.insert(entry.file.path).second) {
                findings.add(LintRule::DuplicateFiles, *file.manifest, "{} is twice in snapshot {}",
                             entry.file.path, snapshot.id);
            }
            continue;
        }
        if (!vectors.insert(part_of(entry)).second) {
            findings.add(LintRule::DeletionVectors, *file.manifest, "{} is twice in snapshot {}",
                         part_of(entry), snapshot.id);
        }
        std::string target = entry.file.referenced_data_file.value_or("");
        if (!with_vector.insert(target).second) {
            findings.add(LintRule::DeletionVectors, *file.manifest, "'{}' has a second one",
                         target);
        }
    }
    check_totals(live, snapshot, findings);
}

}  // namespace tarn::iceberg
