#include "iceberg/lint/parquet_checks.hpp"

#include <arrow/array.h>
#include <arrow/io/interfaces.h>
#include <arrow/record_batch.h>
#include <parquet/arrow/reader.h>
#include <parquet/file_reader.h>
#include <parquet/metadata.h>

#include <algorithm>
#include <optional>

#include "base/error.hpp"
#include "columns/arrow_result.hpp"
#include "columns/parquet_metrics.hpp"
#include "iceberg/format/filter.hpp"
#include "iceberg/format/position_deletes.hpp"
#include "iceberg/format/reserved_fields.hpp"
#include "iceberg/format/single_value.hpp"
#include "iceberg/lint/entry_checks.hpp"
#include "iceberg/lint/parquet_schema_checks.hpp"
#include "storage/arrow_io.hpp"
#include "storage/uri.hpp"

namespace tarn::iceberg {
namespace {

constexpr std::string_view NameMapping = "schema.name-mapping.default";

class FileChecks {
public:
    FileChecks(const ParquetCase& subject, const parquet::FileMetaData& footer,
               LintFindings& findings)
        : subject_(subject), footer_(footer), findings_(findings), place_(subject.file.path) {}

    void run() {
        check_chunks();
        // What has no bounds that mean anything has been found out by its type.
        if (footer_.num_columns() == 0 || has_int96()) return;
        std::vector<std::optional<int64_t>> no_nan_counts(
            static_cast<size_t>(footer_.num_columns()));
        auto known = columns::metrics_of(footer_, no_nan_counts);
        check_counts(known);
        check_bounds(known);
    }

private:
    bool has_int96() const {
        for (int i = 0; i < footer_.num_columns(); ++i) {
            auto type = footer_.schema()->Column(i)->physical_type();
            if (type == parquet::Type::INT96) return true;
        }
        return false;
    }

    void check_counts(const columns::ParquetFileMetrics& known) {
        const DataFile& file = subject_.file;
        if (file.record_count != known.row_count) {
            findings_.add(LintRule::ExactSizes, place_, "record_count is {}, the file has {} rows",
                          file.record_count, known.row_count);
        }
        if (!file.split_offsets.empty() && file.split_offsets != known.split_offsets) {
            findings_.add(LintRule::ExactSizes, place_,
                          "split_offsets are not where the {} row groups begin",
                          known.split_offsets.size());
        }
    }

    void check_chunks() {
        for (int group = 0; group < footer_.num_row_groups(); ++group) {
            auto rows = footer_.RowGroup(group);
            for (int column = 0; column < rows->num_columns(); ++column) {
                auto chunk = rows->ColumnChunk(column);
                check_codec(*chunk);
                check_pages(*chunk);
            }
        }
    }

    void check_codec(const parquet::ColumnChunkMetaData& chunk) {
        switch (chunk.compression()) {
            case arrow::Compression::UNCOMPRESSED:
            case arrow::Compression::ZSTD:
            case arrow::Compression::SNAPPY:
            case arrow::Compression::GZIP:
                return;
            default:
                findings_.add(LintRule::ParquetCodec, place_, "column {} is packed otherwise",
                              chunk.path_in_schema()->ToDotString());
        }
    }

    void check_pages(const parquet::ColumnChunkMetaData& chunk) {
        auto is_plain = [](parquet::Encoding::type encoding) {
            using parquet::Encoding;
            return encoding == Encoding::PLAIN || encoding == Encoding::RLE ||
                   encoding == Encoding::RLE_DICTIONARY || encoding == Encoding::BIT_PACKED ||
                   encoding == Encoding::PLAIN_DICTIONARY;
        };
        std::string column = chunk.path_in_schema()->ToDotString();
        if (!std::ranges::all_of(chunk.encodings(), is_plain)) {
            findings_.add(LintRule::ParquetPages, place_, "column {} has another encoding", column);
        }
        for (const parquet::PageEncodingStats& pages : chunk.encoding_stats()) {
            if (pages.page_type == parquet::PageType::DATA_PAGE_V2) {
                findings_.add(LintRule::ParquetPages, place_,
                              "column {} has data pages of version 2", column);
                return;
            }
        }
    }

    // Parquet's own bounds are exact, or further out still.
    void check_bounds(const columns::ParquetFileMetrics& known) {
        for (const columns::ParquetColumnMetrics& column : known.columns) {
            if (!column.field_id) continue;
            const Field* field = field_of(*column.field_id);
            if (!field) continue;
            const ColumnMetrics& metrics = subject_.file.metrics;
            check_bound(*field, metrics.lower_bounds, column.lower_bound, true);
            check_bound(*field, metrics.upper_bounds, column.upper_bound, false);
        }
    }

