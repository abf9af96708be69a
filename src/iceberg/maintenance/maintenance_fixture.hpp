// A catalog in memory with a table whose data files are a few bytes each: what maintenance is about
// is who names them.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <set>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/random.hpp"
#include "iceberg/catalog/catalog.hpp"
#include "iceberg/catalog/reachable_files.hpp"
#include "iceberg/format/manifest_list.hpp"
#include "iceberg/format/manifest_reader.hpp"
#include "iceberg/format/manifest_writer.hpp"
#include "iceberg/format/metadata_builder.hpp"
#include "iceberg/lint/testing/findings.hpp"
#include "iceberg/maintenance/maintained_table.hpp"
#include "storage/memory_disk.hpp"

namespace tarn::iceberg {

class MaintenanceTest : public testing::Test {
protected:
    using Names = std::set<std::string>;

    void SetUp() override {
        catalog.create_namespace({"db"}, {});
        auto schema = Schema::make(0, {{.id = 1, .name = "id", .type = TypeKind::Long}});
        catalog.create_table({.name = trades, .schema = schema});
    }

    MaintainedTable maintained() { return {catalog, files, clock, trades}; }
    TableMetadata table() { return catalog.load_table(trades).metadata(); }

    static std::string operation_of(const Names& added, const Names& removed) {
        if (removed.empty()) return "append";
        return added.empty() ? "delete" : "overwrite";
    }

    // One snapshot an hour later, which adds and removes files by their names.
    SnapshotId commit(const Names& added, const Names& removed = {},
                      const std::string& branch = "main") {
        clock.advance(std::chrono::hours(1));
        TableMetadata base = table();
        SnapshotId id = random.positive_id();
        const SnapshotRef* ref = base.find_ref(branch);
        if (!ref) ref = base.find_ref(MainBranch);
        auto parent = ref ? base.find_snapshot(ref->snapshot_id) : nullptr;
        std::vector<ManifestFile> manifests;
        if (!added.empty()) manifests.push_back(manifest_of(id, added));
        int64_t live = std::ssize(added);
        if (parent) carry_over(*parent, id, removed, manifests, live);
        auto list =
            write_manifest_list(manifests,
                                {.snapshot_id = id,
                                 .parent_id = parent ? std::optional(parent->id) : std::nullopt,
                                 .sequence_number = base.last_sequence_number + 1},
                                random);
        Snapshot snapshot{
            .id = id,
            .parent_id = parent ? std::optional(parent->id) : std::nullopt,
            .sequence_number = base.last_sequence_number + 1,
            .timestamp_ms = unix_ms(clock.now()),
            .summary = {{"operation", operation_of(added, removed)},
                        {"total-data-files", std::to_string(live)},
                        {"total-records", std::to_string(live)},
                        {"total-delete-files", "0"}},
            .manifest_list = write(base, fmt::format("metadata/snap-{}.avro", id), list.file),
            .schema_id = 0};
        MetadataBuilder builder(base, unix_ms(clock.now()));
        builder.add_snapshot(snapshot);
        builder.set_ref(branch, {.snapshot_id = id});
        catalog.commit({trades, boost::json::array(), builder.updates()});
        return id;
    }

    void tag(const std::string& name, const SnapshotRef& ref) {
        MetadataBuilder builder(table(), unix_ms(clock.now()));
        builder.set_ref(name, ref);
        catalog.commit({trades, boost::json::array(), builder.updates()});
    }

    void set_property(const std::string& name, const std::string& value) {
        MetadataBuilder builder(table(), unix_ms(clock.now()));
        builder.set_properties({{name, value}});
        catalog.commit({trades, boost::json::array(), builder.updates()});
    }

    // Of the table, by their last names, as they lie on the disk.
    Names data_files() { return files_in("data"); }
    Names metadata_files() { return files_in("metadata"); }
    std::set<SnapshotId> snapshots() {
        std::set<SnapshotId> ids;
        for (const SnapshotPtr& snapshot : table().snapshots) ids.insert(snapshot->id);
        return ids;
    }

