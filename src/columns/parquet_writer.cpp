#include "columns/parquet_writer.hpp"

#include <arrow/util/byte_size.h>
#include <arrow/util/key_value_metadata.h>
#include <parquet/arrow/writer.h>
#include <parquet/exception.h>
#include <parquet/file_writer.h>

#include "base/assert.hpp"
#include "columns/arrow_result.hpp"
#include "columns/nan_counter.hpp"
#include "columns/parquet_metrics.hpp"
#include "columns/required_fields.hpp"

namespace tarn::columns {
namespace {

// How far rows shrink before the first row group tells.
constexpr double shrink_guess = 0.4;

parquet::Compression::type compression_of(ParquetOptions::Codec codec) {
    switch (codec) {
        case ParquetOptions::Codec::Zstd:
            return parquet::Compression::ZSTD;
        case ParquetOptions::Codec::Snappy:
            return parquet::Compression::SNAPPY;
        case ParquetOptions::Codec::Gzip:
            return parquet::Compression::GZIP;
        case ParquetOptions::Codec::None:
            return parquet::Compression::UNCOMPRESSED;
    }
    return parquet::Compression::UNCOMPRESSED;
}

// Calls `visit(path, type)` for each leaf column, by the names that Parquet gives nested nodes.
template <typename Visit>
void for_each_leaf(const std::string& path, const arrow::DataType& type, const Visit& visit) {
    switch (type.id()) {
        case arrow::Type::STRUCT:
            for (const auto& child : type.fields()) {
                for_each_leaf(path + "." + child->name(), *child->type(), visit);
            }
            return;
        case arrow::Type::LIST:
            return for_each_leaf(path + ".list.element", *type.field(0)->type(), visit);
        case arrow::Type::MAP: {
            const auto& map = static_cast<const arrow::MapType&>(type);
            for_each_leaf(path + ".key_value.key", *map.key_type(), visit);
            for_each_leaf(path + ".key_value.value", *map.item_type(), visit);
            return;
        }
        default:
            visit(path, type);
    }
}

bool is_text(const arrow::DataType& type) {
    return type.id() == arrow::Type::STRING || type.id() == arrow::Type::BINARY;
}

std::shared_ptr<parquet::WriterProperties> writer_properties(const arrow::Schema& schema,
                                                             const ParquetOptions& options) {
    parquet::WriterProperties::Builder builder;
    builder.version(parquet::ParquetVersion::PARQUET_2_6)
        ->data_page_version(parquet::ParquetDataPageVersion::V1)
        ->created_by("tarn")
        ->compression(compression_of(options.codec))
        ->max_row_group_length(options.row_group_rows_max)
        ->data_pagesize(options.page_bytes)
        ->max_rows_per_page(options.page_rows_max)
        ->dictionary_pagesize_limit(options.dictionary_bytes_max)
        ->enable_store_decimal_as_integer()
        ->enable_write_page_index();
    if (options.codec == ParquetOptions::Codec::Zstd) builder.compression_level(options.zstd_level);
    if (options.codec == ParquetOptions::Codec::Gzip && options.gzip_level) {
        builder.compression_level(*options.gzip_level);
    }

    using Dictionary = ParquetOptions::Dictionary;
    if (options.dictionary != Dictionary::All) builder.disable_dictionary();
    if (options.dictionary == Dictionary::Text) {
        for (const auto& field : schema.fields()) {
            for_each_leaf(field->name(), *field->type(), [&](const auto& path, const auto& type) {
                if (is_text(type)) builder.enable_dictionary(path);
            });
        }
    }
    for (const std::string& path : options.bloom_filter_columns) {
        builder.enable_bloom_filter(path, parquet::BloomFilterOptions{});
    }
    return builder.build();
}

std::shared_ptr<parquet::ArrowWriterProperties> arrow_properties(
    ParquetOptions::Timestamps timestamps) {
    using Timestamps = ParquetOptions::Timestamps;
    parquet::ArrowWriterProperties::Builder builder;
    if (timestamps == Timestamps::Int96) builder.enable_deprecated_int96_timestamps();
    bool has_unit = timestamps != Timestamps::Int96 && timestamps != Timestamps::AsTheyAre;
    if (has_unit) {
        auto unit = timestamps == Timestamps::Millis   ? arrow::TimeUnit::MILLI
                    : timestamps == Timestamps::Micros ? arrow::TimeUnit::MICRO
                                                       : arrow::TimeUnit::NANO;
        builder.coerce_timestamps(unit)->allow_truncated_timestamps();
    }
    return builder.build();
}

std::shared_ptr<const arrow::KeyValueMetadata> footer_metadata(const ParquetOptions& options) {
    auto metadata = std::make_shared<arrow::KeyValueMetadata>();
    for (const auto& [key, value] : options.key_values) metadata->Append(key, value);
    return metadata;
}

}  // namespace

struct ParquetWriter::State {
    std::shared_ptr<arrow::io::OutputStream> stream;
    std::shared_ptr<arrow::Schema> schema;
    ParquetOptions options;
    std::unique_ptr<parquet::arrow::FileWriter> writer;
    NanCounter nans;
    int64_t begin;
    bool has_required_fields;
    int64_t row_count = 0;
    // Sizes in Arrow: of the open row group, and of those written.
    int64_t open_bytes = 0;
    int64_t open_rows = 0;
    int64_t closed_bytes = 0;

