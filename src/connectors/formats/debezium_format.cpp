#include <arrow/array/array_nested.h>
#include <arrow/array/builder_binary.h>
#include <arrow/array/builder_primitive.h>
#include <arrow/record_batch.h>

#include <algorithm>

#include "base/error.hpp"
#include "columns/arrow_result.hpp"
#include "columns/json_decoder.hpp"
#include "connectors/formats/debezium_envelope.hpp"
#include "connectors/formats/json_records.hpp"
#include "connectors/formats/kinds.hpp"

namespace tarn::connectors {
namespace {

using columns::or_throw;
using engine::Change;

constexpr std::string_view Created = "c";
constexpr std::string_view Read = "r";  // of a snapshot
constexpr std::string_view Updated = "u";
constexpr std::string_view Deleted = "d";

bool brings_before(std::string_view op) {
    return op == Updated || op == Deleted;
}
bool brings_after(std::string_view op) {
    return op == Created || op == Read || op == Updated;
}

// Why an envelope tells of no change.
std::optional<std::string> fault_of(const Envelopes& envelopes, int64_t row) {
    if (envelopes.op->IsNull(row)) return "the record has no \"op\"";
    std::string_view op = envelopes.op->GetView(row);
    if (!brings_before(op) && !brings_after(op)) {
        return fmt::format("\"op\" is \"{}\", which is none of c, r, u and d", op);
    }
    if (brings_before(op) && envelopes.before->IsNull(row)) {
        return fmt::format(
            "\"before\" is null, and \"op\" is \"{}\"; if a Debezium connector for PostgreSQL sent "
            "this, the table there wants REPLICA IDENTITY FULL",
            op);
    }
    if (brings_after(op) && envelopes.after->IsNull(row)) {
        return fmt::format("\"after\" is null, and \"op\" is \"{}\"", op);
    }
    return std::nullopt;
}

// Rows of changes: which envelope each is from, and which image of that it is.
struct Images {
    sql::RowList envelopes;
    sql::RowList rows;  // of all images before a change with all those after below
    std::vector<Change> kinds;

    void add(int64_t envelope, int64_t row, Change kind) {
        envelopes.push_back(envelope);
        rows.push_back(row);
        kinds.push_back(kind);
    }
};

Images images_of(const Envelopes& envelopes, const std::vector<bool>& is_bad) {
    Images images;
    int64_t count = envelopes.op->length();
    for (int64_t row = 0; row < count; ++row) {
        if (is_bad[static_cast<size_t>(row)]) continue;
        std::string_view op = envelopes.op->GetView(row);
        bool is_update = op == Updated;
        if (brings_before(op)) {
            images.add(row, row, is_update ? Change::UpdateBefore : Change::Delete);
        }
        if (brings_after(op)) {
            images.add(row, count + row, is_update ? Change::UpdateAfter : Change::Insert);
        }
    }
    return images;
}

sql::Batch rows_in(const arrow::StructArray& images) {
    sql::Batch rows{{}, images.length()};
    for (int i = 0; i < images.num_fields(); ++i) rows.columns.push_back({images.field(i)});
    return rows;
}

class DebeziumDecoder final : public RowDecoder {
public:
    DebeziumDecoder(const StoredColumns& asked, WithSchema with_schema,
                    const columns::JsonOptions& options)
        : asked_(asked),
          with_schema_(with_schema),
          decoder_(envelope_schema(asked, with_schema), options) {}

    // Behind the last change of a key Kafka gets a record without a value, which tells nothing new.
    void append(std::string_view record) override {
        ends_.push_back(decoder_.input_bytes() + std::ssize(record));
        record.empty() ? decoder_.append_lines("\n") : decoder_.append_record(record);
    }

    DecodedChanges finish() override {
        columns::DecodedRows decoded = decoder_.finish();
        Envelopes envelopes = envelopes_of(*decoded.batch, with_schema_);
        std::vector<bool> is_bad = take_bad(decoded, envelopes);
        Images images = images_of(envelopes, is_bad);
        DecodedChanges result;
        result.changes.rows = rows_of(envelopes, images);
        for (int64_t envelope : images.envelopes) {
            result.record_of_row.push_back(decoded.record_of_row[static_cast<size_t>(envelope)]);
        }
        bool has_only_inserts =
            std::ranges::all_of(images.kinds, [](Change kind) { return kind == Change::Insert; });
        if (!has_only_inserts) result.changes.kinds = std::move(images.kinds);
        result.errors = std::move(decoded.errors);
        ends_.clear();
        return result;
    }

private:
    // Those that tell of no change become errors beside those that are no JSON.
    std::vector<bool> take_bad(columns::DecodedRows& decoded, const Envelopes& envelopes) {
        std::vector<bool> is_bad;
        for (int64_t row = 0; row < decoded.batch->num_rows(); ++row) {
            auto fault = fault_of(envelopes, row);
            is_bad.push_back(fault.has_value());
            if (!fault) continue;
            int64_t record = decoded.record_of_row[static_cast<size_t>(row)];
            auto at = static_cast<size_t>(record);
            decoded.errors.push_back({record, at == 0 ? 0 : ends_[at - 1], ends_[at], *fault});
        }
        std::ranges::sort(decoded.errors, {}, &columns::RowError::record);
        return is_bad;
    }

