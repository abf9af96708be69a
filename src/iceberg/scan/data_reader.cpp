#include "iceberg/scan/data_reader.hpp"

#include <arrow/io/interfaces.h>
#include <parquet/arrow/reader.h>
#include <parquet/arrow/schema.h>
#include <parquet/exception.h>
#include <parquet/file_reader.h>
#include <parquet/metadata.h>
#include <parquet/statistics.h>

#include <algorithm>

#include "base/error.hpp"
#include "columns/field_ids.hpp"
#include "iceberg/format/single_value.hpp"
#include "iceberg/scan/column_span.hpp"
#include "storage/arrow_io.hpp"
#include "storage/parquet_status.hpp"

namespace tarn::iceberg {
namespace {

using parquet::arrow::SchemaField;

constexpr int64_t BatchRows = 32'768;

// Bounds in another unit or form than ours are not looked at.
bool has_plain_bounds(const parquet::ColumnDescriptor& column) {
    const auto& logical = column.logical_type();
    if (column.physical_type() == parquet::Type::INT96) return false;
    if (!logical) return true;
    if (logical->is_timestamp()) {
        const auto& timestamp = static_cast<const parquet::TimestampLogicalType&>(*logical);
        return timestamp.time_unit() == parquet::LogicalType::TimeUnit::MICROS;
    }
    if (logical->is_time()) {
        const auto& time = static_cast<const parquet::TimeLogicalType&>(*logical);
        return time.time_unit() == parquet::LogicalType::TimeUnit::MICROS;
    }
    if (logical->is_int()) {
        return static_cast<const parquet::IntLogicalType&>(*logical).is_signed();
    }
    return true;
}

OptionalValue bound_of(std::string bytes, const parquet::ColumnDescriptor& column,
                       const Type& type) {
    if (type.kind == TypeKind::TimestampNs || type.kind == TypeKind::TimestampTzNs) {
        return std::nullopt;
    }
    bool is_integer = column.physical_type() == parquet::Type::INT32 ||
                      column.physical_type() == parquet::Type::INT64;
    if (type.kind == TypeKind::Decimal && is_integer) std::ranges::reverse(bytes);
    auto value = from_bytes(as_bytes(bytes), type);
    if (value && is_nan(*value)) return std::nullopt;
    return value;
}

ColumnSpan span_of(const parquet::ColumnChunkMetaData& chunk,
                   const parquet::ColumnDescriptor& column, const Type& type) {
    ColumnSpan span;
    span.may_have_nans = type.kind == TypeKind::Float || type.kind == TypeKind::Double;
    auto statistics = chunk.statistics();
    if (!statistics) return span;
    if (statistics->HasNullCount()) {
        span.may_have_nulls = statistics->null_count() > 0;
        if (statistics->null_count() == chunk.num_values()) return ColumnSpan::all_null();
    }
    if (!statistics->HasMinMax() || !has_plain_bounds(column)) return span;
    span.lowest = bound_of(statistics->EncodeMin(), column, type);
    span.highest = bound_of(statistics->EncodeMax(), column, type);
    return span;
}

// `place` is the path of the fields around.
void index_leaves(const std::vector<SchemaField>& fields, const NameMapping* mapping,
                  const NameMapping::Path& place, std::map<int32_t, int>& leaves) {
    for (const SchemaField& field : fields) {
        NameMapping::Path path = place;
        path.push_back(field.field->name());
        auto id = mapping ? mapping->find(path) : columns::field_id_of(*field.field);
        if (field.is_leaf() && id) leaves[*id] = field.column_index;
        if (field.field->type()->id() == arrow::Type::STRUCT) {
            index_leaves(field.children, mapping, path, leaves);
        }
    }
}

}  // namespace

template <typename Work>
auto DataReader::told_where(const Work& work) const {
    try {
        return work();
    } catch (const parquet::ParquetException& exception) {
        throw Error(ErrorCode::Corrupt, "{}: {}", path_, exception.what());
    } catch (const Error& error) {
        throw Error(error.code(), "{}: {}", path_, error.what());
    }
}

DataReader::DataReader(const TableFiles& files, const DataFile& file, std::vector<Field> wanted,
                       DataReaderOptions options)
    : path_(file.path), wanted_(std::move(wanted)), options_(std::move(options)) {
    if (file.format != FileFormat::Parquet) {
        throw Error(ErrorCode::InvalidInput, "{}: files of format {} cannot be read, only PARQUET",
                    path_, name_of(file.format));
    }
    told_where([&] { open(files); });
}

DataReader::~DataReader() = default;

void DataReader::open(const TableFiles& files) {
    TableFiles::Place place = files.at(path_);
    parquet::arrow::FileReaderBuilder builder;
    storage::check_parquet(
        builder.Open(storage::arrow_input(place.files->open_reader(place.path))));
    auto properties = parquet::default_arrow_reader_properties();
    properties.set_batch_size(BatchRows);
    file_ = storage::checked_parquet(builder.properties(properties)->Build());
    const auto& fields = file_->manifest().schema_fields;
    if (!has_field_ids(fields)) {
        if (!options_.mapping) {
            throw Error(ErrorCode::InvalidInput,
                        "the file has no field ids, and the table has no property {}",
                        NameMappingProperty);
        }
        mapping_ = &*options_.mapping;
    }
    leaves_ = needed_leaves(fields, wanted_, mapping_);
    index_leaves(fields, mapping_, {}, leaf_by_id_);
}

bool DataReader::can_match_group(int group) const {
    const auto& metadata = *file_->parquet_reader()->metadata();
    auto columns = metadata.RowGroup(group);
    return can_match(options_.filter, [&](const Filter& leaf) {
        auto found = leaf_by_id_.find(leaf.field_id);
        if (found == leaf_by_id_.end()) return ColumnSpan();
        return span_of(*columns->ColumnChunk(found->second),
                       *metadata.schema()->Column(found->second), leaf.type);
    });
}

void DataReader::open_next_group() {
    rows_ = nullptr;
    const auto& metadata = *file_->parquet_reader()->metadata();
    while (next_group_ < metadata.num_row_groups()) {
        int group = next_group_++;
        position_ = group_begin_;
        group_begin_ += metadata.RowGroup(group)->num_rows();
        if (!can_match_group(group)) {
            ++row_groups_skipped_;
            continue;
        }
        rows_ = storage::checked_parquet(file_->GetRecordBatchReader({group}, leaves_));
        if (!columns_) {
            columns_.emplace(*rows_->schema(), wanted_, options_.constants, mapping_);
        }
        return;
    }
}

std::shared_ptr<arrow::RecordBatch> DataReader::next_batch() {
    while (true) {
        if (!rows_) open_next_group();
        if (!rows_) return nullptr;
        std::shared_ptr<arrow::RecordBatch> batch;
        storage::check_parquet(rows_->ReadNext(&batch));
        if (batch && batch->num_rows() > 0) return batch;
        if (!batch) rows_ = nullptr;
    }
}

std::optional<FileRows> DataReader::next() {
    return told_where([&]() -> std::optional<FileRows> {
        auto batch = next_batch();
        if (!batch) return std::nullopt;
        FileRows rows{.columns = columns_->convert(*batch),
                      .count = batch->num_rows(),
                      .first_position = position_};
        position_ += rows.count;
        return rows;
    });
}

}  // namespace tarn::iceberg
