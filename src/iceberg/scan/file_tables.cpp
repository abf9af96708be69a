#include "iceberg/scan/file_tables.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "base/assert.hpp"
#include "iceberg/format/arrow_values.hpp"
#include "iceberg/format/single_value.hpp"
#include "iceberg/scan/projection.hpp"
#include "iceberg/scan/table_rows.hpp"

namespace tarn::iceberg {
namespace {

using columns::ColumnBuilder;
using columns::StructBuilder;

// Values of all specs side by side, by field id.
class PartitionColumns {
public:
    explicit PartitionColumns(const TableMetadata& table) {
        for (const PartitionSpec& spec : table.specs) {
            PartitionTypes types(table, spec);
            for (const Field& field : types.partition.fields) {
                if (field.type.kind < TypeKind::Unknown) fields_.insert_or_assign(field.id, field);
            }
            specs_[spec.id] = spec;
        }
    }

    bool is_empty() const { return fields_.empty(); }

    std::shared_ptr<arrow::Field> field() const {
        std::vector<Field> fields;
        for (const auto& [id, field] : fields_) fields.push_back(field);
        return arrow::field("partition", arrow::struct_(arrow_schema(fields)->fields()));
    }

    // In the order of field().
    PartitionValues values_of(const DataFile& file) const {
        PartitionValues values;
        const auto& spec = specs_.at(file.spec_id);
        for (const auto& [id, field] : fields_) {
            auto found = std::ranges::find(spec.fields, id, &PartitionField::field_id);
            auto index = static_cast<size_t>(found - spec.fields.begin());
            values.push_back(found == spec.fields.end() ? std::nullopt : file.partition[index]);
        }
        return values;
    }

    static void put_values(ColumnBuilder& builder, const PartitionValues& values) {
        auto& row = static_cast<StructBuilder&>(builder);
        for (size_t i = 0; i < values.size(); ++i) append_value(row.child(i), values[i]);
        row.append_valid();
    }

private:
    std::map<int32_t, Field> fields_;
    std::map<int32_t, PartitionSpec> specs_;
};

// The metrics of a file by the names of its columns, with bounds as what they are.
class ReadableMetrics {
public:
    explicit ReadableMetrics(const Schema& schema) { add(schema, schema.fields()); }

    std::shared_ptr<arrow::Field> field() const {
        arrow::FieldVector columns;
        for (const auto& [name, id, type] : columns_) {
            auto bound = arrow_type(type);
            columns.push_back(
                arrow::field(name, arrow::struct_({arrow::field("column_size", arrow::int64()),
                                                   arrow::field("value_count", arrow::int64()),
                                                   arrow::field("null_value_count", arrow::int64()),
                                                   arrow::field("nan_value_count", arrow::int64()),
                                                   arrow::field("lower_bound", bound),
                                                   arrow::field("upper_bound", bound)})));
        }
        return arrow::field("readable_metrics", arrow::struct_(columns));
    }

    void put_metrics(ColumnBuilder& builder, const ColumnMetrics& metrics) const {
        auto& row = static_cast<StructBuilder&>(builder);
        for (size_t i = 0; i < columns_.size(); ++i) {
            const auto& [name, id, type] = columns_[i];
            auto& column = static_cast<StructBuilder&>(row.child(i));
            put_count(column.child(0), metrics.column_bytes, id);
            put_count(column.child(1), metrics.value_counts, id);
            put_count(column.child(2), metrics.null_counts, id);
            put_count(column.child(3), metrics.nan_counts, id);
            put_bound(column.child(4), metrics.lower_bounds, id, type);
            put_bound(column.child(5), metrics.upper_bounds, id, type);
            column.append_valid();
        }
        row.append_valid();
    }

private:
    struct Column {
        std::string name;
        int32_t id;
        Type type;
    };

    void add(const Schema& schema, const std::vector<Field>& fields) {
        for (const Field& field : fields) {
            if (field.type.is_nested()) {
                add(schema, field.type.fields);
            } else if (field.type.kind < TypeKind::Unknown) {
                columns_.push_back({schema.full_name(field.id), field.id, field.type});
            }
        }
    }

    static void put_count(ColumnBuilder& builder, const std::map<int32_t, int64_t>& counts,
                          int32_t id) {
        auto found = counts.find(id);
        put(builder, found == counts.end() ? std::nullopt : std::optional(found->second));
    }

    static void put_bound(ColumnBuilder& builder, const std::map<int32_t, Bytes>& bounds,
                          int32_t id, const Type& type) {
        auto found = bounds.find(id);
        auto value = found == bounds.end() ? std::nullopt : from_bytes(found->second, type);
        // A bound of a fixed may be cut short, which no column of it can hold.
        if (value && !is_of(*value, type)) value = std::nullopt;
        append_value(builder, value);
    }

