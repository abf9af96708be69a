#include <algorithm>

#include "base/error.hpp"
#include "columns/csv_decoder.hpp"
#include "columns/csv_writer.hpp"
#include "connectors/formats/kinds.hpp"

namespace tarn::connectors {
namespace {

using columns::CsvOptions;

// How records lie in a text, and fields in them.
struct CsvLayout {
    CsvOptions options;
    bool has_comments = false;

    // A quoted field may hold newlines. One whose quotes do not close is given up with its first
    // line, as the decoder does.
    std::optional<RecordEnd> record_end(std::string_view text, bool is_whole) const {
        bool is_comment = has_comments && text.starts_with('#');
        if (!options.quote || is_comment) return line_end(text, is_whole);
        bool is_quoted = false;
        bool begins_field = true;
        size_t end_max = std::min<size_t>(text.size(), options.record_bytes_max);
        for (size_t at = 0; at < end_max; ++at) {
            char c = text[at];
            if (c == options.quote && (is_quoted || begins_field)) is_quoted = !is_quoted;
            // Behind a quote that closes may stand one more, and both are one.
            begins_field = c == options.delimiter || (c == options.quote && !is_quoted);
            if (c != '\n' || is_quoted) continue;
            bool has_return = at > 0 && text[at - 1] == '\r';
            return RecordEnd{at - (has_return ? 1 : 0), at + 1};
        }
        bool is_last = is_whole && end_max == text.size();
        if (is_last && !is_quoted && !text.empty()) return RecordEnd{text.size(), text.size()};
        if (is_last || end_max < text.size()) return line_end(text, is_whole);
        return std::nullopt;
    }
};

// Fields are told apart by their place in the table, and rows may have only some of them: a header
// that names all of the table's columns says which is which.
class CsvRowDecoder final : public RowDecoder {
public:
    CsvRowDecoder(const StoredColumns& physical, const StoredColumns& asked, CsvLayout layout)
        : layout_(std::move(layout)), decoder_(schema_of(asked), layout_.options) {
        std::string header;
        columns::append_csv_header(header, *schema_of(physical), layout_.options);
        decoder_.append(header);
        decoder_.finish();
    }

    void append(std::string_view record) override {
        int64_t number = record_count_++;
        if (layout_.has_comments && record.starts_with('#')) return;
        // What stands behind the first line of a message is passed over, as Flink does.
        auto end = layout_.record_end(record, true);
        if (!end || end->end == 0) return;
        decoder_.append(record.substr(0, end->end));
        decoder_.append_end();
        numbers_.push_back(number);
    }

    DecodedChanges finish() override {
        DecodedChanges result = inserts_of(decoder_.finish());
        for (int64_t& record : result.record_of_row) record = number_of(record);
        for (columns::RowError& error : result.errors) error.record = number_of(error.record);
        numbers_.clear();
        record_count_ = 0;
        return result;
    }

private:
    int64_t number_of(int64_t decoded) const { return numbers_.at(static_cast<size_t>(decoded)); }

    CsvLayout layout_;
    columns::CsvDecoder decoder_;
    int64_t record_count_ = 0;
    std::vector<int64_t> numbers_;  // of the records that were not passed over
};

class CsvRowEncoder final : public RowEncoder {
public:
    CsvRowEncoder(std::shared_ptr<arrow::Schema> schema, CsvLayout layout)
        : schema_(std::move(schema)), layout_(std::move(layout)) {
        for (const auto& field : schema_->fields()) {
            if (field->type()->num_fields() == 0) continue;
            throw Error(ErrorCode::InvalidInput, "column '{}': {} has no form in CSV",
                        field->name(), field->type()->ToString())
                .with_hint("write this table as json");
        }
    }

    EncodedRecords encoded(const engine::ChangeBatch& changes) override {
        want_inserts(changes, "csv");
        std::string lines;
        columns::append_csv(lines, *record_batch(schema_, changes.rows), layout_.options);
        std::vector<size_t> ends;
        for (size_t end = 0; end < lines.size();) {
            end += layout_.record_end(std::string_view(lines).substr(end), true)->next;
            ends.push_back(end);
        }
        return {std::move(lines), std::move(ends)};
    }

private:
    std::shared_ptr<arrow::Schema> schema_;
    CsvLayout layout_;
};

class CsvFormat final : public Format {
public:
    CsvFormat(const OptionValues& options, const std::string& prefix)
        : Format(prefix, options.is_on("ignore-parse-errors")) {
        options.refuse("escape-character", "a quote inside of quotes is written twice");
        layout_.has_comments = options.is_on("allow-comments");
        layout_.options.delimiter = options.character("field-delimiter").value_or(',');
        layout_.options.quote = options.character("quote-character").value_or('"');
        if (options.is_on("disable-quote-character")) layout_.options.quote = std::nullopt;
        if (options.is_on("ignore-parse-errors")) {
            layout_.options.wrong_value = columns::WrongValue::Null;
        }
        layout_.options.timestamps = columns::TimestampFormat::Sql;
        layout_.options.excess_digits = columns::ExcessDigits::Round;
        null_literal_ = options.text("null-literal");
    }

    std::unique_ptr<RowDecoder> decoder(const StoredColumns& physical,
                                        const StoredColumns& asked) const override {
        CsvLayout layout = layout_;
        // Where nothing stands for NULL an empty field is an empty text: no field is this one.
        layout.options.null_literal = null_literal_.value_or("\n");
        return std::make_unique<CsvRowDecoder>(physical, asked, layout);
    }
    std::unique_ptr<RowEncoder> encoder(const StoredColumns& columns) const override {
        CsvLayout layout = layout_;
        layout.options.null_literal = null_literal_.value_or("");
        return std::make_unique<CsvRowEncoder>(schema_of(columns), layout);
    }
    std::string_view name() const override { return "csv"; }

    std::optional<RecordEnd> record_end(std::string_view text, bool is_whole) const override {
        return layout_.record_end(text, is_whole);
    }

private:
    CsvLayout layout_;
    std::optional<std::string> null_literal_;
};

}  // namespace

FormatPtr csv_format(const OptionValues& options, const std::string& prefix) {
    return std::make_shared<CsvFormat>(options, prefix);
}

}  // namespace tarn::connectors
