// What the tests of changes share: a catalog over a disk in memory, a table in it, and a look at
// the files that the table has.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "iceberg/catalog/catalog.hpp"
#include "iceberg/catalog/stored_manifests.hpp"
#include "iceberg/table/committers.hpp"
#include "iceberg/table/metadata_change.hpp"
#include "storage/memory_disk.hpp"

namespace tarn::iceberg {

// Paths with their data sequence numbers: "a.parquet@1".
using LiveFiles = std::vector<std::string>;

class TableTest : public testing::Test {
protected:
    TableTest() { catalog.create_namespace({"db"}, {}); }

    LoadedTable create(Properties properties = {}, PartitionSpec spec = {}) {
        auto schema = Schema::make(0, {{.id = 1, .name = "id", .type = TypeKind::Long},
                                       {.id = 2, .name = "day", .type = TypeKind::Int}});
        return catalog.create_table({.name = name,
                                     .schema = schema,
                                     .spec = std::move(spec),
                                     .properties = std::move(properties)});
    }
    LoadedTable create_by_day(Properties properties = {}) {
        return create(std::move(properties), {.fields = {{2, 1000, "day", Transform::identity()}}});
    }

    static DataFile file(const std::string& path, int64_t rows = 10) {
        DataFile file;
        file.path = "file:///data/" + path + ".parquet";
        file.record_count = rows;
        file.file_bytes = rows * 100;
        return file;
    }
    static DataFile file_of_day(const std::string& path, int32_t day, int64_t rows = 10) {
        DataFile made = file(path, rows);
        made.partition = {day};
        return made;
    }
    static DataFile deletes_of(const DataFile& data, const std::string& path, int64_t rows = 1) {
        DataFile deletes = file(path, rows);
        deletes.content = FileContent::PositionDeletes;
        deletes.partition = data.partition;
        deletes.referenced_data_file = data.path;
        return deletes;
    }
    static DataFile vector_of(const DataFile& data, const std::string& path, int64_t offset = 4) {
        DataFile vector = deletes_of(data, path);
        vector.path = "file:///data/" + path + ".puffin";
        vector.format = FileFormat::Puffin;
        vector.content_offset = offset;
        vector.content_bytes = 40;
        return vector;
    }
    static DataFile equality_deletes(const std::string& path, PartitionValues partition = {}) {
        DataFile deletes = file(path, 1);
        deletes.content = FileContent::EqualityDeletes;
        deletes.partition = std::move(partition);
        deletes.equality_ids = {1};
        return deletes;
    }

    LoadedTable commit(FileChanges changes) { return committers.commit(name, std::move(changes)); }
    LoadedTable commit(TableChange&& change) { return committers.commit(name, change); }
    TableMetadata now() { return catalog.load_table(name).metadata(); }
    SnapshotPtr head() { return now().current_snapshot(); }

    std::vector<ManifestFile> manifests_of(const SnapshotPtr& snapshot) {
        return *ManifestLists(files).of(*snapshot);
    }
    std::vector<ManifestEntry> entries_of(const SnapshotPtr& snapshot) {
        std::vector<ManifestEntry> entries;
        TableMetadata table = now();
        for (const ManifestFile& manifest : manifests_of(snapshot)) {
            auto some = read_manifest(read_buffer(files, manifest.path), manifest,
                                      partition_type_of(manifest, table));
            entries.insert(entries.end(), some.begin(), some.end());
        }
        return entries;
    }
    LiveFiles live(const SnapshotPtr& snapshot) {
        LiveFiles live;
        for (const ManifestEntry& entry : entries_of(snapshot)) {
            if (!entry.is_live()) continue;
            std::string path = entry.file.path.substr(std::string("file:///data/").size());
            live.push_back(fmt::format("{}@{}", path.substr(0, path.find('.')),
                                       entry.sequence_number.value_or(-1)));
        }
        std::ranges::sort(live);
        return live;
    }
    LiveFiles live() { return live(head()); }

    // Files of metadata that nothing in the table leads to.
    std::vector<std::string> orphans() {
        TableMetadata table = now();
        std::set<std::string> known = {catalog.load_table(name).metadata_location};
        for (const MetadataLogEntry& entry : table.metadata_log) known.insert(entry.file);
        for (const SnapshotPtr& snapshot : table.snapshots) {
            known.insert(snapshot->manifest_list);
            for (const ManifestFile& manifest : manifests_of(snapshot)) {
                known.insert(manifest.path);
            }
        }
        std::vector<std::string> orphans;
        for (const auto& entry : disk.list("", storage::Depth::AllBelow)) {
            if (!known.contains(disk.uri_of(entry.path))) orphans.push_back(entry.path);
        }
        return orphans;
    }

    template <typename Work>
    static std::string failure_of(Work work) {
        try {
            work();
        } catch (const CatalogError& error) {
            return fmt::format("{}: {}", name_of(error.fault()), error.what());
        } catch (const Error& error) {
            return fmt::format("{}: {}", name_of(error.code()), error.what());
        }
        return "none";
    }

    ManualClock clock{WallTime(std::chrono::seconds(1'763'717'400))};
    storage::MemoryDisk disk{storage::Uri::parse("file:///lake"), clock};
    SystemRandom random;
    CatalogStore store{open_sqlite(":memory:"), "tarn"};
    TableFiles files{{&disk}, 16 << 20};
    Catalog catalog{{store, files, clock, random}, disk.uri_of("warehouse")};
    std::vector<std::chrono::milliseconds> waits;
    Committers committers{{catalog, files, clock, random,
                           [this](std::chrono::milliseconds time) { waits.push_back(time); }}};
    TableName name{{"db"}, "trades"};
};

}  // namespace tarn::iceberg
