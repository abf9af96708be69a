// For tests of sinks: tables that are written by jobs which die and start again, and their rows.
#pragma once

#include <arrow/scalar.h>

#include <algorithm>

#include "connectors/iceberg/iceberg_sink.hpp"
#include "connectors/iceberg_tables/iceberg_fixture.hpp"
#include "engine/epochs/epoch_file.hpp"
#include "iceberg/rewrite/compaction.hpp"
#include "iceberg/scan/task_reader.hpp"
#include "iceberg/table/metadata_change.hpp"

namespace tarn::connectors {

using Lines = std::vector<std::string>;

class SinkTest : public IcebergTest {
protected:
    // A sink as a job that starts opens it.
    std::unique_ptr<IcebergSink> sink(const std::string& name, const std::string& job = "job") {
        auto stored = table(name);
        return std::make_unique<IcebergSink>(sink_of(stored), handle(name), job, random);
    }
    // The same of an INSERT OVERWRITE.
    std::unique_ptr<IcebergSink> overwriting_sink(const std::string& name) {
        sql::stream::Sink of_table = sink_of(table(name));
        of_table.is_overwrite = true;
        return std::make_unique<IcebergSink>(of_table, handle(name), "job", random);
    }

    engine::ChangeBatch batch(const std::string& name, const Lines& rows) {
        return batch_of(written_columns(table(name)->table), rows);
    }
    void write(IcebergSink& sink, const std::string& name, const Lines& rows) {
        sink.write(batch(name, rows));
    }

    // What is kept of an epoch, as it comes back from its file.
    static engine::OperatorState prepare(IcebergSink& sink, int64_t number,
                                         std::map<std::string, std::string> offsets = {},
                                         engine::EventTime watermark = engine::NoTimeYet) {
        engine::Epoch epoch{.number = number};
        epoch.parts["sink"] = sink.set_aside(
            {.number = number, .offsets = std::move(offsets), .watermark = watermark})();
        return engine::decoded_epoch(engine::encoded(epoch)).parts.at("sink");
    }
    static void complete(IcebergSink& sink, int64_t number) {
        sink.commit(number, prepare(sink, number));
    }

    // "1, a" for each row of the table, sorted.
    Lines rows(const std::string& name) {
        iceberg::TableMetadata known = metadata(name);
        iceberg::ManifestCache manifests(connection->files);
        iceberg::ScanPlan plan = iceberg::plan(known, manifests, {});
        Lines lines;
        if (!plan.snapshot) return lines;
        iceberg::ScanReader reader(known, connection->files, plan,
                                   {.columns = iceberg::select_columns(known.schema(), {})});
        for (const iceberg::FileTask& task : plan.tasks) {
            iceberg::TaskReader file = reader.open(task);
            while (auto read = file.next()) add_lines(*read, lines);
        }
        std::ranges::sort(lines);
        return lines;
    }

    static void add_lines(const arrow::RecordBatch& rows, Lines& lines) {
        for (int64_t row = 0; row < rows.num_rows(); ++row) {
            std::string line;
            for (const auto& column : rows.columns()) {
                if (!line.empty()) line += ", ";
                line += columns::or_throw(column->GetScalar(row))->ToString();
            }
            lines.push_back(line);
        }
    }

    size_t snapshots(const std::string& name) { return metadata(name).snapshots.size(); }

    std::string summary(const std::string& name, const std::string& key) {
        auto snapshot = metadata(name).current_snapshot();
        auto found = snapshot->summary.find(key);
        return found == snapshot->summary.end() ? "none" : found->second;
    }

    // All rows to other files; how many it has rewritten.
    int64_t compact(const std::string& name) {
        auto target = handle(name);
        iceberg::CompactionOptions all;
        all.groups.takes_all = true;
        auto& committers = connection->committers_of(target->load());
        return iceberg::compact(committers, target->name, all).rewritten_files;
    }

    // As when somebody else has made a snapshot, and expiry has taken all before it.
    void forget_snapshots(const std::string& name) {
        auto target = handle(name);
        iceberg::LoadedTable loaded = target->load();
        iceberg::FileChanges nothing = iceberg::rewrite_manifests();
        connection->committers_of(loaded).commit(target->name, std::move(nothing));
        std::vector<iceberg::SnapshotId> old;
        iceberg::TableMetadata known = metadata(name);
        for (const auto& snapshot : known.snapshots) {
            if (snapshot->id != known.current_snapshot_id) old.push_back(snapshot->id);
        }
        iceberg::MetadataChange expire(
            [&](iceberg::MetadataBuilder& builder) { builder.remove_snapshots(old); });
        connection->committers_of(loaded).commit(target->name, expire);
    }

    void forget_property(const std::string& name, const std::string& property) {
        auto target = handle(name);
        std::vector<std::string> names{property};
        iceberg::MetadataChange forget(
            [&](iceberg::MetadataBuilder& builder) { builder.remove_properties(names); });
        connection->committers_of(target->load()).commit(target->name, forget);
    }
};

}  // namespace tarn::connectors
