// CSV into Arrow batches of a given schema. Text comes in pieces cut anywhere, since a quoted field
// may hold newlines and only the decoder knows where a record ends. Bad records are reported as
// JsonDecoder reports them; only a header that cannot be used throws.
#pragma once

#include <arrow/type.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "columns/column_builder.hpp"
#include "columns/csv_options.hpp"
#include "columns/row_error.hpp"
#include "columns/text_to_column.hpp"

namespace tarn::columns {

class CsvDecoder {
public:
    // Throws InvalidInput when a column's type has no text form.
    explicit CsvDecoder(std::shared_ptr<arrow::Schema> schema, CsvOptions options = {});

    void append(std::string_view text);
    // Nothing more will come: what is left is the last record, newline or not.
    void append_end();

    // The rows whose records are complete. The begun one goes on into the next batch.
    DecodedRows finish();

private:
    struct Field {
        std::string text;
        bool is_quoted = false;
    };
    // What lies between a place and the end of a record.
    struct Scan {
        enum class Outcome { Record, Bad, Incomplete } outcome;
        size_t end;   // where the record's bytes end
        size_t next;  // where the next one begins
        const char* reason;
    };

    void decode_pending(bool is_end);
    Scan scan_record(std::string_view text, bool is_end);
    Scan scan_quoted(std::string_view text, size_t at, Field& field) const;
    void take_record(std::string_view bytes);
    void take_header();
    bool read_row(std::string& reason);
    bool read_field(int column, const Field& field, std::string& reason);
    void reject(std::string_view bytes, std::string reason);

    std::shared_ptr<arrow::Schema> schema_;
    CsvOptions options_;
    TextRules rules_;
    std::unique_ptr<StructBuilder> rows_;
    // For each field of a record its column, or -1; known once the header is.
    std::optional<std::vector<int>> column_of_field_;
    std::string pending_;
    // The rest of a line that was given up for its length is still to come.
    bool skips_line_ = false;
    std::vector<Field> fields_;
    size_t field_count_ = 0;

    int64_t record_count_ = 0;
    int64_t input_begin_ = 0;  // of pending_
    DecodedRows decoded_;
};

}  // namespace tarn::columns
