#include "iceberg/format/manifest_reader.hpp"

#include <arrow/util/byte_size.h>

#include "base/error.hpp"
#include "columns/field_ids.hpp"
#include "iceberg/format/arrow_values.hpp"
#include "iceberg/format/manifest_schema.hpp"
#include "iceberg/format/record_columns.hpp"

namespace tarn::iceberg {
namespace {

using columns::AvroField;
using columns::AvroType;

template <typename... Args>
[[noreturn]] void fail_corrupt(fmt::format_string<Args...> text, Args&&... args) {
    throw Error(ErrorCode::Corrupt, "manifest: {}", fmt::format(text, std::forward<Args>(args)...));
}

// A map by field id. In Arrow, a map and a list of pairs look the same, and so they do in the files
// of those who forgot to say that theirs is a map.
std::shared_ptr<arrow::Field> metrics_column(const AvroType* data_file, int32_t id,
                                             std::string name,
                                             std::shared_ptr<arrow::DataType> value_type) {
    const AvroField* written = data_file ? data_file->find(id, name) : nullptr;
    auto key = arrow::field("key", arrow::int32());
    auto value = arrow::field("value", std::move(value_type));
    if (written && written->type->kind == AvroType::Kind::Array) {
        return column(id, std::move(name),
                      arrow::list(arrow::field("element", arrow::struct_({key, value}))));
    }
    return column(id, std::move(name),
                  std::make_shared<arrow::MapType>(key->WithNullable(false), value));
}

// The fields of a spec as the file has them; what it lacks is null.
std::shared_ptr<arrow::Field> partition_column(const AvroType* data_file, const Type& partition) {
    const AvroField* written =
        data_file ? data_file->find(manifest_field::Partition, "partition") : nullptr;
    arrow::FieldVector fields;
    for (const Field& field : partition.fields) {
        const AvroField* found = nullptr;
        if (written) found = written->type->find(field.id, avro_name(field.name));
        if (written && !found) found = written->type->find(field.id, field.name);
        auto type = found ? arrow_type_of(*found->type) : arrow::utf8();
        auto wanted = arrow::field(found ? found->name : field.name, std::move(type));
        fields.push_back(columns::with_field_id(wanted, field.id));
    }
    return column(manifest_field::Partition, "partition", arrow::struct_(fields));
}

std::shared_ptr<arrow::Schema> wanted_schema(const AvroType& record, const Type& partition,
                                             const ManifestColumns& wanted) {
    using namespace manifest_field;
    const AvroField* written = record.find(File, "data_file");
    const AvroType* data_file = written ? written->type.get() : nullptr;

    arrow::FieldVector file{
        column(Content, "content", arrow::int32()),
        column(Path, "file_path", arrow::utf8()),
        column(Format, "file_format", arrow::utf8()),
        column(RecordCount, "record_count", arrow::int64()),
        column(FileBytes, "file_size_in_bytes", arrow::int64()),
        column(EqualityIds, "equality_ids", arrow::list(arrow::int32())),
        column(FirstRowId, "first_row_id", arrow::int64()),
        column(ReferencedDataFile, "referenced_data_file", arrow::utf8()),
        column(ContentOffset, "content_offset", arrow::int64()),
        column(ContentBytes, "content_size_in_bytes", arrow::int64()),
    };
    if (!partition.fields.empty()) file.push_back(partition_column(data_file, partition));
    auto add_metrics = [&](int32_t id, std::string name, std::shared_ptr<arrow::DataType> type) {
        file.push_back(metrics_column(data_file, id, std::move(name), std::move(type)));
    };
    if (wanted.metrics != ManifestColumns::Metrics::None) {
        add_metrics(ValueCounts, "value_counts", arrow::int64());
        add_metrics(NullCounts, "null_value_counts", arrow::int64());
        add_metrics(NanCounts, "nan_value_counts", arrow::int64());
        add_metrics(LowerBounds, "lower_bounds", arrow::binary());
        add_metrics(UpperBounds, "upper_bounds", arrow::binary());
    }
    if (wanted.metrics == ManifestColumns::Metrics::All) {
        add_metrics(ColumnBytes, "column_sizes", arrow::int64());
    }
    if (wanted.has_details) {
        file.push_back(column(KeyMetadata, "key_metadata", arrow::binary()));
        file.push_back(column(SplitOffsets, "split_offsets", arrow::list(arrow::int64())));
        file.push_back(column(SortOrderId, "sort_order_id", arrow::int32()));
    }
    return arrow::schema({
        column(Status, "status", arrow::int32()),
        column(EntrySnapshotId, "snapshot_id", arrow::int64()),
        column(SequenceNumber, "sequence_number", arrow::int64()),
        column(FileSequenceNumber, "file_sequence_number", arrow::int64()),
        column(File, "data_file", arrow::struct_(file)),
    });
}

int64_t value_of(const arrow::Int64Array& column, int64_t row) {
    return column.Value(row);
}

BytesView value_of(const arrow::BinaryArray& column, int64_t row) {
    return as_bytes(column.GetView(row));
}

// A list or map column with the columns of its pairs.
template <typename Values>
struct MapColumn {
    const arrow::ListArray* lists = nullptr;
    const arrow::Int32Array* keys = nullptr;
    const Values* values = nullptr;