    int64_t written_bytes() const { return or_throw(stream->Tell()) - begin; }

    void start_row_group() {
        or_throw(writer->NewBufferedRowGroup());
        closed_bytes += open_bytes;
        open_bytes = 0;
        open_rows = 0;
    }
};

ParquetWriter::ParquetWriter(std::unique_ptr<State> state) : state_(std::move(state)) {}
ParquetWriter::ParquetWriter(ParquetWriter&&) noexcept = default;
ParquetWriter::~ParquetWriter() = default;

ParquetWriter ParquetWriter::open(std::shared_ptr<arrow::io::OutputStream> stream,
                                  std::shared_ptr<arrow::Schema> schema,
                                  const ParquetOptions& options) {
    int64_t begin = or_throw(stream->Tell());
    auto writer = or_throw(parquet::arrow::FileWriter::Open(
        *schema, arrow::default_memory_pool(), stream, writer_properties(*schema, options),
        arrow_properties(options.timestamps)));
    or_throw(writer->AddKeyValueMetadata(footer_metadata(options)));
    NanCounter nans(*schema);
    bool has_required_fields = has_required_fields_in_rows(*schema);
    return ParquetWriter(
        std::unique_ptr<State>(new State{.stream = std::move(stream),
                                         .schema = std::move(schema),
                                         .options = options,
                                         .writer = std::move(writer),
                                         .nans = std::move(nans),
                                         .begin = begin,
                                         .has_required_fields = has_required_fields}));
}

void ParquetWriter::append(const arrow::RecordBatch& batch) {
    TARN_ASSERT(state_->writer != nullptr);
    State& state = *state_;
    if (batch.num_rows() == 0) return;
    bool is_full = state.open_rows >= state.options.row_group_rows_max ||
                   state.open_bytes >= state.options.row_group_bytes_max;
    if (is_full) state.start_row_group();
    or_throw(state.writer->WriteRecordBatch(state.has_required_fields ? *with_required_fields(batch)
                                                                      : batch));
    state.nans.count(batch);
    state.row_count += batch.num_rows();
    state.open_rows += batch.num_rows();
    state.open_bytes += or_throw(arrow::util::ReferencedBufferSize(batch));
}

int64_t ParquetWriter::row_count() const {
    return state_->row_count;
}

int64_t ParquetWriter::estimated_bytes() const {
    int64_t written = state_->written_bytes();
    double ratio = state_->closed_bytes > 0
                       ? static_cast<double>(written) / static_cast<double>(state_->closed_bytes)
                       : shrink_guess;
    return written + static_cast<int64_t>(static_cast<double>(state_->open_bytes) * ratio);
}

ParquetFileMetrics ParquetWriter::finish() {
    TARN_ASSERT(state_->writer != nullptr);
    or_throw(state_->writer->Close());
    auto metadata = state_->writer->metadata();
    state_->writer.reset();
    ParquetFileMetrics metrics = metrics_of(*metadata, state_->nans.counts());
    metrics.file_bytes = state_->written_bytes();
    return metrics;
}

RollingParquetWriter::RollingParquetWriter(std::shared_ptr<arrow::Schema> schema,
                                           ParquetOptions options, int64_t file_bytes_target,
                                           OpenFile open_file)
    : schema_(std::move(schema)),
      options_(std::move(options)),
      file_bytes_target_(file_bytes_target),
      open_file_(std::move(open_file)) {}

void RollingParquetWriter::append(const std::shared_ptr<arrow::RecordBatch>& batch) {
    // Even one batch may be larger than a file should be.
    constexpr int64_t slice_rows = 65'536;
    for (int64_t row = 0; row < batch->num_rows(); row += slice_rows) {
        if (writer_ && writer_->estimated_bytes() >= file_bytes_target_) close_file();
        if (!writer_) {
            stream_ = open_file_(files_.size());
            writer_.emplace(ParquetWriter::open(stream_, schema_, options_));
        }
        writer_->append(*batch->Slice(row, slice_rows));
    }
}

void RollingParquetWriter::close_file() {
    if (!writer_) return;
    files_.push_back(writer_->finish());
    writer_.reset();
    or_throw(stream_->Close());
    stream_.reset();
}

std::vector<ParquetFileMetrics> RollingParquetWriter::finish() {
    close_file();
    return std::exchange(files_, {});
}

}  // namespace tarn::columns