    const Field* field_of(int32_t id) const {
        const Field* field = subject_.table.schema().find(id);
        return field ? field : position_delete_schema()->find(id);
    }

    void check_bound(const Field& field, const std::map<int32_t, Bytes>& bounds,
                     const std::optional<Bytes>& exact, bool is_lower) {
        auto found = bounds.find(field.id);
        if (found == bounds.end() || !exact) return;
        auto kept = from_bytes(found->second, field.type);
        auto real = from_bytes(*exact, field.type);
        if (!kept || !real || is_nan(*kept)) return;
        bool holds = is_lower ? compare(*kept, *real) <= 0 : compare(*kept, *real) >= 0;
        if (!holds) {
            findings_.add(LintRule::Bounds, place_, "the {} bound of '{}' is {}, a value is {}",
                          is_lower ? "lower" : "upper", field.name, to_text(*kept, field.type),
                          to_text(*real, field.type));
        }
    }

    const ParquetCase& subject_;
    const parquet::FileMetaData& footer_;
    LintFindings& findings_;
    const std::string& place_;
};

std::string one_spelling(const std::string& location) {
    try {
        return storage::Uri::parse(location).text();
    } catch (const Error&) {
        return location;
    }
}

// The paths and positions of a delete file, in its order.
class DeleteChecks {
public:
    DeleteChecks(const ParquetCase& subject, LintFindings& findings)
        : subject_(subject), findings_(findings) {
        for (const std::string& file : subject.data_files) known_.insert(one_spelling(file));
    }

    void check(const arrow::RecordBatch& batch) {
        auto paths =
            std::dynamic_pointer_cast<arrow::StringArray>(batch.GetColumnByName("file_path"));
        auto positions = std::dynamic_pointer_cast<arrow::Int64Array>(batch.GetColumnByName("pos"));
        if (!paths || !positions) {
            findings_.add(LintRule::PositionDeletes, subject_.file.path,
                          "no columns file_path (string) and pos (long)");
            return;
        }
        for (int64_t row = 0; row < batch.num_rows(); ++row) {
            std::pair<std::string, int64_t> place(paths->GetString(row), positions->Value(row));
            if (last_ && place < *last_) {
                findings_.add(LintRule::PositionDeletes, subject_.file.path,
                              "position {} of {} comes too late", place.second, place.first);
            }
            if (!last_ || place.first != last_->first) check_path(place.first);
            last_ = std::move(place);
        }
    }

private:
    // A file that the table has no more may be named: its rows are gone anyway.
    void check_path(const std::string& path) {
        if (subject_.data_files.contains(path) || !known_.contains(one_spelling(path))) return;
        findings_.add(LintRule::PositionDeletes, subject_.file.path,
                      "{} is spelled otherwise in the manifest", path);
    }

    const ParquetCase& subject_;
    LintFindings& findings_;
    std::set<std::string> known_;
    std::optional<std::pair<std::string, int64_t>> last_;
};

void check_deletes(const ParquetCase& subject, std::unique_ptr<parquet::ParquetFileReader> file,
                   LintFindings& findings) {
    auto reader = columns::or_throw(
        parquet::arrow::FileReader::Make(arrow::default_memory_pool(), std::move(file)));
    auto batches = columns::or_throw(reader->GetRecordBatchReader());
    DeleteChecks checks(subject, findings);
    while (auto batch = columns::or_throw(batches->Next())) checks.check(*batch);
}

}  // namespace

void check_parquet(const ParquetCase& subject, std::unique_ptr<storage::Reader> reader,
                   LintFindings& findings) {
    auto file = parquet::ParquetFileReader::Open(storage::arrow_input(std::move(reader)));
    std::shared_ptr<parquet::FileMetaData> footer = file->metadata();
    bool deletes_by_position = subject.file.content == FileContent::PositionDeletes;
    ParquetSchemaCase schema{
        .table = subject.table,
        .schema = deletes_by_position ? position_delete_schema() : subject.schema,
        .place = subject.file.path,
        .is_mapped_by_name = subject.table.properties.contains(std::string(NameMapping)),
        .has_all_columns = subject.file.content != FileContent::EqualityDeletes};
    if (deletes_by_position) {
        check_delete_columns(schema, *footer->schema(), findings);
    } else {
        check_parquet_schema(schema, *footer->schema(), findings);
    }
    FileChecks(subject, *footer, findings).run();
    if (deletes_by_position && !findings.has(LintRule::PositionDeletes)) {
        check_deletes(subject, std::move(file), findings);
    }
}

}  // namespace tarn::iceberg
