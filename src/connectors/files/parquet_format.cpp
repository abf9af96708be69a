#include <arrow/io/interfaces.h>

#include <algorithm>
#include <array>

#include "base/error.hpp"
#include "columns/parquet_writer.hpp"
#include "connectors/files/file_kinds.hpp"
#include "connectors/files/parquet_rows.hpp"
#include "connectors/formats/kinds.hpp"
#include "connectors/formats/option_values.hpp"
#include "sql/options/option_rule.hpp"
#include "storage/arrow_error.hpp"
#include "storage/arrow_io.hpp"

namespace tarn::connectors {
namespace {

using columns::ParquetOptions;

constexpr std::string_view Prefix = "parquet.";

class ParquetFileReader final : public RowFileReader {
public:
    explicit ParquetFileReader(std::shared_ptr<arrow::Schema> wanted)
        : wanted_(std::move(wanted)) {}

    void open(std::unique_ptr<storage::Reader> file, std::string location,
              int64_t position) override {
        rows_.emplace(storage::arrow_input(std::move(file)), wanted_, std::move(location));
        rows_->pass_over(position);
    }
    std::optional<engine::ChangeBatch> read(int64_t rows_max) override {
        auto batch = rows_->next(rows_max);
        if (!batch) return std::nullopt;
        sql::Batch rows{{}, batch->num_rows()};
        for (const auto& values : batch->columns()) rows.columns.push_back({values});
        return engine::ChangeBatch{std::move(rows)};
    }
    int64_t position() const override { return rows_->position(); }

private:
    std::shared_ptr<arrow::Schema> wanted_;
    std::optional<ParquetRows> rows_;
};

class ParquetFileWriter final : public RowFileWriter {
public:
    ParquetFileWriter(std::shared_ptr<arrow::Schema> schema, ParquetOptions options)
        : schema_(std::move(schema)), options_(std::move(options)) {}

    void open(std::unique_ptr<storage::Writer> file) override {
        stream_ = storage::arrow_output(std::move(file));
        writer_.emplace(columns::ParquetWriter::open(stream_, schema_, options_));
    }
    void write(const engine::ChangeBatch& rows) override {
        want_inserts(rows, "parquet");
        writer_->append(*record_batch(schema_, rows.rows));
    }
    int64_t bytes() const override { return writer_->estimated_bytes(); }
    void close() override {
        writer_->finish();
        writer_.reset();
        auto closed = stream_->Close();
        stream_.reset();
        if (!closed.ok()) throw storage::error_of(closed, "cannot write a Parquet file");
    }

private:
    std::shared_ptr<arrow::Schema> schema_;
    ParquetOptions options_;
    std::shared_ptr<arrow::io::OutputStream> stream_;
    std::optional<columns::ParquetWriter> writer_;
};

// What an option may be, and what it means.
template <typename Meaning>
struct Choice {
    std::string_view text;
    Meaning meaning;
};

template <typename Meaning, size_t Count>
Meaning chosen(const OptionValues& options, std::string_view key,
               const std::array<Choice<Meaning>, Count>& choices) {
    auto text = options.text(key);
    if (!text) return choices.front().meaning;
    std::string known;
    for (const Choice<Meaning>& each : choices) {
        if (sql::is_equal_ignoring_case(*text, each.text)) return each.meaning;
        known += (known.empty() ? "" : ", ") + std::string(each.text);
    }
    throw Error(ErrorCode::InvalidInput, "the option '{}{}' is '{}', which is none of {}", Prefix,
                key, *text, known);
}

ParquetOptions::Codec codec_of(const OptionValues& options) {
    using Codec = ParquetOptions::Codec;
    constexpr auto Codecs = std::to_array<Choice<Codec>>({{"SNAPPY", Codec::Snappy},
                                                          {"ZSTD", Codec::Zstd},
                                                          {"GZIP", Codec::Gzip},
                                                          {"UNCOMPRESSED", Codec::None}});
    return chosen(options, "compression", Codecs);
}

// Flink writes INT96 unless it is told otherwise, and not all of its versions read anything else.
ParquetOptions::Timestamps timestamps_of(const OptionValues& options) {
    using Timestamps = ParquetOptions::Timestamps;
    constexpr auto Units = std::to_array<Choice<Timestamps>>({{"micros", Timestamps::Micros},
                                                              {"nanos", Timestamps::Nanos},
                                                              {"millis", Timestamps::Millis}});
    if (!options.is_on("write.int64.timestamp")) return Timestamps::Int96;
    return chosen(options, "timestamp.time.unit", Units);
}

// What Flink hands on to its writer we have to know ourselves.
void refuse_unknown(const sql::Options& options) {
    constexpr auto Known = std::to_array<std::string_view>(
        {"utc-timezone", "timestamp.time.unit", "write.int64.timestamp", "compression",
         "compression.codec.zstd.level", "block.size", "page.size", "dictionary.page.size"});
    for (const sql::Option& option : options) {
        if (!option.key.starts_with(Prefix)) continue;
        std::string_view key = std::string_view(option.key).substr(Prefix.size());
        if (std::ranges::find(Known, key) != Known.end()) continue;
        OptionValues(options).refuse(option.key, "our writer of Parquet files has no such option");
    }
}

ParquetOptions writing(const sql::Options& all) {
    refuse_unknown(all);
    OptionValues options(all, std::string(Prefix));
    ParquetOptions result;
    result.codec = codec_of(options);
    result.zstd_level =
        static_cast<int>(options.whole("compression.codec.zstd.level").value_or(result.zstd_level));
    result.timestamps = timestamps_of(options);
    result.row_group_bytes_max = options.whole("block.size").value_or(result.row_group_bytes_max);
    result.page_bytes = options.whole("page.size").value_or(result.page_bytes);
    result.dictionary_bytes_max =
        options.whole("dictionary.page.size").value_or(result.dictionary_bytes_max);
    return result;
}

// TIMESTAMP is read and written as that of UTC whatever `utc-timezone` says: there is no other zone
// that the server has.
class ParquetFormat final : public FileFormat {
public:
    explicit ParquetFormat(const sql::Options& options) : writing_(writing(options)) {}

    std::unique_ptr<RowFileReader> reader(const StoredColumns&,
                                          const StoredColumns& asked) const override {
        return std::make_unique<ParquetFileReader>(schema_of(asked));
    }
    std::unique_ptr<RowFileWriter> writer(const StoredColumns& columns, Random&) const override {
        return std::make_unique<ParquetFileWriter>(schema_of(columns), writing_);
    }
    std::string_view name() const override { return "parquet"; }

private:
    ParquetOptions writing_;
};

}  // namespace

FileFormatPtr parquet_file_format(const sql::Options& options) {
    return std::make_shared<ParquetFormat>(options);
}

}  // namespace tarn::connectors
