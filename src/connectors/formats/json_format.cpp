#include "columns/json_decoder.hpp"
#include "columns/json_writer.hpp"
#include "connectors/formats/kinds.hpp"
#include "sql/options/option_rule.hpp"

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
        std::string lines;
        columns::append_json_lines(lines, *record_batch(schema_, changes.rows), options_);
        std::vector<size_t> ends;
        // Inside of JSON newlines are escaped.
        for (size_t end = 0; end < lines.size();) {
            end = lines.find('\n', end) + 1;
            ends.push_back(end);
        }
        return {std::move(lines), std::move(ends)};
    }

private:
    std::shared_ptr<arrow::Schema> schema_;
    columns::JsonWriterOptions options_;
};

// Two options have nothing to change here: keys of our maps are never NULL (map-null-key.*), and
// a DECIMAL is always written without an exponent, which is the same number.
class JsonFormat final : public Format {
public:
    JsonFormat(const OptionValues& options, const std::string& prefix)
        : Format(prefix, options.is_on("ignore-parse-errors")) {
        using namespace columns;
        bool is_iso = sql::is_equal_ignoring_case(
            options.text("timestamp-format.standard").value_or("SQL"), "ISO-8601");
        auto timestamps = is_iso ? TimestampFormat::Iso8601 : TimestampFormat::Sql;
        reading_ = {.wrong_value = options.is_on("ignore-parse-errors") ? WrongValue::Null
                                                                        : WrongValue::Reject,
                    .coercion = Coercion::Flink,
                    .missing_field = options.is_on("fail-on-missing-field") ? MissingField::Reject
                                                                            : MissingField::Null,
                    .after_value = Extra::Ignore,
                    .top_level_array = TopLevelArray::RowPerElement,
                    .timestamps = timestamps};
        bool leaves_out = options.is_on("encode.ignore-null-fields");
        writing_ = {.null_field = leaves_out ? JsonWriterOptions::NullField::LeaveOut
                                             : JsonWriterOptions::NullField::Write,
                    .timestamps = timestamps};
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
