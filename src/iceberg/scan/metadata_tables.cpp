#include "iceberg/scan/metadata_tables.hpp"

#include <algorithm>
#include <set>

#include "base/error.hpp"
#include "base/suggest.hpp"
#include "iceberg/scan/file_tables.hpp"
#include "iceberg/scan/table_rows.hpp"

namespace tarn::iceberg {
namespace {

constexpr int64_t MicrosPerMilli = 1000;

std::shared_ptr<arrow::Field> number(std::string name) {
    return arrow::field(std::move(name), arrow::int64());
}

std::shared_ptr<arrow::Field> text(std::string name) {
    return arrow::field(std::move(name), arrow::utf8());
}

std::shared_ptr<arrow::RecordBatch> snapshots_table(const TableMetadata& table) {
    TableRows rows({arrow::field("committed_at", instant_type()), number("snapshot_id"),
                    number("parent_id"), text("operation"), text("manifest_list"),
                    arrow::field("summary", arrow::map(arrow::utf8(), arrow::utf8()))});
    for (const SnapshotPtr& snapshot : table.snapshots) {
        auto summary = snapshot->summary;
        summary.erase("operation");
        std::string operation = snapshot->operation();
        rows.add(snapshot->timestamp_ms * MicrosPerMilli, snapshot->id, snapshot->parent_id,
                 operation.empty() ? std::nullopt : std::optional<std::string_view>(operation),
                 std::string_view(snapshot->manifest_list), summary);
    }
    return rows.finish();
}

std::shared_ptr<arrow::RecordBatch> history_table(const TableMetadata& table) {
    std::set<SnapshotId> ancestors;
    auto snapshot = table.current_snapshot();
    while (snapshot && ancestors.insert(snapshot->id).second) {
        snapshot = snapshot->parent_id ? table.find_snapshot(*snapshot->parent_id) : nullptr;
    }
    TableRows rows({arrow::field("made_current_at", instant_type()), number("snapshot_id"),
                    number("parent_id"), arrow::field("is_current_ancestor", arrow::boolean())});
    for (const SnapshotLogEntry& entry : table.snapshot_log) {
        auto made_current = table.find_snapshot(entry.snapshot_id);
        rows.add(entry.timestamp_ms * MicrosPerMilli, entry.snapshot_id,
                 made_current ? made_current->parent_id : std::nullopt,
                 ancestors.contains(entry.snapshot_id));
    }
    return rows.finish();
}

std::shared_ptr<arrow::RecordBatch> refs_table(const TableMetadata& table) {
    TableRows rows(
        {text("name"), text("type"), number("snapshot_id"), number("max_reference_age_in_ms"),
         arrow::field("min_snapshots_to_keep", arrow::int32()), number("max_snapshot_age_in_ms")});
    for (const auto& [name, ref] : table.refs) {
        std::string_view kind = ref.kind == RefKind::Tag ? "TAG" : "BRANCH";
        rows.add(std::string_view(name), kind, ref.snapshot_id, ref.max_ref_age_ms,
                 ref.min_snapshots_to_keep, ref.max_snapshot_age_ms);
    }
    return rows.finish();
}

// The newest snapshot that was current by then.
SnapshotPtr latest_snapshot(const TableMetadata& table, int64_t at_ms) {
    SnapshotPtr latest;
    for (const SnapshotLogEntry& entry : table.snapshot_log) {
        if (entry.timestamp_ms <= at_ms) latest = table.find_snapshot(entry.snapshot_id);
    }
    return latest;
}

std::shared_ptr<arrow::RecordBatch> log_table(const TableMetadata& table,
                                              const std::string& location) {
    TableRows rows({arrow::field("timestamp", instant_type()), text("file"),
                    number("latest_snapshot_id"), arrow::field("latest_schema_id", arrow::int32()),
                    number("latest_sequence_number")});
    auto entries = table.metadata_log;
    entries.push_back({table.last_updated_ms, location});
    for (const MetadataLogEntry& entry : entries) {
        auto latest = latest_snapshot(table, entry.timestamp_ms);
        rows.add(entry.timestamp_ms * MicrosPerMilli, std::string_view(entry.file),
                 latest ? std::optional(latest->id) : std::nullopt,
                 latest ? latest->schema_id : std::nullopt,
                 latest ? std::optional(latest->sequence_number) : std::nullopt);
    }
    return rows.finish();
}

}  // namespace

const std::vector<std::string>& metadata_table_names() {
    static const std::vector<std::string> names{"snapshots",
                                                "history",
                                                "refs",
                                                "metadata_log_entries",
                                                "files",
                                                "data_files",
                                                "delete_files",
                                                "entries",
                                                "manifests",
                                                "partitions",
                                                "all_files",
                                                "all_data_files",
                                                "all_delete_files",
                                                "all_entries",
                                                "all_manifests"};
    return names;
}

std::shared_ptr<arrow::RecordBatch> metadata_table(const TableMetadata& table,
                                                   ManifestCache& manifests,
                                                   const MetadataTableRequest& request) {
    std::string_view name = request.name;
    if (std::ranges::find(metadata_table_names(), name) == metadata_table_names().end()) {
        throw Error(ErrorCode::NotFound, "there is no metadata table '{}'", name)
            .with_hint(name_hint(name, metadata_table_names()));
    }
    if (name == "snapshots") return snapshots_table(table);
    if (name == "history") return history_table(table);
    if (name == "refs") return refs_table(table);
    if (name == "metadata_log_entries") return log_table(table, request.metadata_location);
    ManifestsOf of{.table = table, .cache = manifests, .snapshots = {}};
    bool is_of_all = name.starts_with("all_");
    if (is_of_all) {
        of.snapshots = table.snapshots;
        name.remove_prefix(std::string_view("all_").size());
    } else if (auto snapshot = snapshot_at(table, request.at)) {
        of.snapshots = {snapshot};
    }
    if (name == "files") return files_table(of, std::nullopt);
    if (name == "data_files") return files_table(of, ManifestContent::Data);
    if (name == "delete_files") return files_table(of, ManifestContent::Deletes);
    if (name == "entries") return entries_table(of);
    if (name == "partitions") return partitions_table(of);
    return manifests_table(of, is_of_all);
}

}  // namespace tarn::iceberg
