#include "columns/json_decoder.hpp"
#include "connectors/formats/json_records.hpp"
#include "connectors/formats/kinds.hpp"

namespace tarn::connectors {
namespace {

class JsonRowDecoder final : public RowDecoder {
public:
    JsonRowDecoder(std::shared_ptr<arrow::Schema> schema, const columns::JsonOptions& options)
        : decoder_(std::move(schema), options) {}

    // Blank records count, and make no row.
    void append(std::string_view record) override {
        bool is_blank = record.find_first_not_of(" \t\r\n") == record.npos;
        is_blank ? decoder_.append_lines("\n") : decoder_.append_record(record);
    }
    DecodedChanges finish() override { return inserts_of(decoder_.finish()); }

private:
    columns::JsonDecoder decoder_;
};

class JsonRowEncoder final : public RowEncoder {
public:
    JsonRowEncoder(std::shared_ptr<arrow::Schema> schema, const columns::JsonWriterOptions& options)
        : schema_(std::move(schema)), options_(options) {}

    EncodedRecords encoded(const engine::ChangeBatch& changes) override {
        want_inserts(changes, "json");
        return json_records(*record_batch(schema_, changes.rows), options_);
    }

private:
    std::shared_ptr<arrow::Schema> schema_;
    columns::JsonWriterOptions options_;
};

class JsonFormat final : public Format {
public:
    JsonFormat(const OptionValues& options, const std::string& prefix)
        : Format(prefix, options.is_on("ignore-parse-errors")),
          reading_(json_reading(options)),
          writing_(json_writing(options)) {
        if (options.is_on("fail-on-missing-field")) {
            reading_.missing_field = columns::MissingField::Reject;
        }
        reading_.top_level_array = columns::TopLevelArray::RowPerElement;
    }

    std::unique_ptr<RowDecoder> decoder(const StoredColumns&,
                                        const StoredColumns& asked) const override {
        return std::make_unique<JsonRowDecoder>(schema_of(asked), reading_);
    }
    std::unique_ptr<RowEncoder> encoder(const StoredColumns& columns) const override {
        return std::make_unique<JsonRowEncoder>(schema_of(columns), writing_);
    }
    std::string_view name() const override { return "json"; }

private:
    columns::JsonOptions reading_;
    columns::JsonWriterOptions writing_;
};

}  // namespace

FormatPtr json_format(const OptionValues& options, const std::string& prefix) {
    return std::make_shared<JsonFormat>(options, prefix);
}

}  // namespace tarn::connectors