    MapColumn() = default;
    explicit MapColumn(const arrow::Array* column)
        : lists(static_cast<const arrow::ListArray*>(column)) {
        if (!lists) return;
        const auto& pairs = static_cast<const arrow::StructArray&>(*lists->values());
        keys = static_cast<const arrow::Int32Array*>(pairs.field(0).get());
        values = static_cast<const Values*>(pairs.field(1).get());
    }

    // Calls `use` with each key and value of one row; a null on either side says nothing.
    template <typename Use>
    void each(int64_t row, const Use& use) const {
        if (!lists || lists->IsNull(row)) return;
        for (int64_t i = lists->value_offset(row); i < lists->value_offset(row + 1); ++i) {
            if (keys->IsValid(i) && values->IsValid(i)) use(keys->Value(i), value_of(*values, i));
        }
    }

    auto find(int64_t row, int32_t key) const {
        std::optional<decltype(value_of(*values, 0))> found;
        each(row, [&](int32_t id, auto value) {
            if (id == key) found = value;
        });
        return found;
    }
};

std::map<int32_t, int64_t> numbers_of(const MapColumn<arrow::Int64Array>& column, int64_t row) {
    std::map<int32_t, int64_t> numbers;
    column.each(row, [&](int32_t id, int64_t number) { numbers[id] = number; });
    return numbers;
}

std::map<int32_t, Bytes> bytes_of(const MapColumn<arrow::BinaryArray>& column, int64_t row) {
    std::map<int32_t, Bytes> bytes;
    column.each(row, [&](int32_t id, BytesView value) { bytes[id] = copy_of(value); });
    return bytes;
}

template <typename T, typename Array>
std::vector<T> list_at(const arrow::ListArray* column, int64_t row) {
    std::vector<T> list;
    if (!column || column->IsNull(row)) return list;
    const auto& elements = static_cast<const Array&>(*column->values());
    for (int64_t i = column->value_offset(row); i < column->value_offset(row + 1); ++i) {
        if (elements.IsValid(i)) list.push_back(elements.Value(i));
    }
    return list;
}

}  // namespace

// The columns of one batch by their names, and what their entries inherit.
struct ManifestEntries::Columns {
    std::shared_ptr<arrow::RecordBatch> batch;
    ManifestFile manifest;
    Type partition_type;
    // Of data manifests of version 3 only.
    std::vector<int64_t> first_row_ids = {};

    const arrow::Int32Array* status;
    const arrow::Int64Array* snapshot_id;
    const arrow::Int64Array* sequence_number;
    const arrow::Int64Array* file_sequence_number;

