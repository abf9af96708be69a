// A table in memory whose commits are given file by file: what the tests of planning, reading and
// of metadata tables have in common, and the benchmark.
#pragma once

#include <fmt/format.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/random.hpp"
#include "iceberg/format/manifest_list.hpp"
#include "iceberg/format/manifest_writer.hpp"
#include "iceberg/scan/plan.hpp"
#include "storage/memory_disk.hpp"

namespace tarn::iceberg {

class ScanFixture {
public:
    explicit ScanFixture(SchemaPtr schema, PartitionSpec spec = {}, int format_version = 2)
        : disk_(storage::Uri::parse("file:///lake"), clock_), files_({&disk_}, 0) {
        table_.format_version = format_version;
        table_.location = disk_.uri_of("t");
        table_.schemas = {schema};
        table_.current_schema_id = schema->id();
        table_.specs = {std::move(spec)};
        table_.sort_orders = {{}};
        table_.last_updated_ms = 1000;
    }

    TableMetadata& table() { return table_; }
    storage::MemoryDisk& disk() { return disk_; }
    TableFiles& files() { return files_; }
    std::string location(std::string_view path) const { return disk_.uri_of(path); }

    struct Changes {
        std::string operation = "append";
        std::vector<std::pair<std::vector<DataFile>, int32_t>> added = {};  // with their specs
        std::vector<ManifestEntry> removed = {};                            // of spec 0
    };

    // One manifest for each group of files; returns the snapshot.
    SnapshotId commit(const Changes& changes) {
        SnapshotId id = ++last_id_;
        ++table_.last_sequence_number;
        table_.last_updated_ms += 1000;
        for (const auto& [files, spec_id] : changes.added) add_manifest(id, files, spec_id);
        if (!changes.removed.empty()) remove(id, changes.removed);
        auto list = write_manifest_list(manifests_,
                                        {.format_version = table_.format_version,
                                         .snapshot_id = id,
                                         .parent_id = table_.current_snapshot_id,
                                         .sequence_number = table_.last_sequence_number,
                                         .first_row_id = table_.next_row_id},
                                        random_);
        manifests_ = list.manifests;
        table_.next_row_id += list.added_rows;
        std::string path = fmt::format("t/metadata/snap-{}.avro", id);
        disk_.write(path, list.file);
        table_.snapshots.push_back(std::make_shared<const Snapshot>(
            Snapshot{.id = id,
                     .parent_id = table_.current_snapshot_id,
                     .sequence_number = table_.last_sequence_number,
                     .timestamp_ms = table_.last_updated_ms,
                     .summary = {{"operation", changes.operation}},
                     .manifest_list = location(path),
                     .schema_id = table_.current_schema_id}));
        table_.snapshot_log.push_back({table_.last_updated_ms, id});
        table_.current_snapshot_id = id;
        table_.refs[std::string(MainBranch)] = {.snapshot_id = id};
        return id;
    }
    SnapshotId append(std::vector<DataFile> files, int32_t spec_id = 0) {
        return commit({.added = {{std::move(files), spec_id}}});
    }

private:
    ManifestOptions options(SnapshotId id, int32_t spec_id, ManifestContent content) const {
        return {.format_version = table_.format_version,
                .content = content,
                .schema = table_.find_schema(table_.current_schema_id),
                .spec = *table_.find_spec(spec_id),
                .snapshot_id = id};
    }

    void add_manifest(SnapshotId id, const std::vector<DataFile>& files, int32_t spec_id) {
        auto content = files.front().content == FileContent::Data ? ManifestContent::Data
                                                                  : ManifestContent::Deletes;
        ManifestWriter writer(options(id, spec_id, content), random_);
        for (const DataFile& file : files) writer.add(file);
        finish(writer);
    }

    void remove(SnapshotId id, const std::vector<ManifestEntry>& removed) {
        ManifestWriter writer(options(id, 0, ManifestContent::Data), random_);
        for (const ManifestEntry& entry : removed) writer.remove(entry);
        finish(writer);
    }

    void finish(ManifestWriter& writer) {
        auto written = writer.finish();
        std::string path = fmt::format("t/metadata/m{}.avro", ++manifest_count_);
        disk_.write(path, written.bytes);
        written.manifest.path = location(path);
        manifests_.push_back(written.manifest);
    }

    SystemClock clock_;
    storage::MemoryDisk disk_;
    TableFiles files_;
    SeededRandom random_{1};
    TableMetadata table_;
    SnapshotId last_id_ = 100;
    int manifest_count_ = 0;
    std::vector<ManifestFile> manifests_;
};

}  // namespace tarn::iceberg
