#include "columns/parquet_metrics.hpp"

#include <parquet/schema.h>
#include <parquet/statistics.h>

#include <algorithm>
#include <string>

#include "base/assert.hpp"

namespace tarn::columns {
namespace {

template <typename ParquetType>
void merge_as(parquet::Statistics& total, const parquet::Statistics& part) {
    static_cast<parquet::TypedStatistics<ParquetType>&>(total).Merge(
        static_cast<const parquet::TypedStatistics<ParquetType>&>(part));
}

void merge(parquet::Statistics& total, const parquet::Statistics& part) {
    switch (total.physical_type()) {
        case parquet::Type::BOOLEAN:
            return merge_as<parquet::BooleanType>(total, part);
        case parquet::Type::INT32:
            return merge_as<parquet::Int32Type>(total, part);
        case parquet::Type::INT64:
            return merge_as<parquet::Int64Type>(total, part);
        case parquet::Type::FLOAT:
            return merge_as<parquet::FloatType>(total, part);
        case parquet::Type::DOUBLE:
            return merge_as<parquet::DoubleType>(total, part);
        case parquet::Type::BYTE_ARRAY:
            return merge_as<parquet::ByteArrayType>(total, part);
        case parquet::Type::FIXED_LEN_BYTE_ARRAY:
            return merge_as<parquet::FLBAType>(total, part);
        default:
            TARN_ASSERT(!"our files have no INT96 columns");
    }
}

bool is_decimal(const parquet::ColumnDescriptor& column) {
    return column.logical_type() && column.logical_type()->is_decimal();
}

// Two's complement, big-endian, without the bytes that only repeat the sign.
Bytes shortest_big_endian(std::string big_endian) {
    size_t begin = 0;
    auto byte = [&](size_t i) { return static_cast<uint8_t>(big_endian[i]); };
    while (begin + 1 < big_endian.size()) {
        bool next_is_negative = byte(begin + 1) & 0x80;
        if (byte(begin) != (next_is_negative ? 0xFF : 0x00)) break;
        ++begin;
    }
    return copy_of(as_bytes(std::string_view(big_endian).substr(begin)));
}

// Parquet's plain encoding is Iceberg's single-value form, save for decimals.
Bytes bound_of(const parquet::ColumnDescriptor& column, std::string encoded) {
    if (!is_decimal(column)) return copy_of(as_bytes(encoded));
    bool is_integer = column.physical_type() == parquet::Type::INT32 ||
                      column.physical_type() == parquet::Type::INT64;
    if (is_integer) std::reverse(encoded.begin(), encoded.end());
    return shortest_big_endian(std::move(encoded));
}

bool is_floating(const parquet::ColumnDescriptor& column) {
    return column.physical_type() == parquet::Type::FLOAT ||
           column.physical_type() == parquet::Type::DOUBLE;
}

ParquetColumnMetrics column_metrics(const parquet::FileMetaData& metadata, int index) {
    const parquet::ColumnDescriptor& column = *metadata.schema()->Column(index);
    ParquetColumnMetrics metrics{.path = column.path()->ToDotString(),
                                 .field_id = std::nullopt,
                                 .is_repeated = column.max_repetition_level() > 0,
                                 .null_count = 0,
                                 .nan_count = std::nullopt,
                                 .lower_bound = std::nullopt,
                                 .upper_bound = std::nullopt};
    if (int id = column.schema_node()->field_id(); id >= 0) metrics.field_id = id;

    // Parquet knows no order among times of 96 bits, and so no bounds.
    bool has_order = column.physical_type() != parquet::Type::INT96;
    auto total = has_order ? parquet::Statistics::Make(&column) : nullptr;
    bool has_all_bounds = true;
    for (int group = 0; group < metadata.num_row_groups(); ++group) {
        auto chunk = metadata.RowGroup(group)->ColumnChunk(index);
        metrics.compressed_bytes += chunk->total_compressed_size();
        metrics.value_count += chunk->num_values();
        auto part = chunk->statistics();
        if (!part || !part->HasNullCount()) {
            metrics.null_count = std::nullopt;
            has_all_bounds = false;
            continue;
        }
        if (metrics.null_count) *metrics.null_count += part->null_count();
        // A row group of values without bounds holds some that are too long to keep. (Or, in a
        // floating point column, only NaN, which bounds leave out anyway.)
        bool has_values = chunk->num_values() > part->null_count();
        if (has_values && !part->HasMinMax() && !is_floating(column)) has_all_bounds = false;
        if (total && part->HasMinMax()) merge(*total, *part);
    }
    if (has_all_bounds && total && total->HasMinMax()) {
        metrics.lower_bound = bound_of(column, total->EncodeMin());
        metrics.upper_bound = bound_of(column, total->EncodeMax());
    }
    return metrics;
}

}  // namespace

ParquetFileMetrics metrics_of(const parquet::FileMetaData& metadata,
                              const std::vector<std::optional<int64_t>>& nan_counts) {
    ParquetFileMetrics metrics;
    metrics.row_count = metadata.num_rows();
    for (int group = 0; group < metadata.num_row_groups(); ++group) {
        auto first = metadata.RowGroup(group)->ColumnChunk(0);
        int64_t begin = first->data_page_offset();
        if (first->has_dictionary_page()) begin = std::min(begin, first->dictionary_page_offset());
        metrics.split_offsets.push_back(begin);
    }
    TARN_ASSERT(nan_counts.size() == static_cast<size_t>(metadata.num_columns()));
    for (int i = 0; i < metadata.num_columns(); ++i) {
        metrics.columns.push_back(column_metrics(metadata, i));
        metrics.columns.back().nan_count = nan_counts[i];
    }
    return metrics;
}

}  // namespace tarn::columns