    std::vector<Column> columns_;
};

// The columns of a file, of all formats of tables.
class FileColumnsOfTable {
public:
    FileColumnsOfTable(const TableMetadata& table) : partition_(table) {}

    arrow::FieldVector fields() const {
        auto counts = arrow::map(arrow::int32(), arrow::int64());
        auto bounds = arrow::map(arrow::int32(), arrow::binary());
        arrow::FieldVector fields{
            arrow::field("content", arrow::int32()), arrow::field("file_path", arrow::utf8()),
            arrow::field("file_format", arrow::utf8()), arrow::field("spec_id", arrow::int32())};
        if (!partition_.is_empty()) fields.push_back(partition_.field());
        for (auto& field :
             {arrow::field("record_count", arrow::int64()),
              arrow::field("file_size_in_bytes", arrow::int64()),
              arrow::field("column_sizes", counts), arrow::field("value_counts", counts),
              arrow::field("null_value_counts", counts), arrow::field("nan_value_counts", counts),
              arrow::field("lower_bounds", bounds), arrow::field("upper_bounds", bounds),
              arrow::field("key_metadata", arrow::binary()),
              arrow::field("split_offsets", arrow::list(arrow::int64())),
              arrow::field("equality_ids", arrow::list(arrow::int32())),
              arrow::field("sort_order_id", arrow::int32()),
              arrow::field("first_row_id", arrow::int64()),
              arrow::field("referenced_data_file", arrow::utf8()),
              arrow::field("content_offset", arrow::int64()),
              arrow::field("content_size_in_bytes", arrow::int64())}) {
            fields.push_back(field);
        }
        return fields;
    }

    // Fills the columns from the first on; answers how many.
    size_t put_file(StructBuilder& row, const DataFile& file) const {
        size_t column = 0;
        auto next = [&](const auto& value) { put(row.child(column++), value); };
        next(static_cast<int32_t>(file.content));
        next(std::string_view(file.path));
        next(name_of(file.format));
        next(file.spec_id);
        if (!partition_.is_empty()) {
            PartitionColumns::put_values(row.child(column++), partition_.values_of(file));
        }
        next(file.record_count);
        next(file.file_bytes);
        next(file.metrics.column_bytes);
        next(file.metrics.value_counts);
        next(file.metrics.null_counts);
        next(file.metrics.nan_counts);
        next(file.metrics.lower_bounds);
        next(file.metrics.upper_bounds);
        next(file.key_metadata);
        next(file.split_offsets);
        next(file.equality_ids);
        next(file.sort_order_id);
        next(file.first_row_id);
        next(file.referenced_data_file);
        next(file.content_offset);
        next(file.content_bytes);
        return column;
    }

private:
    PartitionColumns partition_;
};

template <typename Use>
void each_entry(const ManifestsOf& manifests, const Use& use) {
    for (const ManifestFile& manifest : manifests.distinct()) {
        auto decoded = manifests.decoded(manifest);
        for (const ManifestEntries& entries : decoded->batches) {
            for (int64_t i = 0; i < entries.size(); ++i) use(manifest, entries, i);
        }
    }
}

// What is in one partition of one spec.
struct PartitionTotals {
    PartitionValues values;
    int32_t spec_id = 0;
    int64_t rows = 0;
    int32_t files = 0;
    int64_t file_bytes = 0;
    int64_t position_deletes = 0;
    int32_t position_delete_files = 0;
    int64_t equality_deletes = 0;
    int32_t equality_delete_files = 0;
    std::optional<int64_t> updated_at = {};
    std::optional<SnapshotId> updated_by = {};

