// A table in memory that every reader takes, with columns of the kinds that rules are about, data
// and deletes; and the places where a test may spoil it on its way to the disk.
#pragma once

#include <arrow/extension/uuid.h>
#include <arrow/io/memory.h>
#include <arrow/record_batch.h>
#include <arrow/table.h>
#include <parquet/arrow/writer.h>
#include <parquet/file_reader.h>
#include <parquet/properties.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <functional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "columns/arrow_result.hpp"
#include "columns/avro_writer.hpp"
#include "columns/parquet_metrics.hpp"
#include "iceberg/format/arrow_values.hpp"
#include "iceberg/format/column_bounds.hpp"
#include "iceberg/format/deletion_vector.hpp"
#include "iceberg/format/manifest_fixture.hpp"
#include "iceberg/format/position_deletes.hpp"
#include "iceberg/format/record_columns.hpp"
#include "iceberg/format/table_metadata.hpp"
#include "iceberg/lint/lint.hpp"
#include "storage/memory_disk.hpp"

namespace tarn::iceberg {

using RowsPointer = std::shared_ptr<arrow::RecordBatch>;

// Each is called where it is set.
struct Spoiled {
    int format_version = 2;
    std::function<void(std::vector<Field>&)> fields = {};
    std::function<RowsPointer(RowsPointer)> rows = {};
    std::function<RowsPointer(RowsPointer)> deletes = {};
    std::function<void(parquet::WriterProperties::Builder&,
                       parquet::ArrowWriterProperties::Builder&)>
        parquet = {};
    std::function<void(DataFile&)> file = {};
    std::function<void(DataFile&)> delete_file = {};
    // What the manifest of the data names, when it is to name more than the one file.
    std::function<std::vector<DataFile>(const DataFile&)> files = {};
    std::function<Bytes(Bytes)> manifest = {};
    std::function<void(ManifestFile&)> listed = {};
    std::function<void(std::vector<ManifestFile>&)> list = {};
    // One more manifest, without an entry.
    bool has_empty_manifest = false;
    std::function<Bytes(Bytes)> list_file = {};
    std::function<void(TableMetadata&)> table = {};
    std::function<void(boost::json::object&)> metadata = {};
    std::string metadata_name = "00001-a.metadata.json";
};

class LintedTable {
public:
    explicit LintedTable(Spoiled spoiled = {})
        : spoiled_(std::move(spoiled)),
          clock_(WallTime(std::chrono::seconds(1'763'700'000))),
          disk_(storage::Uri::parse("file:///lake"), clock_) {
        table_.format_version = spoiled_.format_version;
        table_.uuid = "9c12d441-03fe-4693-9a96-a0705ddf69c1";
        table_.location = "file:///lake/t";
        table_.last_updated_ms = unix_ms(clock_.now());
        std::vector<Field> fields = columns_of_all_kinds();
        if (spoiled_.fields) spoiled_.fields(fields);
        table_.schemas = {Schema::make(0, fields, {1})};
        table_.last_column_id = table_.schema().highest_id();
        table_.specs = {{.id = 0,
                         .fields = {{2, 1000, "ts_day", Transform::day()},
                                    {4, 1001, "price-part", Transform::identity()},
                                    {5, 1002, "seen", Transform::identity()}}}};
        table_.last_partition_id = 1002;
        table_.sort_orders = {{}};
        append_rows();
        delete_a_row();
        if (spoiled_.table) spoiled_.table(table_);
        auto json = to_json(table_);
        if (spoiled_.metadata) spoiled_.metadata(json);
        write("metadata/" + spoiled_.metadata_name, as_bytes(boost::json::serialize(json)));
    }

    LintReport lint() {
        OpenLocation open = [&](const std::string& location) {
            return disk_.open_reader(disk_.path_of(location));
        };
        return iceberg::lint(location("metadata/" + spoiled_.metadata_name), open);
    }

private:
    static std::vector<Field> columns_of_all_kinds() {
        return {{.id = 1, .name = "id", .is_required = true, .type = TypeKind::Long},
                {.id = 2, .name = "ts", .type = TypeKind::TimestampTz},
                {.id = 3, .name = "symbol", .type = TypeKind::String},
                {.id = 4, .name = "price", .type = Type::decimal(9, 2)},
                {.id = 5, .name = "seen", .type = TypeKind::Timestamp},
                {.id = 6, .name = "weight", .type = TypeKind::Double},
                {.id = 7, .name = "uid", .type = TypeKind::Uuid},
                {.id = 8, .name = "tags", .type = Type::list(9, TypeKind::String, false)},
                {.id = 10,
                 .name = "levels",
                 .type = Type::map(11, TypeKind::String, 12, TypeKind::Int, false)},
                {.id = 13,
                 .name = "venue",
                 .type = Type::structure({{.id = 14, .name = "city", .type = TypeKind::String}})}};
    }

    static std::string location(const std::string& path) { return "file:///lake/t/" + path; }

    void write(const std::string& path, BytesView content) { disk_.write("t/" + path, content); }

    // Rows of one partition.
    static RowsPointer rows() {
        auto schema = arrow_schema(columns_of_all_kinds());
        auto builder = columns::make_row_builder(*schema);
        for (int64_t id = 1; id <= 4; ++id) {
            append_value(builder->child(0), id);
            append_value(builder->child(1), int64_t{1'763'700'000'000'000 + id});
            append_value(builder->child(2),
                         std::string("a symbol that is cut short ") + static_cast<char>('a' + id));
            append_value(builder->child(3), Int128{1420});
            append_value(builder->child(4), int64_t{1'763'700'000'000'000});
            append_value(builder->child(5), 1.5 * static_cast<double>(id));
            append_value(builder->child(6), Bytes(16, static_cast<std::byte>(id)));
            auto& tags = static_cast<columns::ListBuilder&>(builder->child(7));
            put(tags.elements(), std::string_view("new"));
            tags.close_row();
            auto& levels = static_cast<columns::ListBuilder&>(builder->child(8));
            auto& level = static_cast<columns::StructBuilder&>(levels.elements());
            put(level.child(0), std::string_view("bid"));
            put(level.child(1), int32_t{7});
            level.append_valid();
            levels.close_row();
            auto& venue = static_cast<columns::StructBuilder&>(builder->child(9));
            put(venue.child(0), std::string_view("London"));
            venue.append_valid();
            builder->append_valid();
        }
        return with_uuid(columns::finish_batch(*builder, schema));
    }

    // Arrow annotates only columns of its own type for it.
    static RowsPointer with_uuid(const RowsPointer& rows) {
        constexpr int Index = 6;
        auto column =
            arrow::ExtensionType::WrapArray(arrow::extension::uuid(), rows->column(Index));
        auto field = rows->schema()->field(Index)->WithType(arrow::extension::uuid());
        return columns::or_throw(rows->SetColumn(Index, field, column));
    }

    DataFile write_rows(const std::string& path, const RowsPointer& rows, const Schema& schema,
                        const MetricsModes& modes) {
        parquet::WriterProperties::Builder file;
        file.compression(parquet::Compression::ZSTD)
            ->enable_store_decimal_as_integer()
            ->data_page_version(parquet::ParquetDataPageVersion::V1);
        parquet::ArrowWriterProperties::Builder from_arrow;
        if (spoiled_.parquet) spoiled_.parquet(file, from_arrow);
        auto table = columns::or_throw(arrow::Table::FromRecordBatches({rows}));
        auto stream = columns::or_throw(arrow::io::BufferOutputStream::Create());
        columns::or_throw(parquet::arrow::WriteTable(*table, arrow::default_memory_pool(), stream,
                                                     1024, file.build(), from_arrow.build()));
        auto bytes = columns::or_throw(stream->Finish());
        write(path, BytesView(reinterpret_cast<const std::byte*>(bytes->data()),
                              static_cast<size_t>(bytes->size())));
        auto reader =
            parquet::ParquetFileReader::Open(std::make_shared<arrow::io::BufferReader>(bytes));
        std::vector<std::optional<int64_t>> nan_counts;
        for (int i = 0; i < reader->metadata()->num_columns(); ++i) {
            bool is_double =
                reader->metadata()->schema()->Column(i)->physical_type() == parquet::Type::DOUBLE;
            nan_counts.push_back(is_double ? std::optional<int64_t>(0) : std::nullopt);
        }
        auto known = columns::metrics_of(*reader->metadata(), nan_counts);
        DataFile written;
        written.path = location(path);
        written.record_count = known.row_count;
        written.file_bytes = bytes->size();
        written.split_offsets = known.split_offsets;
        written.metrics = column_metrics(known, schema, modes);
        written.partition = {int32_t{20'413}, Int128{1420}, int64_t{1'763'700'000'000'000}};
        return written;
    }

    void append_rows() {
        RowsPointer batch = rows();
        if (spoiled_.rows) batch = spoiled_.rows(batch);
        data_ = write_rows("data/a.parquet", batch, table_.schema(),
                           MetricsModes::of_table({}, table_.schema(), table_.sort_order()));
        if (spoiled_.file) spoiled_.file(data_);
        std::vector<DataFile> files =
            spoiled_.files ? spoiled_.files(data_) : std::vector<DataFile>{data_};
        commit("append", ManifestContent::Data, files);
    }

    void delete_a_row() {
        PositionBitmap positions;
        positions.add(1);
        positions.add(2);
        DataFile deletes =
            table_.format_version >= 3 ? vector_of(positions) : position_deletes(positions);
        deletes.content = FileContent::PositionDeletes;
        deletes.referenced_data_file = location("data/a.parquet");
        std::vector<DataFile> files{deletes};
        if (spoiled_.delete_file) spoiled_.delete_file(files[0]);
        commit("delete", ManifestContent::Deletes, files);
    }

    DataFile position_deletes(const PositionBitmap& positions) {
        auto batch = position_delete_rows({{location("data/a.parquet"), positions}});
        if (spoiled_.deletes) batch = spoiled_.deletes(batch);
        auto keep = std::exchange(spoiled_.parquet, {});
        DataFile deletes = write_rows("data/a-deletes.parquet", batch, *position_delete_schema(),
                                      MetricsModes::full());
        spoiled_.parquet = std::move(keep);
        return deletes;
    }

    DataFile vector_of(const PositionBitmap& positions) {
        PuffinWriter puffin;
        PuffinBlob blob = add_deletion_vector(puffin, location("data/a.parquet"), positions);
        Bytes file = puffin.finish({});
        write("data/a-deletes.puffin", file);
        DataFile vector;
        vector.path = location("data/a-deletes.puffin");
        vector.format = FileFormat::Puffin;
        vector.record_count = positions.cardinality();
        vector.file_bytes = std::ssize(file);
        vector.partition = data_.partition;
        vector.content_offset = blob.offset;
        vector.content_bytes = blob.length;
        return vector;
    }

    void commit(const std::string& operation, ManifestContent content,
                const std::vector<DataFile>& files) {
        SnapshotId id = ++table_.last_sequence_number * 100;
        table_.last_updated_ms += 1;
        ManifestWriter writer({.format_version = table_.format_version,
                               .content = content,
                               .schema = table_.schemas[0],
                               .spec = table_.spec(),
                               .snapshot_id = id},
                              random_);
        for (const DataFile& file : files) writer.add(file);
        WrittenManifest written = writer.finish();
        std::string path = fmt::format("metadata/m{}.avro", id);
        written.manifest.path = location(path);
        bool is_data = content == ManifestContent::Data;
        if (is_data && spoiled_.manifest) {
            written.bytes = spoiled_.manifest(written.bytes);
            written.manifest.length = std::ssize(written.bytes);
        }
        if (is_data && spoiled_.listed) spoiled_.listed(written.manifest);
        write(path, written.bytes);
        manifests_.push_back(written.manifest);
        if (!is_data && spoiled_.list) spoiled_.list(manifests_);
        if (!is_data && spoiled_.has_empty_manifest) add_empty_manifest(written.bytes, id);
        write_list(operation, id);
    }

    // With the header of another.
    void add_empty_manifest(const Bytes& full, SnapshotId id) {
        columns::AvroReader reader(buffer_of(full));
        columns::AvroWriterOptions options;
        for (const auto& [key, value] : reader.metadata()) {
            if (!key.starts_with("avro.")) options.metadata.emplace_back(key, value);
        }
        Bytes empty = columns::AvroWriter(reader.schema(), random_, options).finish();
        write("metadata/empty.avro", empty);
        manifests_.push_back({.path = location("metadata/empty.avro"),
                              .length = std::ssize(empty),
                              .content = ManifestContent::Deletes,
                              .added_snapshot_id = id,
                              .added_files = 0,
                              .existing_files = 0,
                              .deleted_files = 0,
                              .added_rows = 0,
                              .existing_rows = 0,
                              .deleted_rows = 0,
                              .partitions = std::vector<PartitionSummary>(3)});
    }

    void write_list(const std::string& operation, SnapshotId id) {
        auto list = write_manifest_list(manifests_,
                                        {.format_version = table_.format_version,
                                         .snapshot_id = id,
                                         .parent_id = table_.current_snapshot_id,
                                         .sequence_number = table_.last_sequence_number,
                                         .first_row_id = table_.next_row_id},
                                        random_);
        manifests_ = list.manifests;
        std::string path = fmt::format("metadata/snap-{}.avro", id);
        write(path, spoiled_.list_file ? spoiled_.list_file(list.file) : list.file);
        Snapshot snapshot{.id = id,
                          .parent_id = table_.current_snapshot_id,
                          .sequence_number = table_.last_sequence_number,
                          .timestamp_ms = table_.last_updated_ms,
                          .summary = {{"operation", operation},
                                      {"total-data-files", "1"},
                                      {"total-records", "4"},
                                      {"total-delete-files", operation == "append" ? "0" : "1"}},
                          .manifest_list = location(path),
                          .schema_id = 0};
        if (table_.format_version >= 3) {
            snapshot.first_row_id = table_.next_row_id;
            snapshot.added_rows = list.added_rows;
            table_.next_row_id += list.added_rows;
        }
        table_.snapshots.push_back(std::make_shared<const Snapshot>(snapshot));
        table_.snapshot_log.push_back({table_.last_updated_ms, id});
        table_.current_snapshot_id = id;
        table_.refs[std::string(MainBranch)] = {.snapshot_id = id};
    }

    Spoiled spoiled_;
    ManualClock clock_;
    storage::MemoryDisk disk_;
    SeededRandom random_{1};
    TableMetadata table_;
    DataFile data_;
    std::vector<ManifestFile> manifests_;
};

}  // namespace tarn::iceberg
