#include <algorithm>

#include "base/error.hpp"
#include "columns/avro_reader.hpp"
#include "columns/avro_writer.hpp"
#include "connectors/files/file_kinds.hpp"
#include "connectors/formats/avro_records.hpp"
#include "connectors/formats/kinds.hpp"
#include "connectors/formats/option_values.hpp"

namespace tarn::connectors {
namespace {

constexpr std::string_view AvroPrefix = "avro.";

// Errors begin with where the file is.
template <typename Work>
auto with_location(const std::string& location, const Work& work) {
    try {
        return work();
    } catch (const Error& error) {
        throw Error(error.code(), "{}: {}", location, error.what()).with_hint(error.hint());
    }
}

// A file is read into memory, and its blocks are unpacked one after the other. The position is how
// many of its rows came before.
class AvroFileReader final : public RowFileReader {
public:
    AvroFileReader(std::shared_ptr<arrow::Schema> wanted, std::shared_ptr<arrow::Schema> read)
        : wanted_(std::move(wanted)), read_(std::move(read)) {}

    void open(std::unique_ptr<storage::Reader> file, std::string location,
              int64_t position) override {
        location_ = std::move(location);
        with_location(location_, [&] {
            file_.emplace(content_of(*file));
            file_->select(read_);
            position_ = file_->pass_over_blocks(position);
            batch_ = nullptr;
            while (position_ < position && has_batch()) {
                use(std::min(position - position_, batch_->num_rows() - used_));
            }
        });
    }

    std::optional<engine::ChangeBatch> read(int64_t rows_max) override {
        return with_location(location_, [&]() -> std::optional<engine::ChangeBatch> {
            if (!has_batch()) return std::nullopt;
            auto part = batch_->Slice(used_, rows_max);
            use(part->num_rows());
            return engine::ChangeBatch{from_avro(*part, *wanted_)};
        });
    }

    int64_t position() const override { return position_; }

private:
    static std::shared_ptr<arrow::Buffer> content_of(const storage::Reader& file) {
        constexpr int64_t FileBytesMax = int64_t{1} << 30;
        if (file.size() > FileBytesMax) {
            throw Error(ErrorCode::TooLarge, "an Avro file of {} bytes, the limit is {}",
                        file.size(), FileBytesMax)
                .with_hint("write smaller ones, or Parquet");
        }
        return arrow::Buffer::FromString(std::string(as_text(file.read_at(0, file.size()))));
    }

    bool has_batch() {
        if (batch_ && used_ < batch_->num_rows()) return true;
        batch_ = file_->next();
        used_ = 0;
        return batch_ != nullptr;
    }

    void use(int64_t rows) {
        used_ += rows;
        position_ += rows;
    }

    std::shared_ptr<arrow::Schema> wanted_;
    std::shared_ptr<arrow::Schema> read_;  // the same as Avro has it
    std::string location_;
    std::optional<columns::AvroReader> file_;
    std::shared_ptr<arrow::RecordBatch> batch_;
    int64_t used_ = 0;  // of the rows of the batch
    int64_t position_ = 0;
};

class AvroFileWriter final : public RowFileWriter {
public:
    AvroFileWriter(const StoredColumns& columns, columns::AvroSchema schema,
                   columns::AvroCodec codec, Random& random)
        : columns_(columns), schema_(std::move(schema)), codec_(codec), random_(random) {}

    void open(std::unique_ptr<storage::Writer> file) override {
        file_ = std::move(file);
        rows_.emplace(schema_, random_, columns::AvroWriterOptions{.codec = codec_});
    }
    void write(const engine::ChangeBatch& rows) override {
        want_inserts(rows, "avro");
        rows_->append(*avro_batch(rows.rows, columns_, schema_));
        file_->write(rows_->take());
    }
    int64_t bytes() const override { return static_cast<int64_t>(rows_->estimated_bytes()); }
    void close() override {
        file_->write(rows_->finish());
        rows_.reset();
        file_->close();
        file_.reset();
    }

private:
    StoredColumns columns_;
    columns::AvroSchema schema_;
    columns::AvroCodec codec_;
    Random& random_;
    std::unique_ptr<storage::Writer> file_;
    std::optional<columns::AvroWriter> rows_;
};

columns::AvroCodec codec_named(const OptionValues& options) {
    std::string name = options.text("codec").value_or("snappy");
    if (auto codec = columns::avro_codec_named(name)) return *codec;
    throw Error(ErrorCode::InvalidInput, "the option '{}codec' is '{}', which is no codec here",
                AvroPrefix, name)
        .with_hint("there are null, deflate, snappy and zstandard");
}

class AvroFileFormat final : public FileFormat {
public:
    explicit AvroFileFormat(const OptionValues& options)
        : mapping_(timestamp_mapping(options)), codec_(codec_named(options)) {}

    std::unique_ptr<RowFileReader> reader(const StoredColumns&,
                                          const StoredColumns& asked) const override {
        return std::make_unique<AvroFileReader>(schema_of(asked),
                                                avro_schema_of(asked, mapping_).arrow_schema());
    }
    std::unique_ptr<RowFileWriter> writer(const StoredColumns& columns,
                                          Random& random) const override {
        return std::make_unique<AvroFileWriter>(columns, avro_schema_of(columns, mapping_), codec_,
                                                random);
    }
    std::string_view name() const override { return "avro"; }

private:
    TimestampMapping mapping_;
    columns::AvroCodec codec_;
};

}  // namespace

FileFormatPtr avro_file_format(const sql::Options& options) {
    return std::make_shared<AvroFileFormat>(OptionValues(options, std::string(AvroPrefix)));
}

}  // namespace tarn::connectors