    std::shared_ptr<arrow::StructArray> file;
    const arrow::Int32Array* content;
    const arrow::StringArray* path;
    const arrow::StringArray* format;
    const arrow::StructArray* partition;
    const arrow::Int64Array* record_count;
    const arrow::Int64Array* file_bytes;
    MapColumn<arrow::Int64Array> column_bytes;
    MapColumn<arrow::Int64Array> value_counts;
    MapColumn<arrow::Int64Array> null_counts;
    MapColumn<arrow::Int64Array> nan_counts;
    MapColumn<arrow::BinaryArray> lower_bounds;
    MapColumn<arrow::BinaryArray> upper_bounds;
    const arrow::BinaryArray* key_metadata;
    const arrow::ListArray* split_offsets;
    const arrow::ListArray* equality_ids;
    const arrow::Int32Array* sort_order_id;
    const arrow::Int64Array* first_row_id;
    const arrow::StringArray* referenced_data_file;
    const arrow::Int64Array* content_offset;
    const arrow::Int64Array* content_bytes;

    Columns(std::shared_ptr<arrow::RecordBatch> rows, const ManifestFile& of,
            const Type& partition_type)
        : batch(std::move(rows)), manifest(of), partition_type(partition_type) {
        status = top<arrow::Int32Array>("status");
        snapshot_id = top<arrow::Int64Array>("snapshot_id");
        sequence_number = top<arrow::Int64Array>("sequence_number");
        file_sequence_number = top<arrow::Int64Array>("file_sequence_number");
        file = std::static_pointer_cast<arrow::StructArray>(batch->GetColumnByName("data_file"));
        content = in_file<arrow::Int32Array>("content");
        path = in_file<arrow::StringArray>("file_path");
        format = in_file<arrow::StringArray>("file_format");
        partition = in_file<arrow::StructArray>("partition");
        record_count = in_file<arrow::Int64Array>("record_count");
        file_bytes = in_file<arrow::Int64Array>("file_size_in_bytes");
        column_bytes = MapColumn<arrow::Int64Array>(in_file<arrow::Array>("column_sizes"));
        value_counts = MapColumn<arrow::Int64Array>(in_file<arrow::Array>("value_counts"));
        null_counts = MapColumn<arrow::Int64Array>(in_file<arrow::Array>("null_value_counts"));
        nan_counts = MapColumn<arrow::Int64Array>(in_file<arrow::Array>("nan_value_counts"));
        lower_bounds = MapColumn<arrow::BinaryArray>(in_file<arrow::Array>("lower_bounds"));
        upper_bounds = MapColumn<arrow::BinaryArray>(in_file<arrow::Array>("upper_bounds"));
        key_metadata = in_file<arrow::BinaryArray>("key_metadata");
        split_offsets = in_file<arrow::ListArray>("split_offsets");
        equality_ids = in_file<arrow::ListArray>("equality_ids");
        sort_order_id = in_file<arrow::Int32Array>("sort_order_id");
        first_row_id = in_file<arrow::Int64Array>("first_row_id");
        referenced_data_file = in_file<arrow::StringArray>("referenced_data_file");
        content_offset = in_file<arrow::Int64Array>("content_offset");
        content_bytes = in_file<arrow::Int64Array>("content_size_in_bytes");
        check();
    }

private:
    template <typename Array>
    const Array* top(const char* name) const {
        return static_cast<const Array*>(batch->GetColumnByName(name).get());
    }

    // Null for a column that was not asked for. The struct keeps what it gives out.
    template <typename Array>
    const Array* in_file(const char* name) const {
        return static_cast<const Array*>(file->GetFieldByName(name).get());
    }

    // What no entry can be without.
    void check() const {
        if (file->null_count() > 0) fail_corrupt("an entry without its file");
        if (path->null_count() > 0) fail_corrupt("an entry without the path of its file");
        if (format->null_count() > 0) fail_corrupt("an entry without the format of its file");
        for (int64_t row = 0; row < batch->num_rows(); ++row) {
            check_number("status", number_at(status, row), int64_t{2});
            check_number("content", number_at(content, row).value_or(0), int64_t{2});
            check_number("record count", number_at(record_count, row), INT64_MAX);
        }
    }