    std::string write(const TableMetadata& table, const std::string& name, const Bytes& content) {
        std::string location = table.location + "/" + name;
        disk.write(disk.path_of(location), content);
        return location;
    }

    // Every file that the table names is there, and says what it should.
    void expect_whole() {
        auto loaded = catalog.load_table(trades);
        EXPECT_EQ(lint_findings(files, loaded.metadata_location, {.opens_data_files = false}), "");
        auto found =
            reachable_files(loaded.metadata(), files, WhenUnreadable::Throw, WhichEntries::Live);
        for (const std::string& file : found.data_files) {
            EXPECT_TRUE(disk.exists(disk.path_of(file))) << file;
        }
    }

    ManualClock clock{WallTime(std::chrono::seconds(1'763'717'400))};
    storage::MemoryDisk disk{storage::Uri::parse("file:///data"), clock};
    SeededRandom random{7};
    CatalogStore store{open_sqlite(":memory:"), "tarn"};
    TableFiles files{{&disk}, 1 << 20};
    Catalog catalog{{store, files, clock, random}, disk.uri_of("warehouse")};
    TableName trades{{"db"}, "trades"};

private:
    DataFile data_file(const TableMetadata& base, const std::string& name) {
        DataFile file;
        file.path = write(base, "data/" + name, Bytes(10));
        file.record_count = 1;
        file.file_bytes = 10;
        return file;
    }

    ManifestFile manifest_of(SnapshotId id, const Names& added) {
        TableMetadata base = table();
        ManifestWriter writer({.schema = base.find_schema(0), .snapshot_id = id}, random);
        for (const std::string& name : added) writer.add(data_file(base, name));
        return finish(base, writer, id);
    }

    ManifestFile finish(const TableMetadata& base, ManifestWriter& writer, SnapshotId id) {
        auto written = writer.finish();
        written.manifest.path =
            write(base, fmt::format("metadata/{}-m{}.avro", id, ++manifest_count_), written.bytes);
        return written.manifest;
    }

    // Manifests that lose nothing stay as they are, others are written anew.
    void carry_over(const Snapshot& parent, SnapshotId id, const Names& removed,
                    std::vector<ManifestFile>& manifests, int64_t& live) {
        TableMetadata base = table();
        for (const ManifestFile& manifest : read_manifest_list(bytes(parent.manifest_list))) {
            if (!manifest.has_live_files()) continue;
            auto entries = read_manifest(bytes(manifest.path), manifest, Type::structure({}));
            auto is_removed = [&](const ManifestEntry& entry) {
                return removed.contains(entry.file.path.substr(entry.file.path.rfind('/') + 1));
            };
            std::erase_if(entries, [](const ManifestEntry& entry) { return !entry.is_live(); });
            live += std::ranges::count_if(entries, std::not_fn(is_removed));
            if (std::ranges::none_of(entries, is_removed)) {
                manifests.push_back(manifest);
                continue;
            }
            ManifestWriter writer({.schema = base.find_schema(0), .snapshot_id = id}, random);
            for (const ManifestEntry& entry : entries) {
                is_removed(entry) ? writer.remove(entry) : writer.keep(entry);
            }
            manifests.push_back(finish(base, writer, id));
        }
    }

    std::shared_ptr<arrow::Buffer> bytes(const std::string& location) {
        return arrow::Buffer::FromVector(disk.read(disk.path_of(location)));
    }

    Names files_in(const std::string& folder) {
        Names names;
        std::string path = disk.path_of(table().location + "/" + folder);
        for (const auto& entry : disk.list(path, storage::Depth::AllBelow)) {
            if (!entry.is_folder) names.insert(entry.path.substr(path.size() + 1));
        }
        return names;
    }

    int manifest_count_ = 0;
};

}  // namespace tarn::iceberg