    void add(const DataFile& file, const SnapshotPtr& snapshot) {
        switch (file.content) {
            case FileContent::Data:
                rows += file.record_count;
                files += 1;
                file_bytes += file.file_bytes;
                break;
            case FileContent::PositionDeletes:
                position_deletes += file.record_count;
                position_delete_files += 1;
                break;
            case FileContent::EqualityDeletes:
                equality_deletes += file.record_count;
                equality_delete_files += 1;
                break;
        }
        if (snapshot && (!updated_at || *updated_at < snapshot->timestamp_ms)) {
            updated_at = snapshot->timestamp_ms;
            updated_by = snapshot->id;
        }
    }
};

std::vector<std::shared_ptr<arrow::Field>> partition_totals_fields() {
    return {arrow::field("spec_id", arrow::int32()),
            arrow::field("record_count", arrow::int64()),
            arrow::field("file_count", arrow::int32()),
            arrow::field("total_data_file_size_in_bytes", arrow::int64()),
            arrow::field("position_delete_record_count", arrow::int64()),
            arrow::field("position_delete_file_count", arrow::int32()),
            arrow::field("equality_delete_record_count", arrow::int64()),
            arrow::field("equality_delete_file_count", arrow::int32()),
            arrow::field("last_updated_at", instant_type()),
            arrow::field("last_updated_snapshot_id", arrow::int64())};
}

void put_totals(StructBuilder& row, size_t column, const PartitionTotals& totals) {
    auto next = [&](const auto& value) { put(row.child(column++), value); };
    next(totals.spec_id);
    next(totals.rows);
    next(totals.files);
    next(totals.file_bytes);
    next(totals.position_deletes);
    next(totals.position_delete_files);
    next(totals.equality_deletes);
    next(totals.equality_delete_files);
    next(totals.updated_at ? std::optional(*totals.updated_at * 1000) : std::nullopt);
    next(totals.updated_by);
    row.append_valid();
}

std::shared_ptr<arrow::DataType> summary_type() {
    return arrow::struct_({arrow::field("contains_null", arrow::boolean()),
                           arrow::field("contains_nan", arrow::boolean()),
                           arrow::field("lower_bound", arrow::utf8()),
                           arrow::field("upper_bound", arrow::utf8())});
}

void put_summaries(ColumnBuilder& builder, const ManifestFile& manifest,
                   const TableMetadata& table) {
    auto& list = static_cast<columns::ListBuilder&>(builder);
    auto& row = static_cast<StructBuilder&>(list.elements());
    const PartitionSpec* spec = table.find_spec(manifest.spec_id);
    if (!spec || !manifest.partitions) return list.close_row();
    PartitionTypes types(table, *spec);
    size_t count = std::min(spec->fields.size(), manifest.partitions->size());
    for (size_t i = 0; i < count; ++i) {
        const PartitionSummary& summary = (*manifest.partitions)[i];
        const Transform& transform = spec->fields[i].transform;
        auto human = [&](const std::optional<Bytes>& bound) -> std::optional<std::string> {
            bool is_known = types.sources[i].kind < TypeKind::Unknown &&
                            transform.kind() != Transform::Kind::Unknown;
            if (!bound || !is_known) return std::nullopt;
            auto value = from_bytes(*bound, types.partition.fields[i].type);
            if (!value) return std::nullopt;
            return transform.to_human(value, types.sources[i]);
        };
        put(row.child(0), summary.contains_null);
        put(row.child(1), summary.contains_nan);
        put(row.child(2), human(summary.lower_bound));
        put(row.child(3), human(summary.upper_bound));
        row.append_valid();
    }
    list.close_row();
}

}  // namespace

std::vector<ManifestFile> ManifestsOf::distinct() const {
    std::vector<ManifestFile> all;
    std::set<std::string> paths;
    for (const SnapshotPtr& snapshot : snapshots) {
        for (const ManifestFile& manifest : *cache.manifests_of(*snapshot)) {
            if (paths.insert(manifest.path).second) all.push_back(manifest);
        }
    }
    return all;
}

DecodedManifestPtr ManifestsOf::decoded(const ManifestFile& manifest) const {
    const PartitionSpec* spec = table.find_spec(manifest.spec_id);
    if (!spec) {
        throw Error(ErrorCode::Corrupt, "manifest {}: the table has no partition spec {}",
                    manifest.path, manifest.spec_id);
    }
    return cache.manifest(manifest, PartitionTypes(table, *spec).partition, ManifestColumns::all());
}

std::shared_ptr<arrow::RecordBatch> files_table(const ManifestsOf& manifests,
                                                std::optional<ManifestContent> content) {
    FileColumnsOfTable columns(manifests.table);
    ReadableMetrics readable(manifests.table.schema());
    auto fields = columns.fields();
    fields.push_back(readable.field());
    TableRows rows(fields);
    each_entry(manifests,
               [&](const ManifestFile& manifest, const ManifestEntries& entries, int64_t entry) {
                   bool is_wanted = !content || manifest.content == *content;
                   if (!is_wanted || !entries.is_live(entry)) return;
                   DataFile file = entries.file(entry);
                   size_t next = columns.put_file(rows.builder(), file);
                   readable.put_metrics(rows.builder().child(next), file.metrics);
                   rows.builder().append_valid();
               });
    return rows.finish();
}

std::shared_ptr<arrow::RecordBatch> entries_table(const ManifestsOf& manifests) {
    FileColumnsOfTable columns(manifests.table);
    ReadableMetrics readable(manifests.table.schema());
    TableRows rows({arrow::field("status", arrow::int32()),
                    arrow::field("snapshot_id", arrow::int64()),
                    arrow::field("sequence_number", arrow::int64()),
                    arrow::field("file_sequence_number", arrow::int64()),
                    arrow::field("data_file", arrow::struct_(columns.fields())), readable.field()});
    each_entry(manifests, [&](const ManifestFile&, const ManifestEntries& entries, int64_t entry) {
        StructBuilder& row = rows.builder();
        put(row.child(0), static_cast<int32_t>(entries.status(entry)));
        put(row.child(1), entries.snapshot_id(entry));
        put(row.child(2), entries.sequence_number(entry));
        put(row.child(3), entries.file_sequence_number(entry));
        DataFile file = entries.file(entry);
        auto& data_file = static_cast<StructBuilder&>(row.child(4));
        columns.put_file(data_file, file);
        data_file.append_valid();
        readable.put_metrics(row.child(5), file.metrics);
        row.append_valid();
    });
    return rows.finish();
}

std::shared_ptr<arrow::RecordBatch> partitions_table(const ManifestsOf& manifests) {
    PartitionColumns partition(manifests.table);
    std::vector<PartitionTotals> all;
    std::map<std::string, size_t> places;
    each_entry(manifests, [&](const ManifestFile&, const ManifestEntries& entries, int64_t entry) {
        if (!entries.is_live(entry)) return;
        DataFile file = entries.file(entry);
        PartitionValues values = partition.values_of(file);
        std::string key = std::to_string(file.spec_id);
        for (const OptionalValue& value : values) {
            Bytes bytes = value ? to_bytes(*value) : Bytes();
            key += value ? fmt::format("/{}:{}", bytes.size(), as_text(bytes)) : "/null";
        }
        auto [place, is_new] = places.emplace(std::move(key), all.size());
        if (is_new) all.push_back({.values = std::move(values), .spec_id = file.spec_id});
        all[place->second].add(file, manifests.table.find_snapshot(entries.snapshot_id(entry)));
    });
    arrow::FieldVector fields = partition_totals_fields();
    if (!partition.is_empty()) fields.insert(fields.begin(), partition.field());
    TableRows rows(fields);
    for (const PartitionTotals& totals : all) {
        size_t column = 0;
        if (!partition.is_empty()) {
            PartitionColumns::put_values(rows.builder().child(column++), totals.values);
        }
        put_totals(rows.builder(), column, totals);
    }
    return rows.finish();
}

std::shared_ptr<arrow::RecordBatch> manifests_table(const ManifestsOf& manifests,
                                                    bool tells_snapshot) {
    arrow::FieldVector fields{arrow::field("content", arrow::int32()),
                              arrow::field("path", arrow::utf8()),
                              arrow::field("length", arrow::int64()),
                              arrow::field("partition_spec_id", arrow::int32()),
                              arrow::field("added_snapshot_id", arrow::int64()),
                              arrow::field("added_data_files_count", arrow::int32()),
                              arrow::field("existing_data_files_count", arrow::int32()),
                              arrow::field("deleted_data_files_count", arrow::int32()),
                              arrow::field("added_delete_files_count", arrow::int32()),
                              arrow::field("existing_delete_files_count", arrow::int32()),
                              arrow::field("deleted_delete_files_count", arrow::int32()),
                              arrow::field("partition_summaries", arrow::list(summary_type()))};
    if (tells_snapshot) {
        fields.push_back(arrow::field("reference_snapshot_id", arrow::int64()));
        fields.push_back(arrow::field("key_metadata", arrow::binary()));
    }
    TableRows rows(fields);
    for (const SnapshotPtr& snapshot : manifests.snapshots) {
        for (const ManifestFile& manifest : *manifests.cache.manifests_of(*snapshot)) {
            StructBuilder& row = rows.builder();
            bool is_data = manifest.content == ManifestContent::Data;
            size_t column = 0;
            auto next = [&](const auto& value) { put(row.child(column++), value); };
            auto of = [&](bool is_counted, std::optional<int32_t> count) {
                next(is_counted ? count.value_or(0) : int32_t{0});
            };
            next(static_cast<int32_t>(manifest.content));
            next(std::string_view(manifest.path));
            next(manifest.length);
            next(manifest.spec_id);
            next(manifest.added_snapshot_id);
            for (bool counts_data : {true, false}) {
                of(counts_data == is_data, manifest.added_files);
                of(counts_data == is_data, manifest.existing_files);
                of(counts_data == is_data, manifest.deleted_files);
            }
            put_summaries(row.child(column++), manifest, manifests.table);
            if (tells_snapshot) {
                next(snapshot->id);
                next(manifest.key_metadata);
            }
            row.append_valid();
        }
    }
    return rows.finish();
}

}  // namespace tarn::iceberg