    sql::Batch rows_of(const Envelopes& envelopes, const Images& images) const {
        sql::Batch both = sql::stacked({rows_in(*envelopes.before), rows_in(*envelopes.after)});
        sql::Batch physical = sql::taken(both, images.rows);
        sql::Batch rows{{}, physical.rows};
        size_t place = 0;
        for (const sql::TableColumn& column : asked_) {
            auto key = metadata_key(column);
            rows.columns.push_back(
                key ? sql::taken(envelope_metadata(*key, envelopes), images.envelopes)
                    : physical.columns.at(place++));
        }
        return rows;
    }

    StoredColumns asked_;
    WithSchema with_schema_;
    columns::JsonDecoder decoder_;
    std::vector<int64_t> ends_;  // of the records, in all that was appended
};

// As Flink writes changes: a row that comes is created and one that goes is deleted, and an update
// is both, one after the other.
class DebeziumEncoder final : public RowEncoder {
public:
    DebeziumEncoder(std::shared_ptr<arrow::Schema> schema,
                    const columns::JsonWriterOptions& options)
        : schema_(std::move(schema)), options_(options) {
        auto row = arrow::struct_(schema_->fields());
        envelope_ = arrow::schema({arrow::field("before", row), arrow::field("after", row),
                                   arrow::field("op", arrow::utf8())});
    }

    EncodedRecords encoded(const engine::ChangeBatch& changes) override {
        arrow::StringBuilder ops;
        arrow::TypedBufferBuilder<bool> is_gone;
        arrow::TypedBufferBuilder<bool> is_there;
        for (int64_t row = 0; row < changes.size(); ++row) {
            bool is_addition = engine::is_addition(changes.kind(row));
            or_throw(ops.Append(is_addition ? Created : Deleted));
            or_throw(is_there.Append(is_addition));
            or_throw(is_gone.Append(!is_addition));
        }
        auto rows = record_batch(schema_, changes.rows);
        auto image = [&](std::shared_ptr<arrow::Buffer> is_valid) {
            return std::make_shared<arrow::StructArray>(envelope_->field(0)->type(), changes.size(),
                                                        rows->columns(), std::move(is_valid));
        };
        auto before = image(or_throw(is_gone.Finish()));
        auto after = image(or_throw(is_there.Finish()));
        return json_records(*arrow::RecordBatch::Make(envelope_, changes.size(),
                                                      {before, after, or_throw(ops.Finish())}),
                            options_);
    }

private:
    std::shared_ptr<arrow::Schema> schema_;
    std::shared_ptr<arrow::Schema> envelope_;
    columns::JsonWriterOptions options_;
};

class DebeziumFormat final : public Format {
public:
    DebeziumFormat(const OptionValues& options, const std::string& prefix)
        : Format(prefix, options.is_on("ignore-parse-errors")),
          schema_option_(prefix + "schema-include"),
          with_schema_(options.is_on("schema-include") ? WithSchema::Yes : WithSchema::No),
          reading_(json_reading(options)),
          writing_(json_writing(options)) {}

    std::unique_ptr<RowDecoder> decoder(const StoredColumns&,
                                        const StoredColumns& asked) const override {
        return std::make_unique<DebeziumDecoder>(asked, with_schema_, reading_);
    }
    std::unique_ptr<RowEncoder> encoder(const StoredColumns& columns) const override {
        if (with_schema_ == WithSchema::Yes) {
            throw Error(ErrorCode::InvalidInput, "the option '{}' is only for reading",
                        schema_option_)
                .with_hint("changes are written without their schema; leave it out");
        }
        return std::make_unique<DebeziumEncoder>(schema_of(columns), writing_);
    }
    std::optional<sql::Type> metadata_type(std::string_view key) const override {
        return envelope_metadata_type(key);
    }
    std::string_view name() const override { return "debezium-json"; }

private:
    std::string schema_option_;
    WithSchema with_schema_;
    columns::JsonOptions reading_;
    columns::JsonWriterOptions writing_;
};

}  // namespace

FormatPtr debezium_format(const OptionValues& options, const std::string& prefix) {
    return std::make_shared<DebeziumFormat>(options, prefix);
}

}  // namespace tarn::connectors
