#include "iceberg/write/delete_files.hpp"

#include <algorithm>
#include <map>

#include "base/error.hpp"
#include "iceberg/format/arrow_values.hpp"
#include "iceberg/format/column_bounds.hpp"
#include "iceberg/format/deletion_vector.hpp"
#include "iceberg/format/position_deletes.hpp"
#include "iceberg/write/write_options.hpp"

namespace tarn::iceberg {
namespace {

// The newest schema that has all that the spec speaks of: columns may be gone since.
const Schema& schema_for(const TableMetadata& table, const PartitionSpec& spec) {
    auto has_sources = [&](const Schema& schema) {
        return std::ranges::all_of(spec.fields, [&](const PartitionField& field) {
            return schema.find(field.source_id) != nullptr;
        });
    };
    if (has_sources(table.schema())) return table.schema();
    for (auto schema = table.schemas.rbegin(); schema != table.schemas.rend(); ++schema) {
        if (has_sources(**schema)) return **schema;
    }
    return table.schema();
}

std::string folder_of(const TableMetadata& table, const DeletedRows& rows) {
    const PartitionSpec* spec = table.find_spec(rows.spec_id);
    if (!spec) {
        throw Error(ErrorCode::InvalidInput, "{}: there is no partition spec {}", rows.data_file,
                    rows.spec_id);
    }
    return partition_path(*spec, schema_for(table, *spec), rows.partition);
}

// What all deletes of one data file, or of one partition, have in common.
DataFile described(const DeletedRows& rows) {
    DataFile file;
    file.content = FileContent::PositionDeletes;
    file.spec_id = rows.spec_id;
    file.partition = rows.partition;
    return file;
}

class ParquetDeletes {
public:
    ParquetDeletes(const TableMetadata& table, NewFiles& files)
        : table_(table), files_(files), options_(WriteOptions::of_table(table)) {}

    std::vector<DataFile> write(const std::vector<DeletedRows>& deleted) {
        // By folder, which tells spec and values apart, and by file where that is wanted.
        std::map<std::string, std::vector<const DeletedRows*>> groups;
        bool is_by_file = options_.delete_granularity == DeleteGranularity::File;
        for (const DeletedRows& rows : deleted) {
            if (rows.vector) {
                throw Error(ErrorCode::InvalidInput, "{}: deletion vectors need format version 3",
                            rows.data_file);
            }
            if (rows.positions.is_empty()) continue;
            std::string key = fmt::format("{} {}", rows.spec_id, folder_of(table_, rows));
            if (is_by_file) key += ' ' + rows.data_file;
            groups[key].push_back(&rows);
        }
        for (auto& [key, group] : groups) write_group(group);
        return std::move(written_);
    }

private:
    void write_group(const std::vector<const DeletedRows*>& group) {
        std::map<std::string, PositionBitmap> positions;
        for (const DeletedRows* rows : group) {
            positions[rows->data_file].add_all(rows->positions);
        }
        std::string folder = folder_of(table_, *group[0]);
        std::vector<std::string> locations;
        columns::RollingParquetWriter writer(
            arrow_schema(position_delete_schema()->fields()), parquet_options(),
            options_.delete_file_bytes_target, [&](size_t) {
                auto opened = files_.open(folder, "-deletes.parquet");
                locations.push_back(opened.location);
                return opened.stream;
            });
        // One data file after the other, so that only its rows are in memory.
        for (const auto& file : positions) writer.append(position_delete_rows({file}));
        auto metrics = writer.finish();
        for (size_t i = 0; i < metrics.size(); ++i) {
            DataFile file = described(*group[0]);
            file.path = locations[i];
            file.record_count = metrics[i].row_count;
            file.file_bytes = metrics[i].file_bytes;
            file.split_offsets = metrics[i].split_offsets;
            file.metrics =
                column_metrics(metrics[i], *position_delete_schema(), MetricsModes::full());
            if (positions.size() == 1) file.referenced_data_file = positions.begin()->first;
            written_.push_back(std::move(file));
        }
    }

    columns::ParquetOptions parquet_options() const {
        columns::ParquetOptions options = options_.parquet;
        options.bloom_filter_columns.clear();
        return options;
    }

