#include "connectors/files/parquet_rows.hpp"

#include <arrow/array/util.h>
#include <arrow/io/interfaces.h>
#include <parquet/arrow/reader.h>
#include <parquet/arrow/schema.h>
#include <parquet/exception.h>
#include <parquet/file_reader.h>
#include <parquet/metadata.h>

#include <algorithm>

#include "base/error.hpp"
#include "columns/arrow_result.hpp"
#include "columns/fitted.hpp"
#include "connectors/files/optional_map_keys.hpp"
#include "storage/parquet_status.hpp"

namespace tarn::connectors {
namespace {

using parquet::arrow::SchemaField;

constexpr int64_t BatchRows = 32'768;

const SchemaField* field_named(const std::vector<SchemaField>& fields, const std::string& name) {
    auto found = std::ranges::find_if(
        fields, [&](const SchemaField& field) { return field.field->name() == name; });
    return found == fields.end() ? nullptr : &*found;
}

void add_all_leaves(const SchemaField& field, std::vector<int>& leaves) {
    if (field.is_leaf()) leaves.push_back(field.column_index);
    for (const SchemaField& child : field.children) add_all_leaves(child, leaves);
}

// Those of a row's fields that are wanted. Without any the row itself still is or is not NULL,
// which only its leaves tell.
void add_wanted_leaves(const SchemaField& field, const arrow::DataType& wanted,
                       std::vector<int>& leaves) {
    size_t before = leaves.size();
    if (wanted.id() == arrow::Type::STRUCT && field.field->type()->id() == arrow::Type::STRUCT) {
        for (const auto& child : wanted.fields()) {
            const SchemaField* written = field_named(field.children, child->name());
            if (written) add_wanted_leaves(*written, *child->type(), leaves);
        }
    }
    if (leaves.size() == before) add_all_leaves(field, leaves);
}

void want_values(const arrow::Array& column, const arrow::Field& wanted) {
    if (wanted.nullable() || column.null_count() == 0) return;
    throw Error(ErrorCode::InvalidInput, "column '{}' is NOT NULL, and the file has rows without",
                wanted.name())
        .with_hint("declare it without NOT NULL");
}

}  // namespace

template <typename Work>
auto ParquetRows::told_where(const Work& work) const {
    try {
        return work();
    } catch (const parquet::ParquetException& exception) {
        throw Error(ErrorCode::Corrupt, "{}: {}", location_, exception.what());
    } catch (const Error& error) {
        throw Error(error.code(), "{}: {}", location_, error.what()).with_hint(error.hint());
    }
}

ParquetRows::ParquetRows(std::shared_ptr<arrow::io::RandomAccessFile> file,
                         std::shared_ptr<arrow::Schema> wanted, std::string location)
    : wanted_(std::move(wanted)), location_(std::move(location)) {
    told_where([&] { open(std::move(file)); });
}

ParquetRows::~ParquetRows() = default;

void ParquetRows::open(std::shared_ptr<arrow::io::RandomAccessFile> file) {
    parquet::arrow::FileReaderBuilder builder;
    storage::check_parquet(builder.Open(std::move(file)));
    read_optional_keys(*builder.raw_reader());
    auto properties = parquet::default_arrow_reader_properties();
    properties.set_batch_size(BatchRows);
    // In nanoseconds years would end at 2262.
    properties.set_coerce_int96_timestamp_unit(arrow::TimeUnit::MICRO);
    file_ = storage::checked_parquet(builder.properties(properties)->Build());
    const auto& fields = file_->manifest().schema_fields;
    for (const auto& column : wanted_->fields()) {
        if (const SchemaField* written = field_named(fields, column->name())) {
            columns::check_fits(*written->field, *column);
            add_wanted_leaves(*written, *column->type(), leaves_);
        } else if (!column->nullable()) {
            throw Error(ErrorCode::InvalidInput, "there is no column '{}'", column->name());
        }
    }
    std::ranges::sort(leaves_);
}

std::shared_ptr<arrow::RecordBatch> ParquetRows::next(int64_t rows_max) {
    return told_where([&]() -> std::shared_ptr<arrow::RecordBatch> {
        if (!read_batch()) return nullptr;
        auto part = batch_->Slice(batch_used_, rows_max);
        batch_used_ += part->num_rows();
        position_ += part->num_rows();
        return fitted_batch(*part);
    });
}

void ParquetRows::pass_over(int64_t rows) {
    told_where([&] {
        const auto& metadata = *file_->parquet_reader()->metadata();
        while (next_group_ < metadata.num_row_groups()) {
            int64_t group_rows = metadata.RowGroup(next_group_)->num_rows();
            if (rows < group_rows) break;
            rows -= group_rows;
            position_ += group_rows;
            ++next_group_;
        }
        while (rows > 0 && read_batch()) {
            int64_t passed = std::min(rows, batch_->num_rows() - batch_used_);
            batch_used_ += passed;
            position_ += passed;
            rows -= passed;
        }
    });
}

bool ParquetRows::open_group() {
    if (next_group_ == file_->parquet_reader()->metadata()->num_row_groups()) return false;
    group_ = storage::checked_parquet(file_->GetRecordBatchReader({next_group_++}, leaves_));
    return true;
}

// False at the end of the file; else the batch has rows that were not used.
bool ParquetRows::read_batch() {
    while (!batch_ || batch_used_ == batch_->num_rows()) {
        if (!group_ && !open_group()) return false;
        storage::check_parquet(group_->ReadNext(&batch_));
        batch_used_ = 0;
        if (!batch_) group_ = nullptr;
    }
    return true;
}

std::shared_ptr<arrow::RecordBatch> ParquetRows::fitted_batch(
    const arrow::RecordBatch& written) const {
    arrow::ArrayVector columns;
    for (const auto& wanted : wanted_->fields()) {
        auto column = written.GetColumnByName(wanted->name());
        if (column) want_values(*column, *wanted);
        columns.push_back(
            column ? columns::fitted(column, wanted->type())
                   : columns::or_throw(arrow::MakeArrayOfNull(wanted->type(), written.num_rows())));
    }
    return arrow::RecordBatch::Make(wanted_, written.num_rows(), std::move(columns));
}

}  // namespace tarn::connectors