    static void check_number(std::string_view what, std::optional<int64_t> number, int64_t max) {
        if (!number) fail_corrupt("an entry without its {}", what);
        if (*number < 0 || *number > max) fail_corrupt("a {} of {}", what, *number);
    }
};

int64_t ManifestEntries::memory_bytes() const {
    return arrow::util::TotalBufferSize(*columns_->batch);
}

EntryStatus ManifestEntries::status(int64_t entry) const {
    return static_cast<EntryStatus>(columns_->status->Value(entry));
}

SnapshotId ManifestEntries::snapshot_id(int64_t entry) const {
    return number_at(columns_->snapshot_id, entry).value_or(columns_->manifest.added_snapshot_id);
}

std::optional<int64_t> ManifestEntries::inherited(std::optional<int64_t> number,
                                                  int64_t entry) const {
    // What is carried over from another manifest has numbers of its own, save in version 1, which
    // has none at all.
    bool inherits = status(entry) == EntryStatus::Added || columns_->manifest.sequence_number == 0;
    return number || !inherits ? number : columns_->manifest.sequence_number;
}

std::optional<int64_t> ManifestEntries::sequence_number(int64_t entry) const {
    return inherited(number_at(columns_->sequence_number, entry), entry);
}

std::optional<int64_t> ManifestEntries::file_sequence_number(int64_t entry) const {
    return inherited(number_at(columns_->file_sequence_number, entry), entry);
}

FileContent ManifestEntries::content(int64_t entry) const {
    return static_cast<FileContent>(number_at(columns_->content, entry).value_or(0));
}

std::string_view ManifestEntries::path(int64_t entry) const {
    return columns_->path->GetView(entry);
}

FileFormat ManifestEntries::format(int64_t entry) const {
    return parse_file_format(columns_->format->GetView(entry));
}

int64_t ManifestEntries::record_count(int64_t entry) const {
    return columns_->record_count->Value(entry);
}

int64_t ManifestEntries::file_bytes(int64_t entry) const {
    return number_at(columns_->file_bytes, entry).value_or(0);
}

std::optional<int64_t> ManifestEntries::first_row_id(int64_t entry) const {
    if (columns_->first_row_ids.empty() || !is_live(entry)) {
        return number_at(columns_->first_row_id, entry);
    }
    return columns_->first_row_ids[static_cast<size_t>(entry)];
}

std::optional<std::string_view> ManifestEntries::referenced_data_file(int64_t entry) const {
    return text_at(columns_->referenced_data_file, entry);
}

OptionalValue ManifestEntries::partition_value(int64_t entry, size_t field) const {
    if (columns_->partition->IsNull(entry)) return std::nullopt;
    return value_at(*columns_->partition->field(static_cast<int>(field)), entry,
                    columns_->partition_type.fields[field].type);
}

PartitionValues ManifestEntries::partition(int64_t entry) const {
    PartitionValues values;
    for (size_t i = 0; i < columns_->partition_type.fields.size(); ++i) {
        values.push_back(partition_value(entry, i));
    }
    return values;
}

std::optional<int64_t> ManifestEntries::value_count(int64_t entry, int32_t field_id) const {
    return columns_->value_counts.find(entry, field_id);
}

std::optional<int64_t> ManifestEntries::null_count(int64_t entry, int32_t field_id) const {
    return columns_->null_counts.find(entry, field_id);
}

std::optional<int64_t> ManifestEntries::nan_count(int64_t entry, int32_t field_id) const {
    return columns_->nan_counts.find(entry, field_id);
}

std::optional<BytesView> ManifestEntries::lower_bound(int64_t entry, int32_t field_id) const {
    return columns_->lower_bounds.find(entry, field_id);
}

std::optional<BytesView> ManifestEntries::upper_bound(int64_t entry, int32_t field_id) const {
    return columns_->upper_bounds.find(entry, field_id);
}

DataFile ManifestEntries::file(int64_t entry) const {
    const Columns& columns = *columns_;
    DataFile file;
    file.content = content(entry);
    file.path = path(entry);
    file.format = format(entry);
    file.spec_id = columns.manifest.spec_id;
    file.partition = partition(entry);
    file.record_count = record_count(entry);
    file.file_bytes = file_bytes(entry);
    file.metrics.column_bytes = numbers_of(columns.column_bytes, entry);
    file.metrics.value_counts = numbers_of(columns.value_counts, entry);
    file.metrics.null_counts = numbers_of(columns.null_counts, entry);
    file.metrics.nan_counts = numbers_of(columns.nan_counts, entry);
    file.metrics.lower_bounds = bytes_of(columns.lower_bounds, entry);
    file.metrics.upper_bounds = bytes_of(columns.upper_bounds, entry);
    file.key_metadata = bytes_at(columns.key_metadata, entry);
    file.split_offsets = list_at<int64_t, arrow::Int64Array>(columns.split_offsets, entry);
    file.equality_ids = list_at<int32_t, arrow::Int32Array>(columns.equality_ids, entry);
    file.sort_order_id = number_at(columns.sort_order_id, entry);
    file.first_row_id = first_row_id(entry);
    file.referenced_data_file = referenced_data_file(entry);
    file.content_offset = number_at(columns.content_offset, entry);
    file.content_bytes = number_at(columns.content_bytes, entry);
    return file;
}

ManifestEntry ManifestEntries::entry(int64_t entry) const {
    return {.status = status(entry),
            .snapshot_id = snapshot_id(entry),
            .sequence_number = sequence_number(entry),
            .file_sequence_number = file_sequence_number(entry),
            .file = file(entry)};
}

ManifestReader::ManifestReader(std::shared_ptr<arrow::Buffer> file, ManifestFile manifest,
                               Type partition, ManifestColumns columns)
    : reader_(std::move(file)),
      manifest_(std::move(manifest)),
      partition_type_(std::move(partition)),
      next_row_id_(manifest_.first_row_id) {
    reader_.select(wanted_schema(reader_.schema().record(), partition_type_, columns),
                   std::move(columns.metric_ids));
}

std::optional<ManifestEntries> ManifestReader::next() {
    auto batch = reader_.next();
    if (!batch) return std::nullopt;
    int64_t size = batch->num_rows();
    auto columns =
        std::make_shared<ManifestEntries::Columns>(std::move(batch), manifest_, partition_type_);
    assign_row_ids(*columns);
    return ManifestEntries(std::move(columns), size);
}

// A file without row ids of its own takes those after the files before it.
void ManifestReader::assign_row_ids(ManifestEntries::Columns& columns) {
    if (!next_row_id_) return;
    for (int64_t row = 0; row < columns.batch->num_rows(); ++row) {
        auto own = number_at(columns.first_row_id, row);
        columns.first_row_ids.push_back(own.value_or(*next_row_id_));
        bool is_live = static_cast<EntryStatus>(columns.status->Value(row)) != EntryStatus::Deleted;
        if (own || !is_live) continue;
        if (__builtin_add_overflow(*next_row_id_, columns.record_count->Value(row),
                                   &*next_row_id_)) {
            fail_corrupt("there are no row ids for {} rows", columns.record_count->Value(row));
        }
    }
}

std::vector<ManifestEntry> read_manifest(std::shared_ptr<arrow::Buffer> file,
                                         const ManifestFile& manifest, const Type& partition) {
    ManifestReader reader(std::move(file), manifest, partition);
    std::vector<ManifestEntry> entries;
    while (auto batch = reader.next()) {
        for (int64_t i = 0; i < batch->size(); ++i) entries.push_back(batch->entry(i));
    }
    return entries;
}

}  // namespace tarn::iceberg
