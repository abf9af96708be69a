// Gives the interoperability tests a hold on src/iceberg/format and src/iceberg/write:
//   iceberg_probe write FOLDER      a table described by JSON on stdin; prints its metadata file
//   iceberg_probe entries METADATA  what the current snapshot's manifests say, one JSON a line
//   iceberg_probe schema VERSION    the Avro schemas of manifests and manifest lists
//
// A table is {"format-version", "schema", "partition-spec", "properties", "rows": [[...]],
// "deleted-rows": [n]}: rows hold single values of primitive columns, deleted ones are named by
// their place in the list. In place of rows, "records" may hold objects as the JSON reader of
// src/columns takes them, of columns of any type. Version 2 deletes rows by position delete files,
// version 3 by deletion vectors.
#include <fmt/format.h>

#include <boost/json.hpp>

#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>

#include "base/ids.hpp"
#include "columns/json_decoder.hpp"
#include "iceberg/format/arrow_values.hpp"
#include "iceberg/format/manifest_list.hpp"
#include "iceberg/format/manifest_reader.hpp"
#include "iceberg/format/manifest_schema.hpp"
#include "iceberg/format/manifest_writer.hpp"
#include "iceberg/format/schema_json.hpp"
#include "iceberg/format/single_value.hpp"
#include "iceberg/format/table_metadata.hpp"
#include "iceberg/write/data_file_writer.hpp"
#include "iceberg/write/delete_files.hpp"
#include "storage/local_disk.hpp"

namespace {

using namespace tarn;
using namespace tarn::iceberg;
namespace json = boost::json;

std::string all_of(std::istream& in) {
    return std::string(std::istreambuf_iterator<char>(in), {});
}

std::string path_of(std::string_view uri) {
    constexpr std::string_view scheme = "file://";
    return std::string(uri.starts_with(scheme) ? uri.substr(scheme.size()) : uri);
}

std::string file_text(std::string_view uri) {
    std::ifstream file(path_of(uri), std::ios::binary);
    if (!file) throw Error(ErrorCode::NotFound, "there is no file {}", uri);
    return all_of(file);
}

void write_file(std::string_view uri, std::string_view text) {
    std::ofstream(path_of(uri), std::ios::binary) << text;
}

// Builds a table in memory and lays its files down: a snapshot that appends all rows, and one that
// deletes some of them.
class TableMaker {
public:
    TableMaker(const std::string& folder, const json::value& description)
        : input_(description, "table"),
          folder_("file://" + folder),
          disk_(storage::LocalDisk::open(storage::Uri::parse(folder_))),
          table_files_({disk_.get()}, 0) {
        std::filesystem::create_directories(folder + "/metadata");
        table_.format_version = input_.small_number("format-version");
        table_.uuid = Uuid::random(random_).text();
        table_.location = folder_;
        table_.properties = input_.texts("properties");
        auto schema = schema_from_json(input_.object("schema"));
        table_.schemas = {schema};
        table_.current_schema_id = schema->id();
        table_.last_column_id = schema->highest_id();
        PartitionSpec spec{.id = 0,
                           .fields = partition_fields_from_json(input_.objects("partition-spec"),
                                                                FirstPartitionFieldId - 1)};
        check_spec(spec, *schema);
        table_.last_partition_id = spec.highest_field_id();
        table_.specs = {spec};
        table_.sort_orders = {{}};
        table_.last_updated_ms = 1'763'700'000'000;
    }

    std::string make() {
        append_rows();
        if (!input_.numbers("deleted-rows").empty()) delete_rows();
        std::string metadata = folder_ + "/metadata/v1.metadata.json";
        write_file(metadata, to_json_text(table_));
        return path_of(metadata);
    }

private:
    void append_rows() {
        DataFileWriter writer(table_, table_files_, random_);
        places_ = writer.append_and_place(*(input_.has("records") ? records() : rows()));
        written_ = writer.finish();
        ManifestWriter manifest(options(ManifestContent::Data), random_);
        for (const DataFile& file : written_.files) manifest.add(file);
        commit("append", manifest);
    }

