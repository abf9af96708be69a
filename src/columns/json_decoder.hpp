// JSON records into Arrow batches of a given schema: nested rows, arrays and maps, keys in any
// order, keys that no column asks for passed over. A record that cannot become a row is reported
// with its number, place and reason, and costs no other record its row; input never makes the
// decoder throw. One thread uses a decoder; it keeps its buffers from batch to batch.
//
// Records are gathered into windows that fit the cache and are taken apart a window at a time, so
// single messages cost hardly more than a file of lines. What was appended shows up in finish().
#pragma once

#include <arrow/record_batch.h>
#include <arrow/type.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "columns/column_builder.hpp"
#include "columns/json_fields.hpp"
#include "columns/json_index.hpp"
#include "columns/json_options.hpp"
#include "columns/row_error.hpp"

namespace tarn::columns {

class JsonDecoder {
public:
    // Throws InvalidInput when the schema has a type that JSON cannot give.
    explicit JsonDecoder(std::shared_ptr<arrow::Schema> schema, JsonOptions options = {});

    // Each line is a record; blank lines make no row. The last line need not end in a newline.
    void append_lines(std::string_view text);

    // One message, newlines and all.
    void append_record(std::string_view text);

    // How much was appended since the last finish(). Appending past batch_bytes_max in one batch
    // throws TooLarge: finish before it.
    int64_t record_count() const { return record_count_; }
    int64_t input_bytes() const { return input_bytes_; }

    DecodedRows finish();

private:
    struct Record {
        uint32_t begin;  // in the window
        uint32_t end;
        int64_t number;
        int64_t input_begin;
    };

    void count_input(std::string_view text);
    void gather_lines(std::string_view text, int64_t input_begin);
    uint32_t add_to_window(std::string_view text);
    void decode_window();
    void decode_one_by_one();
    // Reads from the tokens at `positions`; gives where the next record's may begin.
    const uint32_t* decode_record(const Record& record, const uint32_t* positions);
    bool read_rows(JsonCursor& in, int64_t record);
    bool read_row(JsonCursor& in, int64_t record);
    uint32_t record_bytes_max() const { return options_->record_bytes_max; }
    void reject_long(uint32_t size, int64_t input_begin);
    void reject(const Record& record, std::string reason);

    std::shared_ptr<arrow::Schema> schema_;
    // The plan holds pointers to these two, so they stay put.
    std::unique_ptr<JsonOptions> options_;
    std::unique_ptr<StructBuilder> rows_;
    JsonField root_;
    JsonIndex index_;

    std::vector<char> window_;
    size_t window_used_ = 0;
    std::vector<Record> records_;

    int64_t record_count_ = 0;
    int64_t input_bytes_ = 0;
    DecodedRows decoded_;
};

}  // namespace tarn::columns
