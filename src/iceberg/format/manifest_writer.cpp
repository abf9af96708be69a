#include "iceberg/format/manifest_writer.hpp"

#include <boost/json/serialize.hpp>

#include <algorithm>

#include "base/assert.hpp"
#include "base/error.hpp"
#include "columns/field_ids.hpp"
#include "iceberg/format/arrow_values.hpp"
#include "iceberg/format/manifest_schema.hpp"
#include "iceberg/format/record_columns.hpp"
#include "iceberg/format/schema_json.hpp"

namespace tarn::iceberg {
namespace {

using columns::ColumnBuilder;

// Rows are handed to the Avro writer in groups of this many; estimated_bytes() does not count what
// waits.
constexpr int64_t WrittenRows = 128;
// What version 1 wants to know and nobody uses.
constexpr int64_t BlockBytesOfVersion1 = 64 << 20;

columns::AvroWriterOptions file_options(const ManifestOptions& options) {
    columns::AvroWriterOptions written;
    auto add = [&](std::string key, std::string value) {
        written.metadata.emplace_back(std::move(key), std::move(value));
    };
    add("schema", boost::json::serialize(to_json(*options.schema)));
    add("schema-id", std::to_string(options.schema->id()));
    add("partition-spec", boost::json::serialize(fields_to_json(options.spec)));
    add("partition-spec-id", std::to_string(options.spec.id));
    add("format-version", std::to_string(options.format_version));
    if (options.format_version >= 2) {
        add("content", options.content == ManifestContent::Data ? "data" : "deletes");
    }
    return written;
}

ManifestOptions checked(ManifestOptions options) {
    for (const PartitionField& field : options.spec.fields) {
        if (field.transform.kind() == Transform::Kind::Unknown) {
            throw Error(ErrorCode::InvalidInput,
                        "partition field '{}': the transform '{}' is not known", field.name,
                        field.transform.text());
        }
    }
    return options;
}

}  // namespace

ManifestWriter::ManifestWriter(ManifestOptions options, Random& random)
    : options_(checked(std::move(options))),
      partition_type_(options_.spec.partition_type(*options_.schema)),
      schema_(
          columns::AvroSchema::parse(manifest_schema(options_.format_version, partition_type_))),
      arrow_schema_(schema_.arrow_schema()),
      writer_(schema_, random, file_options(options_)),
      rows_(columns::make_row_builder(*arrow_schema_)),
      summaries_(options_.spec.fields.size()) {
    manifest_.spec_id = options_.spec.id;
    manifest_.content = options_.content;
    manifest_.added_snapshot_id = options_.snapshot_id;
    manifest_.added_files = manifest_.existing_files = manifest_.deleted_files = 0;
    manifest_.added_rows = manifest_.existing_rows = manifest_.deleted_rows = 0;
    if (options_.format_version == 1) {
        manifest_.sequence_number = 0;
        manifest_.min_sequence_number = 0;
    }
}

void ManifestWriter::add(const DataFile& file, std::optional<int64_t> sequence_number) {
    append({.status = EntryStatus::Added,
            .snapshot_id = options_.snapshot_id,
            .sequence_number = sequence_number,
            .file = file});
}

void ManifestWriter::keep(const ManifestEntry& entry) {
    ManifestEntry kept = entry;
    kept.status = EntryStatus::Existing;
    append(kept);
}

void ManifestWriter::remove(const ManifestEntry& entry) {
    ManifestEntry removed = entry;
    removed.status = EntryStatus::Deleted;
    removed.snapshot_id = options_.snapshot_id;
    append(removed);
}

void ManifestWriter::append(const ManifestEntry& entry) {
    check(entry);
    const auto& fields = arrow_schema_->fields();
    for (size_t i = 0; i < fields.size(); ++i) {
        append_to(rows_->child(i), *columns::field_id_of(*fields[i]), entry);
    }
    rows_->append_valid();
    count(entry);
    if (rows_->length() == WrittenRows) write_rows();
}

void ManifestWriter::check(const ManifestEntry& entry) const {
    const DataFile& file = entry.file;
    TARN_ASSERT(file.spec_id == options_.spec.id);
    TARN_ASSERT((file.content == FileContent::Data) == (options_.content == ManifestContent::Data));
    TARN_ASSERT(file.partition.size() == partition_type_.fields.size());
    for (size_t i = 0; i < file.partition.size(); ++i) {
        const auto& value = file.partition[i];
        TARN_ASSERT(!value || is_of(*value, partition_type_.fields[i].type));
    }
    // Only what this commit adds may leave its numbers to the commit.
    TARN_ASSERT(entry.status == EntryStatus::Added || options_.format_version == 1 ||
                (entry.sequence_number && entry.file_sequence_number));
}

void ManifestWriter::append_to(ColumnBuilder& builder, int32_t field_id,
                               const ManifestEntry& entry) {
    switch (field_id) {
        case manifest_field::Status:
            return put(builder, static_cast<int32_t>(entry.status));
        case manifest_field::EntrySnapshotId:
            return put(builder, entry.snapshot_id);
        case manifest_field::SequenceNumber:
            return put(builder, entry.sequence_number);
        case manifest_field::FileSequenceNumber:
            return put(builder, entry.file_sequence_number);
        case manifest_field::File: {
            auto& record = static_cast<columns::StructBuilder&>(builder);
            const auto& fields = record.type()->fields();
            for (size_t i = 0; i < fields.size(); ++i) {
                append_of_file(record.child(i), *columns::field_id_of(*fields[i]), entry.file);
            }
            return record.append_valid();
        }
        default:
            TARN_ASSERT(false);
    }
}

void ManifestWriter::append_of_file(ColumnBuilder& builder, int32_t field_id,
                                    const DataFile& file) {
    using namespace manifest_field;
    switch (field_id) {
        case Content:
            return put(builder, static_cast<int32_t>(file.content));
        case Path:
            return put(builder, file.path);
        case Format:
            return put(builder, name_of(file.format));
        case Partition: {
            auto& record = static_cast<columns::StructBuilder&>(builder);
            for (size_t i = 0; i < file.partition.size(); ++i) {
                append_value(record.child(i), file.partition[i]);
            }
            return record.append_valid();
        }
        case RecordCount:
            return put(builder, file.record_count);
        case FileBytes:
            return put(builder, file.file_bytes);
        case BlockBytes:
            return put(builder, BlockBytesOfVersion1);
        case ColumnBytes:
            return put(builder, file.metrics.column_bytes);
        case ValueCounts:
            return put(builder, file.metrics.value_counts);
        case NullCounts:
            return put(builder, file.metrics.null_counts);
        case NanCounts:
            return put(builder, file.metrics.nan_counts);
        case LowerBounds:
            return put(builder, file.metrics.lower_bounds);
        case UpperBounds:
            return put(builder, file.metrics.upper_bounds);
        case KeyMetadata:
            return put(builder, file.key_metadata);
        case SplitOffsets:
            return put(builder, file.split_offsets);
        case EqualityIds:
            return put(builder, file.equality_ids);
        case SortOrderId:
            return put(builder, file.sort_order_id);
        case FirstRowId:
            return put(builder, file.first_row_id);
        case ReferencedDataFile:
            return put(builder, file.referenced_data_file);
        case ContentOffset:
            return put(builder, file.content_offset);
        case ContentBytes:
            return put(builder, file.content_bytes);
        default:
            TARN_ASSERT(false);
    }
}

void ManifestWriter::count(const ManifestEntry& entry) {
    ++entry_count_;
    summaries_.add(entry.file.partition);
    auto add = [&](std::optional<int32_t>& files, std::optional<int64_t>& rows) {
        files = *files + 1;
        rows = *rows + entry.file.record_count;
    };
    switch (entry.status) {
        case EntryStatus::Added:
            add(manifest_.added_files, manifest_.added_rows);
            break;
        case EntryStatus::Existing:
            add(manifest_.existing_files, manifest_.existing_rows);
            break;
        case EntryStatus::Deleted:
            add(manifest_.deleted_files, manifest_.deleted_rows);
            break;
    }
    // A number that the commit gives is higher than any that is known.
    if (entry.is_live() && entry.sequence_number) {
        manifest_.min_sequence_number = std::min(
            *entry.sequence_number, manifest_.min_sequence_number.value_or(*entry.sequence_number));
    }
}

void ManifestWriter::write_rows() {
    writer_.append(*columns::finish_batch(*rows_, arrow_schema_));
}

size_t ManifestWriter::estimated_bytes() const {
    return writer_.estimated_bytes();
}

WrittenManifest ManifestWriter::finish() {
    TARN_ASSERT(entry_count_ > 0);
    write_rows();
    WrittenManifest written{.bytes = writer_.finish(), .manifest = std::move(manifest_)};
    written.manifest.length = std::ssize(written.bytes);
    written.manifest.partitions = summaries_.summaries();
    return written;
}

}  // namespace tarn::iceberg