    std::shared_ptr<arrow::RecordBatch> rows() {
        auto schema = arrow_schema(table_.schema().fields());
        auto builder = columns::make_row_builder(*schema);
        for (const json::value& row : input_.get("rows").as_array()) {
            for (size_t i = 0; i < table_.schema().fields().size(); ++i) {
                const json::value& cell = row.as_array().at(i);
                const Type& type = table_.schema().fields()[i].type;
                append_value(builder->child(i),
                             cell.is_null() ? OptionalValue() : from_json(cell, type, "cell"));
            }
            builder->append_valid();
        }
        return columns::finish_batch(*builder, schema);
    }

    std::shared_ptr<arrow::RecordBatch> records() {
        columns::JsonDecoder decoder(arrow_schema(table_.schema().fields()));
        for (const json::value& record : input_.get("records").as_array()) {
            decoder.append_record(json::serialize(record));
        }
        auto decoded = decoder.finish();
        if (!decoded.errors.empty()) {
            throw Error(ErrorCode::InvalidInput, "{}", decoded.errors[0].reason);
        }
        return decoded.batch;
    }

    void delete_rows() {
        std::map<size_t, DeletedRows> deleted;
        for (int64_t row : input_.numbers("deleted-rows")) {
            auto [file, position] = written_.position_of(places_.at(static_cast<size_t>(row)));
            DeletedRows& rows = deleted[file];
            rows.data_file = written_.files[file].path;
            rows.partition = written_.files[file].partition;
            rows.positions.add(position);
        }
        std::vector<DeletedRows> all;
        for (auto& [file, rows] : deleted) all.push_back(std::move(rows));
        ManifestWriter manifest(options(ManifestContent::Deletes), random_);
        for (const auto& file : write_position_deletes(table_, table_files_, random_, all).added) {
            manifest.add(file);
        }
        commit("delete", manifest);
    }

    ManifestOptions options(ManifestContent content) {
        snapshot_id_ = random_.positive_id();
        return {.format_version = table_.format_version,
                .content = content,
                .schema = table_.find_schema(table_.current_schema_id),
                .spec = table_.spec(),
                .snapshot_id = snapshot_id_};
    }

    void commit(const std::string& operation, ManifestWriter& writer) {
        ++table_.last_sequence_number;
        ++table_.last_updated_ms;
        auto written = writer.finish();
        written.manifest.path =
            fmt::format("{}/metadata/m{}.avro", folder_, table_.last_sequence_number);
        write_file(written.manifest.path, as_text(written.bytes));
        manifests_.push_back(written.manifest);
        auto list = write_manifest_list(manifests_,
                                        {.format_version = table_.format_version,
                                         .snapshot_id = snapshot_id_,
                                         .parent_id = table_.current_snapshot_id,
                                         .sequence_number = table_.last_sequence_number,
                                         .first_row_id = table_.next_row_id},
                                        random_);
        manifests_ = list.manifests;
        Snapshot snapshot{.id = snapshot_id_,
                          .parent_id = table_.current_snapshot_id,
                          .sequence_number = table_.last_sequence_number,
                          .timestamp_ms = table_.last_updated_ms,
                          .summary = {{"operation", operation}},
                          .manifest_list = fmt::format("{}/metadata/snap-{}.avro", folder_,
                                                       table_.last_sequence_number),
                          .schema_id = table_.current_schema_id};
        if (table_.format_version >= 3) {
            snapshot.first_row_id = table_.next_row_id;
            snapshot.added_rows = list.added_rows;
            table_.next_row_id += list.added_rows;
        }
        write_file(snapshot.manifest_list, as_text(list.file));
        table_.snapshots.push_back(std::make_shared<const Snapshot>(snapshot));
        table_.snapshot_log.push_back({table_.last_updated_ms, snapshot_id_});
        table_.current_snapshot_id = snapshot_id_;
        table_.refs[std::string(MainBranch)] = {.snapshot_id = snapshot_id_};
    }

