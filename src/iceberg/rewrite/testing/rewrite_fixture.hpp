// A catalog in memory with a table of real files, and its rows as a reader sees them.
#pragma once

#include <arrow/scalar.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "columns/arrow_result.hpp"
#include "columns/json_decoder.hpp"
#include "iceberg/catalog/catalog.hpp"
#include "iceberg/catalog/reachable_files.hpp"
#include "iceberg/format/arrow_values.hpp"
#include "iceberg/lint/testing/findings.hpp"
#include "iceberg/scan/task_reader.hpp"
#include "iceberg/table/committers.hpp"
#include "iceberg/write/data_file_writer.hpp"
#include "iceberg/write/delete_files.hpp"
#include "storage/memory_disk.hpp"

namespace tarn::iceberg {

class RewriteTest : public testing::Test {
protected:
    void SetUp() override { catalog.create_namespace({"db"}, {}); }

    // id long, day int, name string.
    void create(Properties properties = {}, PartitionSpec spec = {}, SortOrder order = {}) {
        auto schema = Schema::make(0, {{.id = 1, .name = "id", .type = TypeKind::Long},
                                       {.id = 2, .name = "day", .type = TypeKind::Int},
                                       {.id = 3, .name = "name", .type = TypeKind::String}});
        catalog.create_table({.name = name,
                              .schema = schema,
                              .spec = std::move(spec),
                              .sort_order = std::move(order),
                              .properties = std::move(properties)});
    }
    void create_by_day(Properties properties = {}) {
        create(std::move(properties), {.fields = {{2, 1000, "day", Transform::identity()}}});
    }

    TableMetadata table() { return catalog.load_table(name).metadata(); }

    // One file, one commit.
    DataFile append(const std::vector<int64_t>& ids, int32_t day = 1) {
        TableMetadata now = table();
        std::string lines;
        for (int64_t id : ids) {
            lines += fmt::format("{{\"id\": {}, \"day\": {}, \"name\": \"n{}\"}}\n", id, day, id);
        }
        DataFileWriter writer(now, files, random);
        writer.append(*decoded(now.schema(), lines));
        auto added = writer.finish().files;
        committers.commit(name, iceberg::append(added));
        return added.at(0);
    }
    // A file for each.
    void append_each(int64_t first, int64_t last, int32_t day = 1) {
        for (int64_t id = first; id <= last; ++id) append({id}, day);
    }

    void delete_rows(const DataFile& file, const std::vector<int64_t>& positions) {
        TableMetadata now = table();
        PositionBitmap bitmap;
        for (int64_t position : positions) bitmap.add(position);
        auto deletes = write_position_deletes(now, files, random,
                                              {{.data_file = file.path,
                                                .spec_id = file.spec_id,
                                                .partition = file.partition,
                                                .positions = bitmap}});
        committers.commit(name, row_delta({}, deletes.added, {.since = now.current_snapshot_id}));
    }
    // Every row that has this id by now.
    void delete_id(int64_t id) {
        TableMetadata now = table();
        auto ids = Schema::make(0, {{.id = 1, .name = "id", .type = TypeKind::Long}});
        EqualityDeleteWriter writer(now, files, random, {1});
        writer.append(*decoded(*ids, fmt::format("{{\"id\": {}}}\n", id)));
        committers.commit(name,
                          row_delta({}, writer.finish().files, {.since = now.current_snapshot_id}));
    }

    ScanPlan planned() {
        ManifestCache manifests(files);
        return plan(table(), manifests, {});
    }
    // "1 1 n1", in order.
    std::vector<std::string> rows(const std::vector<std::string>& names = {}) {
        auto texts = rows_as_they_lie(names);
        std::ranges::sort(texts);
        return texts;
    }
    std::vector<std::string> rows_as_they_lie(const std::vector<std::string>& names = {}) {
        TableMetadata now = table();
        ScanPlan plan = planned();
        auto fields = select_columns(*plan.schema, names);
        ScanReader reader(now, files, plan, {.columns = fields});
        std::vector<std::string> texts;
        for (const FileTask& task : plan.tasks) {
            TaskReader rows = reader.open(task);
            while (auto batch = rows.next()) {
                for (int64_t row = 0; row < batch->num_rows(); ++row) {
                    texts.push_back(row_text(*batch, row));
                }
            }
        }
        return texts;
    }

    size_t data_file_count() { return planned().tasks.size(); }
    std::string last_operation() { return table().current_snapshot()->operation(); }

    // What every reader wants of a table, and no file that nobody names.
    void expect_whole() {
        auto loaded = catalog.load_table(name);
        EXPECT_EQ(lint_findings(files, loaded.metadata_location), "");
        auto found =
            reachable_files(loaded.metadata(), files, WhenUnreadable::Throw, WhichEntries::All);
        std::set<std::string> known = {loaded.metadata_location};
        for (const auto* kind : {&found.data_files, &found.manifests, &found.manifest_lists,
                                 &found.statistics_files, &found.metadata_files}) {
            known.insert(kind->begin(), kind->end());
        }
        for (const auto& entry : disk.list("", storage::Depth::AllBelow)) {
            if (entry.is_folder) continue;
            EXPECT_TRUE(known.contains(disk.uri_of(entry.path))) << entry.path;
        }
    }

    template <typename Work>
    static std::string refusal_of(const Work& work) {
        try {
            work();
        } catch (const Error& error) {
            return error.what();
        }
        return "none";
    }

    static std::shared_ptr<arrow::RecordBatch> decoded(const Schema& schema,
                                                       std::string_view json_lines) {
        columns::JsonDecoder decoder(arrow_schema(schema.fields()));
        decoder.append_lines(json_lines);
        auto result = decoder.finish();
        EXPECT_TRUE(result.errors.empty()) << result.errors[0].reason;
        return result.batch;
    }

    ManualClock clock{WallTime(std::chrono::seconds(1'763'717'400))};
    storage::MemoryDisk disk{storage::Uri::parse("file:///data"), clock};
    SystemRandom random;
    CatalogStore store{open_sqlite(":memory:"), "tarn"};
    TableFiles files{{&disk}, 1 << 20};
    Catalog catalog{{store, files, clock, random}, disk.uri_of("warehouse")};
    Committers committers{{catalog, files, clock, random, [](std::chrono::milliseconds) {}}};
    TableName name{{"db"}, "trades"};

private:
    static std::string row_text(const arrow::RecordBatch& batch, int64_t row) {
        std::string text;
        for (const auto& column : batch.columns()) {
            auto value = columns::or_throw(column->GetScalar(row));
            text += (text.empty() ? "" : " ") + value->ToString();
        }
        return text;
    }
};

}  // namespace tarn::iceberg
