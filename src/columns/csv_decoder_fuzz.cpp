// Any bytes become rows or reported records, however they are cut, and rows written as CSV read
// back to the same rows.
#include "base/assert.hpp"
#include "columns/csv_decoder.hpp"
#include "columns/csv_writer.hpp"

namespace {

using namespace tarn::columns;
using arrow::field;

const CsvOptions options = {.header = CsvOptions::Header::None, .record_bytes_max = 4096};

std::string rows_of(std::string_view text, size_t cut) {
    static const auto schema = arrow::schema(
        {field("s", arrow::utf8()), field("i", arrow::int64()), field("d", arrow::float64()),
         field("n", arrow::decimal128(20, 4)), field("z", arrow::binary()),
         field("ts", arrow::timestamp(arrow::TimeUnit::MICRO, "UTC"))});
    CsvDecoder decoder(schema, options);
    decoder.append(text.substr(0, cut));
    decoder.append(text.substr(cut));
    decoder.append_end();
    DecodedRows decoded = decoder.finish();
    TARN_ASSERT(decoded.batch->ValidateFull().ok());
    std::string rows;
    append_csv(rows, *decoded.batch, options);
    return rows;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    std::string_view text(reinterpret_cast<const char*>(data), size);
    std::string rows = rows_of(text, 0);
    TARN_ASSERT(rows_of(text, size / 2) == rows);
    TARN_ASSERT(rows_of(rows, 0) == rows);
    return 0;
}
