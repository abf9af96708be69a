#include <fmt/format.h>

#include "connectors/files/file_kinds.hpp"
#include "connectors/files/record_file.hpp"

namespace tarn::connectors {
namespace {

class RecordReader final : public RowFileReader {
public:
    RecordReader(FormatPtr format, std::unique_ptr<RowDecoder> decoder)
        : format_(std::move(format)), decoder_(std::move(decoder)) {}

    void open(std::unique_ptr<storage::Reader> file, std::string location,
              int64_t position) override {
        file_.emplace(std::move(file), *format_, position);
        location_ = std::move(location);
    }

    std::optional<engine::ChangeBatch> read(int64_t rows_max) override {
        // Of the records of one batch, so that long ones do not make it large.
        constexpr int64_t BatchBytes = 16 << 20;
        std::vector<int64_t> begins;
        int64_t begin = file_->offset();
        while (std::ssize(begins) < rows_max && file_->offset() - begin < BatchBytes) {
            auto record = file_->next();
            if (!record) break;
            decoder_->append(record->text);
            begins.push_back(record->begin);
        }
        if (begins.empty()) return std::nullopt;
        DecodedChanges decoded = decoder_->finish();
        format_->check(decoded, [&](const columns::RowError& error) {
            return fmt::format("{}, byte {}", location_,
                               begins.at(static_cast<size_t>(error.record)));
        });
        return std::move(decoded.changes);
    }

    int64_t position() const override { return file_->offset(); }

private:
    FormatPtr format_;
    std::unique_ptr<RowDecoder> decoder_;
    std::optional<RecordFile> file_;
    std::string location_;
};

class RecordWriter final : public RowFileWriter {
public:
    explicit RecordWriter(std::unique_ptr<RowEncoder> encoder) : encoder_(std::move(encoder)) {}

    void open(std::unique_ptr<storage::Writer> file) override {
        file_ = std::move(file);
        bytes_ = 0;
    }
    void write(const engine::ChangeBatch& rows) override {
        EncodedRecords records = encoder_->encoded(rows);
        file_->write(as_bytes(records.lines()));
        bytes_ += std::ssize(records.lines());
    }
    int64_t bytes() const override { return bytes_; }
    void close() override {
        file_->close();
        file_.reset();
    }

private:
    std::unique_ptr<RowEncoder> encoder_;
    std::unique_ptr<storage::Writer> file_;
    int64_t bytes_ = 0;
};

class RecordFileFormat final : public FileFormat {
public:
    explicit RecordFileFormat(FormatPtr format) : format_(std::move(format)) {}

    std::unique_ptr<RowFileReader> reader(const StoredColumns& physical,
                                          const StoredColumns& asked) const override {
        return std::make_unique<RecordReader>(format_, format_->decoder(physical, asked));
    }
    std::unique_ptr<RowFileWriter> writer(const StoredColumns& columns, Random&) const override {
        return std::make_unique<RecordWriter>(format_->encoder(columns));
    }
    std::string_view name() const override { return format_->name(); }

private:
    FormatPtr format_;
};

}  // namespace

FileFormatPtr record_file_format(const sql::Options& options) {
    return std::make_shared<RecordFileFormat>(format_of(options));
}

}  // namespace tarn::connectors
