#include "iceberg/format/manifest_list.hpp"

#include "base/assert.hpp"
#include "base/error.hpp"
#include "columns/avro_reader.hpp"
#include "columns/avro_writer.hpp"
#include "iceberg/format/manifest_schema.hpp"
#include "iceberg/format/record_columns.hpp"

namespace tarn::iceberg {
namespace {

using columns::ColumnBuilder;

columns::AvroWriterOptions file_options(const ManifestListOptions& options) {
    columns::AvroWriterOptions written;
    auto add = [&](std::string key, std::string value) {
        written.metadata.emplace_back(std::move(key), std::move(value));
    };
    add("snapshot-id", std::to_string(options.snapshot_id));
    add("parent-snapshot-id", options.parent_id ? std::to_string(*options.parent_id) : "null");
    if (options.format_version >= 2) {
        add("sequence-number", std::to_string(options.sequence_number));
    }
    if (options.format_version >= 3) {
        add("first-row-id", std::to_string(options.first_row_id));
    }
    add("format-version", std::to_string(options.format_version));
    return written;
}

// What the commit alone knows of its manifests. Returns how many row ids they took.
int64_t assign_numbers(std::vector<ManifestFile>& manifests, const ManifestListOptions& options) {
    int64_t added_rows = 0;
    for (ManifestFile& manifest : manifests) {
        if (!manifest.sequence_number) {
            manifest.sequence_number = options.sequence_number;
            if (!manifest.min_sequence_number) {
                manifest.min_sequence_number = options.sequence_number;
            }
        }
        bool takes_row_ids = options.format_version >= 3 && !manifest.first_row_id &&
                             manifest.content == ManifestContent::Data;
        if (takes_row_ids) {
            manifest.first_row_id = options.first_row_id + added_rows;
            added_rows += manifest.added_rows.value_or(0) + manifest.existing_rows.value_or(0);
        }
    }
    return added_rows;
}

void put_summaries(ColumnBuilder& builder, const std::vector<PartitionSummary>& summaries) {
    using namespace manifest_list_field;
    auto& list = static_cast<columns::ListBuilder&>(builder);
    auto& record = static_cast<columns::StructBuilder&>(list.elements());
    const auto& fields = record.type()->fields();
    for (const PartitionSummary& summary : summaries) {
        for (size_t i = 0; i < fields.size(); ++i) {
            ColumnBuilder& column = record.child(i);
            switch (*columns::field_id_of(*fields[i])) {
                case ContainsNull:
                    put(column, summary.contains_null);
                    break;
                case ContainsNan:
                    put(column, summary.contains_nan);
                    break;
                case LowerBound:
                    put(column, summary.lower_bound);
                    break;
                case UpperBound:
                    put(column, summary.upper_bound);
                    break;
                default:
                    TARN_ASSERT(false);
            }
        }
        record.append_valid();
    }
    list.close_row();
}

void put_field(ColumnBuilder& builder, int32_t field_id, const ManifestFile& manifest) {
    using namespace manifest_list_field;
    switch (field_id) {
        case Path:
            return put(builder, manifest.path);
        case Length:
            return put(builder, manifest.length);
        case SpecId:
            return put(builder, manifest.spec_id);
        case Content:
            return put(builder, static_cast<int32_t>(manifest.content));
        case SequenceNumber:
            return put(builder, manifest.sequence_number);
        case MinSequenceNumber:
            return put(builder, manifest.min_sequence_number);
        case AddedSnapshotId:
            return put(builder, manifest.added_snapshot_id);
        case AddedFiles:
            return put(builder, manifest.added_files);
        case ExistingFiles:
            return put(builder, manifest.existing_files);
        case DeletedFiles:
            return put(builder, manifest.deleted_files);
        case AddedRows:
            return put(builder, manifest.added_rows);
        case ExistingRows:
            return put(builder, manifest.existing_rows);
        case DeletedRows:
            return put(builder, manifest.deleted_rows);
        case Partitions:
            if (!manifest.partitions) return builder.append_null();
            return put_summaries(builder, *manifest.partitions);
        case KeyMetadata:
            return put(builder, manifest.key_metadata);
        case FirstRowId:
            return put(builder, manifest.first_row_id);
        default:
            TARN_ASSERT(false);
    }
}

std::shared_ptr<arrow::Schema> wanted_schema() {
    using namespace manifest_list_field;
    auto summary = arrow::struct_({column(ContainsNull, "contains_null", arrow::boolean()),
                                   column(ContainsNan, "contains_nan", arrow::boolean()),
                                   column(LowerBound, "lower_bound", arrow::binary()),
                                   column(UpperBound, "upper_bound", arrow::binary())});
    return arrow::schema({
        column(Path, "manifest_path", arrow::utf8()),
        column(Length, "manifest_length", arrow::int64()),
        column(SpecId, "partition_spec_id", arrow::int32()),
        column(Content, "content", arrow::int32()),
        column(SequenceNumber, "sequence_number", arrow::int64()),
        column(MinSequenceNumber, "min_sequence_number", arrow::int64()),
        column(AddedSnapshotId, "added_snapshot_id", arrow::int64()),
        column(AddedFiles, "added_files_count", arrow::int32()),
        column(ExistingFiles, "existing_files_count", arrow::int32()),
        column(DeletedFiles, "deleted_files_count", arrow::int32()),
        column(AddedRows, "added_rows_count", arrow::int64()),
        column(ExistingRows, "existing_rows_count", arrow::int64()),
        column(DeletedRows, "deleted_rows_count", arrow::int64()),
        column(Partitions, "partitions", arrow::list(summary)),
        column(KeyMetadata, "key_metadata", arrow::binary()),
        column(FirstRowId, "first_row_id", arrow::int64()),
    });
}

std::vector<PartitionSummary> summaries_at(const arrow::ListArray& lists, int64_t row) {
    const auto& records = static_cast<const arrow::StructArray&>(*lists.values());
    auto flag = [&](const char* name, int64_t i) {
        return number_at(
            static_cast<const arrow::BooleanArray*>(records.GetFieldByName(name).get()), i);
    };
    auto bound = [&](const char* name, int64_t i) {
        return bytes_at(static_cast<const arrow::BinaryArray*>(records.GetFieldByName(name).get()),
                        i);
    };
    std::vector<PartitionSummary> summaries;
    for (int64_t i = lists.value_offset(row); i < lists.value_offset(row + 1); ++i) {
        // Who does not say whether there are nulls may have some.
        summaries.push_back({.contains_null = flag("contains_null", i).value_or(true),
                             .contains_nan = flag("contains_nan", i),
                             .lower_bound = bound("lower_bound", i),
                             .upper_bound = bound("upper_bound", i)});
    }
    return summaries;
}

ManifestFile manifest_at(const arrow::RecordBatch& batch, int64_t row) {
    auto long_at = [&](const char* name) {
        return number_at(static_cast<const arrow::Int64Array*>(batch.GetColumnByName(name).get()),
                         row);
    };
    auto int_at = [&](const char* name) {
        return number_at(static_cast<const arrow::Int32Array*>(batch.GetColumnByName(name).get()),
                         row);
    };
    auto path = text_at(
        static_cast<const arrow::StringArray*>(batch.GetColumnByName("manifest_path").get()), row);
    if (!path) throw Error(ErrorCode::Corrupt, "manifest list: a manifest without its path");
    int32_t content = int_at("content").value_or(0);
    if (content != 0 && content != 1) {
        throw Error(ErrorCode::Corrupt, "manifest list: a content of {}", content);
    }

    ManifestFile manifest;
    manifest.path = *path;
    manifest.length = long_at("manifest_length").value_or(0);
    manifest.spec_id = int_at("partition_spec_id").value_or(0);
    manifest.content = static_cast<ManifestContent>(content);
    manifest.sequence_number = long_at("sequence_number").value_or(0);
    manifest.min_sequence_number = long_at("min_sequence_number").value_or(0);
    manifest.added_snapshot_id = long_at("added_snapshot_id").value_or(0);
    manifest.added_files = int_at("added_files_count");
    manifest.existing_files = int_at("existing_files_count");
    manifest.deleted_files = int_at("deleted_files_count");
    manifest.added_rows = long_at("added_rows_count");
    manifest.existing_rows = long_at("existing_rows_count");
    manifest.deleted_rows = long_at("deleted_rows_count");
    auto partitions =
        std::static_pointer_cast<arrow::ListArray>(batch.GetColumnByName("partitions"));
    if (partitions->IsValid(row)) manifest.partitions = summaries_at(*partitions, row);
    manifest.key_metadata = bytes_at(
        static_cast<const arrow::BinaryArray*>(batch.GetColumnByName("key_metadata").get()), row);
    manifest.first_row_id = long_at("first_row_id");
    return manifest;
}

}  // namespace

WrittenManifestList write_manifest_list(std::vector<ManifestFile> manifests,
                                        const ManifestListOptions& options, Random& random) {
    int64_t added_rows = assign_numbers(manifests, options);
    auto schema = columns::AvroSchema::parse(manifest_list_schema(options.format_version));
    auto arrow_schema = schema.arrow_schema();
    auto rows = columns::make_row_builder(*arrow_schema);
    for (const ManifestFile& manifest : manifests) {
        for (int i = 0; i < arrow_schema->num_fields(); ++i) {
            put_field(rows->child(static_cast<size_t>(i)),
                      *columns::field_id_of(*arrow_schema->field(i)), manifest);
        }
        rows->append_valid();
    }
    columns::AvroWriter writer(std::move(schema), random, file_options(options));
    writer.append(*columns::finish_batch(*rows, arrow_schema));
    return {.file = writer.finish(), .manifests = std::move(manifests), .added_rows = added_rows};
}

std::vector<ManifestFile> read_manifest_list(std::shared_ptr<arrow::Buffer> file) {
    columns::AvroReader reader(std::move(file));
    reader.select(wanted_schema());
    std::vector<ManifestFile> manifests;
    while (auto batch = reader.next()) {
        for (int64_t row = 0; row < batch->num_rows(); ++row) {
            manifests.push_back(manifest_at(*batch, row));
        }
    }
    return manifests;
}

}  // namespace tarn::iceberg
