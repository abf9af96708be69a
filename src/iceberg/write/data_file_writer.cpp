#include "iceberg/write/data_file_writer.hpp"

#include "base/assert.hpp"
#include "iceberg/format/reserved_fields.hpp"
#include "iceberg/write/write_options.hpp"

namespace tarn::iceberg {
namespace {

// Of rows in version 3: which they are and when they were last changed, whatever file they are in.
SchemaPtr with_lineage(const Schema& schema) {
    std::vector<Field> fields = schema.fields();
    fields.push_back(
        {.id = reserved::RowId, .name = std::string(reserved::RowIdName), .type = TypeKind::Long});
    fields.push_back({.id = reserved::LastUpdated,
                      .name = std::string(reserved::LastUpdatedName),
                      .type = TypeKind::Long});
    return Schema::make(schema.id(), std::move(fields), schema.identifier_ids());
}

FileKind kind_of(const TableMetadata& table, const DataFileOptions& given) {
    WriteOptions options = WriteOptions::of_table(table);
    using Sorting = DataFileOptions::Sorting;
    bool is_asked_for = options.distribution == DistributionMode::Range;
    bool is_sorted =
        given.sorting == Sorting::AsTableAsks ? is_asked_for : given.sorting == Sorting::Always;
    SchemaPtr schema = table.find_schema(table.current_schema_id);
    return {.schema = given.keeps_lineage ? with_lineage(*schema) : schema,
            .spec = table.spec(),
            .modes = MetricsModes::of_table(table.properties, table.schema(), table.sort_order()),
            .parquet = std::move(options.parquet),
            .file_bytes_target = given.file_bytes_target.value_or(options.file_bytes_target),
            .order = is_sorted ? table.sort_order() : SortOrder(),
            .keeps_places = given.keeps_places};
}

}  // namespace

DataFileWriter::DataFileWriter(const TableMetadata& table, const TableFiles& files, Random& random,
                               DataFileOptions options)
    : files_(kind_of(table, options), NewFiles(files, table, random), options.limits) {}

std::vector<RowPlace> DataFileWriter::append_and_place(const arrow::RecordBatch& rows) {
    TARN_ASSERT(files_.knows_places());
    std::vector<int64_t> next;  // of each partition, counted from the batch's first
    std::vector<RowPlace> places;
    const std::vector<uint32_t>& numbers = files_.append(rows);
    places.reserve(numbers.size());
    for (uint32_t partition : numbers) {
        if (partition >= next.size()) next.resize(partition + 1, 0);
        places.push_back({partition, next[partition]++});
    }
    // They follow those that their partition had before.
    for (RowPlace& place : places) {
        place.row += files_.row_count(place.partition) - next[place.partition];
    }
    return places;
}

}  // namespace tarn::iceberg
