#include "columns/csv_writer.hpp"

#include <arrow/array.h>

#include "base/error.hpp"
#include "columns/column_to_text.hpp"

namespace tarn::columns {
namespace {

void append_field(std::string& out, std::string_view text, const CsvOptions& options) {
    const char special[] = {'\n', '\r', options.delimiter, options.quote.value_or('\n')};
    bool needs_quotes =
        text == options.null_literal || text.find_first_of({special, sizeof(special)}) != text.npos;
    if (!needs_quotes) {
        out += text;
        return;
    }
    if (!options.quote) {
        // What only looks like NULL is written as it is: nothing could tell the two apart.
        if (text == options.null_literal) return void(out += text);
        throw Error(ErrorCode::InvalidInput,
                    "csv: '{}' holds a delimiter or a line end and there are no quotes", text);
    }
    out.push_back(*options.quote);
    for (char c : text) {
        if (c == options.quote) out.push_back(c);
        out.push_back(c);
    }
    out.push_back(*options.quote);
}

}  // namespace

void append_csv_header(std::string& out, const arrow::Schema& schema, const CsvOptions& options) {
    for (int i = 0; i < schema.num_fields(); ++i) {
        if (i > 0) out.push_back(options.delimiter);
        append_field(out, schema.field(i)->name(), options);
    }
    out.push_back('\n');
}

void append_csv(std::string& out, const arrow::RecordBatch& batch, const CsvOptions& options) {
    // A timestamp can only be written one way.
    auto timestamps = options.timestamps == TimestampFormat::Iso8601 ? TimestampFormat::Iso8601
                                                                     : TimestampFormat::Sql;
    const auto& columns = batch.columns();
    std::string text;
    for (int64_t row = 0; row < batch.num_rows(); ++row) {
        for (size_t i = 0; i < columns.size(); ++i) {
            if (i > 0) out.push_back(options.delimiter);
            if (columns[i]->IsNull(row)) {
                out += options.null_literal;
                continue;
            }
            text.clear();
            append_value_text(text, *columns[i], row, timestamps);
            append_field(out, text, options);
        }
        out.push_back('\n');
    }
}

}  // namespace tarn::columns