    SystemRandom random_;
    JsonObject input_;
    std::string folder_;
    std::unique_ptr<storage::LocalDisk> disk_;
    TableFiles table_files_;
    TableMetadata table_;
    SnapshotId snapshot_id_ = 0;
    WrittenFiles written_;
    std::vector<RowPlace> places_;  // of each row that was given
    std::vector<ManifestFile> manifests_;
};

json::value text_of(const OptionalValue& value, const Type& type) {
    return value ? json::value(to_text(*value, type)) : json::value(nullptr);
}

// Bounds by the name of their column, as a person reads them.
json::object bounds_of(const std::map<int32_t, Bytes>& bounds, const Schema& schema) {
    json::object texts;
    for (const auto& [id, bytes] : bounds) {
        const Field* field = schema.find(id);
        if (field) texts[field->name] = text_of(from_bytes(bytes, field->type), field->type);
    }
    return texts;
}

json::object counts_of(const std::map<int32_t, int64_t>& counts, const Schema& schema) {
    json::object numbers;
    for (const auto& [id, count] : counts) {
        if (const Field* field = schema.find(id)) numbers[field->name] = count;
    }
    return numbers;
}

json::object entry_of(const ManifestEntry& entry, const Type& partition, const Schema& schema) {
    json::array values;
    for (size_t i = 0; i < entry.file.partition.size(); ++i) {
        values.push_back(text_of(entry.file.partition[i], partition.fields[i].type));
    }
    const ColumnMetrics& metrics = entry.file.metrics;
    json::object shown{{"status", static_cast<int>(entry.status)},
                       {"snapshot-id", entry.snapshot_id.value_or(-1)},
                       {"content", static_cast<int>(entry.file.content)},
                       {"path", entry.file.path},
                       {"format", name_of(entry.file.format)},
                       {"partition", std::move(values)},
                       {"records", entry.file.record_count},
                       {"bytes", entry.file.file_bytes},
                       {"value-counts", counts_of(metrics.value_counts, schema)},
                       {"null-counts", counts_of(metrics.null_counts, schema)},
                       {"lower-bounds", bounds_of(metrics.lower_bounds, schema)},
                       {"upper-bounds", bounds_of(metrics.upper_bounds, schema)}};
    if (entry.sequence_number) shown["sequence-number"] = *entry.sequence_number;
    return shown;
}

std::shared_ptr<arrow::Buffer> file_buffer(std::string_view uri) {
    return arrow::Buffer::FromString(file_text(uri));
}

void print_entries(const std::string& metadata) {
    TableMetadata table = parse_metadata(file_text(metadata), metadata);
    auto snapshot = table.current_snapshot();
    if (!snapshot) throw Error(ErrorCode::NotFound, "the table has no snapshot");
    for (const ManifestFile& manifest : read_manifest_list(file_buffer(snapshot->manifest_list))) {
        Type partition = table.find_spec(manifest.spec_id)->partition_type(table.schema());
        for (const auto& entry : read_manifest(file_buffer(manifest.path), manifest, partition)) {
            std::cout << json::serialize(entry_of(entry, partition, table.schema())) << "\n";
        }
    }
}

void print_schemas(int version) {
    std::cout << manifest_schema(version, Type::structure({})) << "\n"
              << manifest_list_schema(version) << "\n";
}

}  // namespace

int main(int count, char** arguments) {
    std::vector<std::string> words(arguments + 1, arguments + count);
    try {
        if (words.size() == 2 && words[0] == "write") {
            json::value description = json::parse(all_of(std::cin));
            std::cout << TableMaker(words[1], description).make() << "\n";
            return 0;
        }
        if (words.size() == 2 && words[0] == "entries") return print_entries(words[1]), 0;
        if (words.size() == 2 && words[0] == "schema") {
            return print_schemas(std::stoi(words[1])), 0;
        }
        std::cerr << "iceberg_probe write FOLDER | entries METADATA | schema VERSION\n";
    } catch (const std::exception& error) {
        std::cerr << error.what() << "\n";
    }
    return 1;
}
