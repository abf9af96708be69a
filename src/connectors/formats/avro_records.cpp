#include "connectors/formats/avro_records.hpp"

#include <arrow/record_batch.h>

#include <map>
#include <utility>

#include "base/error.hpp"
#include "columns/avro_encoder.hpp"
#include "columns/avro_fields.hpp"
#include "columns/fitted.hpp"
#include "connectors/formats/kinds.hpp"

namespace tarn::connectors {
namespace {

using columns::AvroFieldReader;
using columns::AvroSchema;

// Whether one record is wrong, rather than all that we could know of it.
bool is_of_record(const Error& error) {
    return error.code() == ErrorCode::Corrupt || error.code() == ErrorCode::NotFound ||
           error.code() == ErrorCode::InvalidInput;
}

class AvroDecoder final : public RowDecoder {
public:
    AvroDecoder(const StoredColumns& asked, TimestampMapping mapping,
                SchemaOfRecord schema_of_record)
        : schema_of_record_(std::move(schema_of_record)),
          wanted_(schema_of(asked)),
          read_(avro_schema_of(asked, mapping).arrow_schema()),
          rows_(columns::make_row_builder(*read_)) {}

    void append(std::string_view record) override {
        int64_t number = record_count_++;
        int64_t begin = std::exchange(bytes_, bytes_ + std::ssize(record));
        int64_t rows = rows_->length();
        try {
            read(as_bytes(record));
            record_of_row_.push_back(number);
        } catch (const Error& error) {
            if (!is_of_record(error)) throw;
            rows_->truncate(rows);
            errors_.push_back({number, begin, bytes_, error.what()});
        }
    }

    DecodedChanges finish() override {
        record_count_ = 0;
        bytes_ = 0;
        return {{from_avro(*columns::finish_batch(*rows_, read_), *wanted_)},
                std::exchange(record_of_row_, {}),
                std::exchange(errors_, {})};
    }

private:
    void read(BytesView record) {
        ByteReader in(record, "avro");
        const AvroSchema& schema = schema_of_record_(in);
        auto reader = readers_.find(&schema);
        if (reader == readers_.end()) {
            reader = readers_.try_emplace(&schema, schema, *rows_).first;
        }
        reader->second.read(in);
        if (in.is_at_end()) return;
        throw Error(ErrorCode::Corrupt, "avro: {} bytes follow the value", in.remaining());
    }

    SchemaOfRecord schema_of_record_;
    std::shared_ptr<arrow::Schema> wanted_;
    // The same as Avro has it, which knows no numbers of 8 and 16 bits.
    std::shared_ptr<arrow::Schema> read_;
    std::unique_ptr<columns::StructBuilder> rows_;
    std::map<const AvroSchema*, AvroFieldReader> readers_;
    int64_t record_count_ = 0;
    int64_t bytes_ = 0;
    std::vector<int64_t> record_of_row_;
    std::vector<columns::RowError> errors_;
};

class AvroRecordEncoder final : public RowEncoder {
public:
    AvroRecordEncoder(const StoredColumns& columns, AvroWriting writing)
        : columns_(columns), writing_(std::move(writing)) {}

    EncodedRecords encoded(const engine::ChangeBatch& changes) override {
        want_inserts(changes, writing_.format);
        std::string head = writing_.head(writing_.schema);
        auto batch = avro_batch(changes.rows, columns_, writing_.schema);
        columns::AvroEncoder encoder(writing_.schema, *batch);
        std::string records;
        std::vector<size_t> ends;
        for (int64_t row = 0; row < changes.size(); ++row) {
            records += head;
            encoder.append(records, row);
            records += '\n';
            ends.push_back(records.size());
        }
        return {std::move(records), std::move(ends)};
    }

private:
    StoredColumns columns_;
    AvroWriting writing_;
};

}  // namespace

std::unique_ptr<RowDecoder> avro_decoder(const StoredColumns& asked, TimestampMapping mapping,
                                         SchemaOfRecord schema_of_record) {
    return std::make_unique<AvroDecoder>(asked, mapping, std::move(schema_of_record));
}

std::unique_ptr<RowEncoder> avro_encoder(const StoredColumns& columns, AvroWriting writing) {
    return std::make_unique<AvroRecordEncoder>(columns, std::move(writing));
}

std::shared_ptr<arrow::RecordBatch> avro_batch(const sql::Batch& rows, const StoredColumns& columns,
                                               const AvroSchema& schema) {
    auto plain = record_batch(schema_of(columns), rows);
    auto wanted = schema.arrow_schema();
    arrow::ArrayVector values;
    for (const auto& field : wanted->fields()) {
        auto column = plain->GetColumnByName(field->name());
        if (!column) {
            throw Error(ErrorCode::InvalidInput, "the schema has a field '{}', the table no column",
                        field->name());
        }
        columns::check_fits(*plain->schema()->GetFieldByName(field->name()), *field);
        values.push_back(columns::fitted(column, field->type()));
    }
    return arrow::RecordBatch::Make(wanted, rows.rows, std::move(values));
}

sql::Batch from_avro(const arrow::RecordBatch& rows, const arrow::Schema& wanted) {
    sql::Batch result{{}, rows.num_rows()};
    for (int i = 0; i < wanted.num_fields(); ++i) {
        result.columns.push_back({columns::fitted(rows.column(i), wanted.field(i)->type())});
    }
    return result;
}

}  // namespace tarn::connectors