    const TableMetadata& table_;
    NewFiles& files_;
    WriteOptions options_;
    std::vector<DataFile> written_;
};

class VectorDeletes {
public:
    VectorDeletes(const TableMetadata& table, const TableFiles& files, NewFiles& new_files)
        : files_(files),
          new_files_(new_files),
          file_bytes_target_(WriteOptions::of_table(table).delete_file_bytes_target) {}

    WrittenDeletes write(const std::vector<DeletedRows>& deleted) {
        for (const DeletedRows& rows : deleted) {
            if (!rows.positions.is_empty()) add(rows);
        }
        close_file();
        return std::move(written_);
    }

private:
    void add(const DeletedRows& rows) {
        PositionBitmap positions = rows.positions;
        if (rows.vector) {
            positions.add_all(read_deletion_vector(files_, *rows.vector));
            written_.replaced.push_back(*rows.vector);
        }
        PuffinBlob blob = add_deletion_vector(puffin_, rows.data_file, positions);
        DataFile vector = described(rows);
        vector.format = FileFormat::Puffin;
        vector.record_count = positions.cardinality();
        vector.referenced_data_file = rows.data_file;
        vector.content_offset = blob.offset;
        vector.content_bytes = blob.length;
        open_.push_back(std::move(vector));
        if (blob.offset + blob.length >= file_bytes_target_) close_file();
    }

    void close_file() {
        if (open_.empty()) return;
        Bytes bytes = std::exchange(puffin_, PuffinWriter()).finish({{"created-by", "tarn"}});
        std::string location = new_files_.write("", "-deletes.puffin", bytes);
        for (DataFile& vector : open_) {
            vector.path = location;
            vector.file_bytes = std::ssize(bytes);
            written_.added.push_back(std::move(vector));
        }
        open_.clear();
    }

    const TableFiles& files_;
    NewFiles& new_files_;
    int64_t file_bytes_target_;
    PuffinWriter puffin_;
    std::vector<DataFile> open_;  // in the file that is not written yet
    WrittenDeletes written_;
};

FileKind equality_kind(const TableMetadata& table, const std::vector<int32_t>& equality_ids) {
    if (equality_ids.empty()) {
        throw Error(ErrorCode::InvalidInput, "equality deletes need a column to compare");
    }
    for (const PartitionField& field : table.spec().fields) {
        bool is_void = field.transform.kind() == Transform::Kind::Void;
        if (is_void || std::ranges::find(equality_ids, field.source_id) != equality_ids.end()) {
            continue;
        }
        throw Error(ErrorCode::InvalidInput,
                    "equality deletes: the table is partitioned by '{}', which is not in the key",
                    table.schema().full_name(field.source_id));
    }
    WriteOptions options = WriteOptions::of_table(table);
    options.parquet.bloom_filter_columns.clear();
    return {.schema = equality_delete_schema(table.schema(), equality_ids),
            .spec = table.spec(),
            .content = FileContent::EqualityDeletes,
            .modes = MetricsModes::of_table(table.properties, table.schema(), SortOrder()),
            .parquet = std::move(options.parquet),
            .file_bytes_target = options.delete_file_bytes_target,
            .ending = "-deletes.parquet",
            .equality_ids = equality_ids};
}

}  // namespace

WrittenDeletes write_position_deletes(const TableMetadata& table, const TableFiles& files,
                                      Random& random, const std::vector<DeletedRows>& deleted) {
    NewFiles new_files(files, table, random);
    WrittenDeletes written;
    if (table.format_version >= 3) {
        written = VectorDeletes(table, files, new_files).write(deleted);
    } else {
        written.added = ParquetDeletes(table, new_files).write(deleted);
    }
    new_files.hand_over();
    return written;
}

PositionBitmap read_deletion_vector(const TableFiles& files, const DataFile& vector) {
    if (!vector.is_deletion_vector() || !vector.content_offset || !vector.content_bytes) {
        throw Error(ErrorCode::InvalidInput, "{} is no deletion vector", vector.path);
    }
    TableFiles::Place place = files.at(vector.path);
    Bytes bytes = place.files->read(
        place.path, {.offset = *vector.content_offset, .length = *vector.content_bytes});
    return parse_deletion_vector(bytes);
}

EqualityDeleteWriter::EqualityDeleteWriter(const TableMetadata& table, const TableFiles& files,
                                           Random& random, const std::vector<int32_t>& equality_ids,
                                           WriteLimits limits)
    : files_(equality_kind(table, equality_ids), NewFiles(files, table, random), limits) {}

}  // namespace tarn::iceberg
